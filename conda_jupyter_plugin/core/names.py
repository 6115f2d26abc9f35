"""Kernel names and display names."""

from __future__ import annotations

import itertools
import re
import string
import unicodedata
from typing import TYPE_CHECKING
from zlib import crc32

from .environment import language_version
from .errors import InvalidNameError, NameTakenError, ReservedNameError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .models import Kernel

MAXIMUM_LENGTH = 100

_NUMBERS = 1_000
"""The first number that is not tried behind a name: every search for a name ends."""

DEFAULT_TEMPLATE = "{language} ({environment})"

# Names that kernel packages use for themselves: taking one hides the Jupyter server's own kernel.
_PACKAGED = frozenset({"python", "python2", "python3", "ir", "bash", "xpython", "julia", "javascript"})

_FIELDS = ("language", "environment", "kernel", "prefix")

_LANGUAGES = {"python": "Python", "r": "R"}


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
        raise InvalidNameError(
            f"{name!r} is not a valid kernel name (a-z, 0-9 and `._-`, a letter or digit first,"
            f" at most {MAXIMUM_LENGTH} characters).",
            f"Try: --kernel-name {kernel_name(name)}",
        )
    if not force and (reason := why_reserved(name)):
        raise ReservedNameError(
            f"The kernel name {name} {reason}.", "Choose another name, or add --force to use it all the same."
        )


def choose(kernel: Kernel, *, first: bool, taken: Callable[[str], bool]) -> str:
    """Choose a kernel's name from its environment's.

    Args:
        kernel: The kernel to name.
        first: Whether it is the one that stands for the whole environment.
        taken: Says whether a name belongs to somebody else already.

    Returns:
        The first free name that is not reserved.

    Raises:
        NameTakenError: Every name that could be given is taken.
    """
    for name in _candidates(kernel, first):
        if not why_reserved(name) and not taken(name):
            return name
    raise NameTakenError(
        f"Every name for the kernel of {kernel.environment.prefix} is taken.",
        "Give it one with --kernel-name NAME.",
    )


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


def _candidates(kernel: Kernel, first: bool) -> Iterator[str]:
    """The environment's name; the parent folder's in front of it; that with numbers behind, up to a limit."""
    environment = kernel.environment
    with_parent = kernel_name(f"{environment.prefix.parent.name}-{environment.name}")
    # No number helps a stem that is reserved itself, as below a folder `conda-envs`.
    stems = (text[: MAXIMUM_LENGTH - 10] for text in (with_parent, kernel_name(environment.name), "kernel"))
    stem = next(text for text in stems if not why_reserved(f"{text}-2"))
    numbered = (f"{stem}-{number}" for number in range(2, _NUMBERS))
    for name in itertools.chain((kernel_name(environment.name), with_parent), numbered):
        yield name if first else suffixed(name, kernel.directory)


def display_name(kernel: Kernel, template: str, *, own: bool) -> str:
    """Make the name that is shown: `Python 3.12 (opencv)`.

    Args:
        kernel: The kernel.
        template: With the fields `{language}` (with its version), `{environment}`, `{kernel}` and `{prefix}`.
        own: Whether to take the kernel's own display name as its language, because another kernel of the
            same environment has the language's name already.

    Returns:
        The text for kernel.json's `display_name`.

    Raises:
        UsageError: The template has another field, or is no template.
    """
    if problem := check_template(template):
        raise UsageError(f"The display name template {template!r} cannot be used.", problem)
    return template.format(
        language=_own_name(kernel) if own else label(kernel),
        environment=kernel.environment.name,
        kernel=kernel.directory,
        prefix=kernel.environment.prefix,
    )


def check_template(template: str) -> str | None:
    """Check a display name's template.

    Args:
        template: The template.

    Returns:
        What is wrong with it, as a sentence, or None.
    """
    known = f"Its fields are {', '.join('{' + field + '}' for field in _FIELDS)}."
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return known
    if any(field is not None and (field not in _FIELDS or spec or how) for _, field, spec, how in parts):
        return known
    shown = template.format(**dict.fromkeys(_FIELDS, "x"))
    return None if shown.strip() and shown.isprintable() else "It must be printable text."


def label(kernel: Kernel) -> str:
    """Name a kernel's language with its version, or the kernel itself where the language is none we know."""
    language = _LANGUAGES.get(kernel.language.lower())
    if language is None:
        return _own_name(kernel)
    version = language_version(kernel.environment, kernel.language)
    return f"{language} {version}" if version else language


def _own_name(kernel: Kernel) -> str:
    return str(kernel.spec.get("display_name") or kernel.directory)
