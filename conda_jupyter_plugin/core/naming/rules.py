"""The rules for a kernel's name: what is valid, and what is never given by itself."""

from __future__ import annotations

import re
import unicodedata
from zlib import crc32

from .errors import InvalidNameError, ReservedNameError

MAXIMUM_LENGTH = 100

# Names that kernel packages use for themselves: taking one hides the Jupyter server's own kernel.
_PACKAGED = frozenset({"python", "python2", "python3", "ir", "bash", "xpython", "julia", "javascript"})


def kernel_name(text: str) -> str:
    """Make a valid, readable kernel name of any text.

    Args:
        text: For example an environment's name.

    Returns:
        At most 100 characters of `[a-z0-9._-]`, a letter or digit first; `kernel` where nothing is left.
    """
    folded = unicodedata.normalize("NFKD", text.casefold())
    ascii_only = "".join(character for character in folded if not unicodedata.combining(character))
    name = re.sub(r"[^a-z0-9._-]+", "-", ascii_only)
    return name.lstrip("._-")[:MAXIMUM_LENGTH].rstrip("._-") or "kernel"


def is_valid(name: str) -> bool:
    """Whether a kernel name is one that this project writes."""
    return len(name) <= MAXIMUM_LENGTH and re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name) is not None


def why_reserved(name: str) -> str | None:
    """Say why a name is never given by itself.

    Args:
        name: A valid kernel name.

    Returns:
        A clause that completes "The kernel name ...", or None for a free name.
    """
    if name.startswith("conda-"):
        return "starts with `conda-`, and nb_conda_kernels deletes such kernels"
    if re.search(r"[0-9a-f]{32}$", name) or "jvsc74a57bd0" in name:
        return "looks like one of VS Code's own, which it deletes"
    if name in _PACKAGED:
        return "hides the kernel of that name in every Jupyter"
    return None


def check_chosen(name: str, *, force: bool) -> None:
    """Check a name that the user asked for.

    Args:
        name: What was given as `--kernel-name`.
        force: Whether reserved names are allowed.

    Raises:
        InvalidNameError: Jupyter does not take the name.
        ReservedNameError: The name is reserved and `force` is not set.
    """
    if not is_valid(name):
        raise InvalidNameError.unlike(name, kernel_name(name), MAXIMUM_LENGTH)
    if not force and (reason := why_reserved(name)):
        raise ReservedNameError(name, reason)


def suffixed(name: str, directory: str) -> str:
    """Name a further kernel of an environment: `<name>-<directory>`, cut to a valid length.

    Args:
        name: A valid name; one that is not reserved gives one that is not.
        directory: The further kernel's own folder; a form that is reserved is shortened to eight digits.
    """
    suffix = f"-{kernel_name(directory)}"[: MAXIMUM_LENGTH // 2]
    if why_reserved(f"kernel{suffix}"):
        suffix = f"-{crc32(directory.encode('utf-8', 'surrogateescape')):08x}"
    return name[: MAXIMUM_LENGTH - len(suffix)] + suffix
