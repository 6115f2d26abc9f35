"""Why a kernel cannot have a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import KernelError, UsageError

if TYPE_CHECKING:
    from pathlib import Path


class InvalidNameError(UsageError):
    """A kernel name that Jupyter does not take."""

    code = "invalid_name"

    @classmethod
    def empty(cls) -> InvalidNameError:
        """It has no letters at all."""
        return cls("--kernel-name is empty.", "Give it a name, or leave it out.")

    @classmethod
    def unlike(cls, name: str, valid: str, maximum_length: int) -> InvalidNameError:
        """It is not made as a valid one is that is close to it."""
        return cls(
            f"{name!r} is not a valid kernel name (a-z, 0-9 and `._-`, a letter or digit first,"
            f" at most {maximum_length} characters).",
            f"Try: --kernel-name {valid}",
        )


_NAME = "Choose another name with --kernel-name NAME."
_OTHER_NAME = "Choose another name with --kernel-name NAME, or give this one with --kernel-name and --force."


class ReservedNameError(UsageError):
    """A kernel name that hides another kernel or that another tool claims."""

    code = "reserved_name"

    def __init__(self, name: str, reason: str, hint: str = "") -> None:
        hint = hint or "Choose another name, or add --force to use it all the same."
        super().__init__(f"The kernel name {name} {reason}.", hint)

    @classmethod
    def hiding(cls, name: str, folder: Path) -> ReservedNameError:
        """It would hide a kernel that lies elsewhere."""
        return cls(name, f"would hide the kernel in {folder}", _OTHER_NAME)


class NameTakenError(KernelError):
    """The kernel name belongs to a kernelspec that is not ours, or to another environment."""

    code = "name_taken"

    @classmethod
    def by(cls, prefix: Path | None, name: str, folder: Path) -> NameTakenError:
        """It belongs to another environment's kernel, or to one that is not managed."""
        whose = f"the environment {prefix}" if prefix else "somebody else"
        return cls(f"The kernel name {name} belongs to {whose} ({folder}).", _OTHER_NAME)

    @classmethod
    def by_source(cls, name: str, prefix: Path) -> NameTakenError:
        """It is what the environment itself calls one of its kernels, where that would be written."""
        return cls(
            f"The kernel name {name} is that of a kernel in {prefix} itself, which would be overwritten.",
            _NAME,
        )

    @classmethod
    def by_no_kernelspec(cls, name: str, folder: Path) -> NameTakenError:
        """Something else lies where the kernelspec would."""
        return cls(f"The kernel name {name} cannot be used: {folder} is no kernelspec.", _OTHER_NAME)

    @classmethod
    def everywhere(cls, prefix: Path) -> NameTakenError:
        """So is every name that could be given by itself."""
        return cls(f"Every name for the kernel of {prefix} is taken.", "Give it one with --kernel-name NAME.")


def leave_out_force(error: KernelError) -> None:
    """Name no `--force` in an error's way out, where that is no option."""
    if isinstance(error, ReservedNameError | NameTakenError):
        error.hint = _NAME
