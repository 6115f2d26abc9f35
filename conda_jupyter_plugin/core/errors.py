"""One small class per failure: what happened, the way out, and the exit status."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class KernelError(Exception):
    """An expected failure.

    Attributes:
        code: A stable identifier for programs.
        exit_status: 1 for a failure, 2 for bad usage.
        hint: The way out, as a sentence; empty where there is none.
    """

    code = "kernel_error"
    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UsageError(KernelError):
    """The command's words are off."""

    code = "usage"
    exit_status = 2


class NotAnEnvironmentError(KernelError):
    """A path is no environment."""

    code = "not_an_environment"


class UnreadableError(KernelError):
    """A folder may not be looked into: what is in it is neither there nor gone."""

    code = "unreadable"


class WrongManagerError(KernelError):
    """The environment belongs to the other command."""

    code = "wrong_manager"


class NoKernelError(KernelError):
    """The environment holds no kernel."""

    code = "no_kernel"


class BrokenKernelspecError(KernelError):
    """A kernel.json cannot be used."""

    code = "broken_kernelspec"

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(
            f"{path} {problem}.", "Reinstall the kernel package that it came with, or mend the file."
        )


class InvalidNameError(UsageError):
    """A kernel name that Jupyter does not take."""

    code = "invalid_name"


class ReservedNameError(UsageError):
    """A kernel name that hides another kernel or that another tool claims."""

    code = "reserved_name"


class NameTakenError(KernelError):
    """The kernel name belongs to a kernelspec that is not ours, or to another environment."""

    code = "name_taken"


class KernelNotFoundError(KernelError):
    """No kernel of that name."""

    code = "kernel_not_found"


class NotManagedError(KernelError):
    """The kernelspec is not ours."""

    code = "not_managed"


class LocationError(KernelError):
    """The place to write to cannot be used."""

    code = "location"


class LaterVersionError(KernelError):
    """A later version of this project wrote the kernelspec."""

    code = "later_version"

    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"The kernel {folder.name} ({folder}) was written by a later version of conda-jupyter-plugin,"
            " so it is left alone.",
            "Update conda-jupyter-plugin, or remove the kernel with --force.",
        )


class SharedValuesError(KernelError):
    """Values of variables, secrets perhaps, would be written where other users can read them."""

    code = "shared_values"


class LockedError(KernelError):
    """Another process holds the lock."""

    code = "locked"


class InstallError(KernelError):
    """An installer that we called failed."""

    code = "install"
