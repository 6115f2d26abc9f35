"""The rules for kernel names: valid names, names that are never used automatically, and their errors."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING
from zlib import crc32

from ..errors import KernelError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = "Choose another name with --kernel-name NAME."

_OTHER_NAME = "Choose another name with --kernel-name NAME, or give this one with --kernel-name and --force."

MAXIMUM_LENGTH = 100

# Names that kernel packages use for themselves: taking one hides the Jupyter server's own kernel.
_PACKAGED = frozenset({"python", "python2", "python3", "ir", "bash", "xpython", "julia", "javascript"})


def kernel_name(text: str) -> str:
    """Make a valid, readable kernel name of any text.

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
    """Say why a name is never used automatically.

    Returns:
        A clause that completes "The kernel name ...", or None for a free name.
    """
    if name.startswith("conda-"):
        return "starts with `conda-`, and nb_conda_kernels deletes such kernels"
    if re.search(r"[0-9a-f]{32}$", name) or "jvsc74a57bd0" in name:
        return "looks like a kernel of VS Code, which deletes such kernels"
    if name in _PACKAGED:
        return "would hide the kernel of that name in every Jupyter"
    return None


def check_chosen(name: str, *, force: bool) -> None:
    """Check a name that the user asked for.

    Args:
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


class InvalidNameError(UsageError):
    """Jupyter does not accept the kernel name."""

    code = "invalid_name"

    @classmethod
    def empty(cls) -> InvalidNameError:
        """It has no letters at all."""
        return cls("--kernel-name is empty.", "Pass a name, or omit the option.")

    @classmethod
    def unlike(cls, name: str, valid: str, maximum_length: int) -> InvalidNameError:
        """It is not made as a valid one is that is close to it."""
        return cls(
            f"{name!r} is not a valid kernel name (a-z, 0-9 and `._-`, a letter or digit first,"
            f" at most {maximum_length} characters).",
            f"Try: --kernel-name {valid}",
        )


class ReservedNameError(UsageError):
    """The kernel name would hide another kernel, or another tool claims it."""

    code = "reserved_name"

    def __init__(self, name: str, reason: str, hint: str = "") -> None:
        hint = hint or "Choose another name, or add --force to use it anyway."
        super().__init__(f"The kernel name {name} {reason}.", hint)

    @classmethod
    def hiding(cls, name: str, folder: Path) -> ReservedNameError:
        """It would hide a kernel at another location."""
        return cls(name, f"would hide the kernel in {folder}", _OTHER_NAME)


class NameTakenError(KernelError):
    """The kernel name belongs to another environment, or to a kernelspec that is not managed."""

    code = "name_taken"

    @classmethod
    def by(cls, prefix: Path | None, name: str, folder: Path) -> NameTakenError:
        """It belongs to another environment's kernel, or to one that is not managed."""
        whose = f"the environment {prefix}" if prefix else "another tool"
        return cls(f"The kernel name {name} belongs to {whose} ({folder}).", _OTHER_NAME)

    @classmethod
    def by_source(cls, name: str, prefix: Path) -> NameTakenError:
        """It is what the environment itself calls one of its kernels, where that would be written."""
        return cls(
            f"The kernel name {name} would overwrite a kernelspec inside {prefix}.",
            _NAME,
        )

    @classmethod
    def by_no_kernelspec(cls, name: str, folder: Path) -> NameTakenError:
        """Another file is in place of the kernelspec."""
        return cls(f"The kernel name {name} cannot be used: {folder} is not a kernelspec.", _OTHER_NAME)

    @classmethod
    def everywhere(cls, prefix: Path) -> NameTakenError:
        """So is every name that could be used automatically."""
        return cls(
            f"Every name for the kernel of {prefix} is taken.", "Choose a name with --kernel-name NAME."
        )


def leave_out_force(error: KernelError) -> None:
    """Name no `--force` in an error's way out, where that is no option."""
    if isinstance(error, ReservedNameError | NameTakenError):
        error.hint = _NAME
