"""The errors: one class each, which makes the sentence, the hint and the exit status."""

from __future__ import annotations

import errno
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from .models import Manager


class KernelError(Exception):
    """An expected failure.

    Attributes:
        code: A stable identifier for programs.
        exit_status: 1 for a failure, 2 for bad usage.
        hint: The way out, as a sentence; empty if there is none.
    """

    code = "kernel_error"
    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()

    @classmethod
    def unanswered(cls) -> KernelError:
        """Nobody can answer the question, because there is no terminal."""
        return cls("No answer to the question.", "Add --yes to proceed without a question.")


class InterruptionError(KernelError):
    """A signal ended the command."""

    code = "interrupted"
    exit_status = 130

    def __init__(self, so_far: str = "") -> None:
        super().__init__(f"Interrupted. {so_far}".strip())


class UnexpectedError(KernelError):
    """An unexpected error happened with one kernel, environment or location."""

    code = "unexpected"

    def __init__(self, what: object, error: Exception) -> None:
        text = " ".join(str(error).split()) or "no reason given"
        super().__init__(f"Unexpected error while processing {what}: {type(error).__name__}: {text}")


class ActivationError(KernelError):
    """The activation variables could not be determined."""

    code = "activation"

    def __init__(self, prefix: Path, error: Exception) -> None:
        text = " ".join(str(error).split()) or type(error).__name__
        super().__init__(
            f"conda cannot activate {prefix} ({text}).",
            "Fix the environment so that `conda activate` works, or add its kernel with --no-activate.",
        )


class UsageError(KernelError):
    """The options or arguments are wrong."""

    code = "usage"
    exit_status = 2


class NotAnEnvironmentError(KernelError):
    """The path or name is not an environment."""

    code = "not_an_environment"

    @classmethod
    def at(cls, prefix: Path, hint: str = "", *, kind: str = "an environment") -> NotAnEnvironmentError:
        """The path is not an environment."""
        return cls(f"{prefix} is not {kind}.", hint)

    @classmethod
    def named(cls, name: str, hint: str) -> NotAnEnvironmentError:
        """No environment has this name."""
        return cls(f"There is no environment named {name}.", hint)

    @classmethod
    def without_kernels(cls, what: Path | str | None, command: str) -> NotAnEnvironmentError:
        """Neither an environment nor a kernel has this name."""
        hint = f"`{command} list` shows all kernels."
        return cls(f"No environment or kernel named {what}.", hint)


class UnreadableError(KernelError):
    """A folder or file cannot be read, so its content is unknown."""

    code = "unreadable"

    @classmethod
    def by(cls, path: Path | str, error: OSError) -> UnreadableError:
        """The operating system reported the reason, such as a missing permission."""
        return cls(f"{path} cannot be read ({(error.strerror or str(error)).lower()}).")


class WrongManagerError(KernelError):
    """The environment belongs to the other command."""

    code = "wrong_manager"

    def __init__(self, prefix: Path, manager: Manager, words: str = "") -> None:
        path = shlex.quote(str(prefix))
        if manager == "venv":
            kind, command = "a virtual environment, not conda's", f"pip-kernel {words or f'add {path}'}"
        else:
            kind, command = "a conda environment", f"conda kernel {words or f'add -p {path}'}"
        super().__init__(f"{prefix} is {kind}.", f"Use: {command}")


class NoKernelError(KernelError):
    """The environment has no kernel."""

    code = "no_kernel"

    def __init__(self, environment: str, add_command: str = "") -> None:
        hint = f"Add one with: {add_command} --install" if add_command else ""
        super().__init__(f"Environment {environment} holds no kernel.", hint)


class BrokenKernelspecError(KernelError):
    """A kernel.json cannot be used."""

    code = "broken_kernelspec"

    def __init__(self, path: Path | str, problem: str) -> None:
        self.reason, self.is_unread = f"{path} {problem}", False
        super().__init__(f"{path} {problem}.", "Reinstall its kernel package, or fix the file.")

    @classmethod
    def not_starting(cls, folder: Path, problem: str, way_out: str) -> BrokenKernelspecError:
        """Its program is missing or was built for something else."""
        error = cls(folder, f"cannot be started: {problem}")
        error.reason, error.hint = problem, way_out
        return error

    @classmethod
    def unreadable(cls, path: Path, error: OSError) -> BrokenKernelspecError:
        """One of its files cannot be read."""
        broken = cls(path, f"cannot be read ({error.strerror or error})")
        broken.is_unread = error.errno not in (errno.EINVAL, errno.EFBIG, errno.ELOOP, errno.ENOENT)
        return broken


class NotRegisteredError(KernelError):
    """No kernel of the environment is registered."""

    code = "not_registered"

    def __init__(self, environment: str, add_command: str) -> None:
        super().__init__(
            f"No kernel of environment {environment} is registered.", f"Register it with: {add_command}"
        )


class KernelNotFoundError(KernelError):
    """No kernel has this name."""

    code = "kernel_not_found"

    def __init__(self, name: str, command: str = "") -> None:
        hint = f"`{command} list` shows all kernels." if command else ""
        super().__init__(f"There is no kernel named {name or repr(name)}.", hint)
        self.name = name


class NotManagedError(KernelError):
    """The kernelspec is not managed."""

    code = "not_managed"

    def __init__(self, name: str, folder: Path) -> None:
        super().__init__(
            f"The kernel {name} ({folder}) is not managed, so it was not changed.",
            "Add --force to remove it anyway.",
        )


class LaterVersionError(KernelError):
    """A later version of this project wrote the kernelspec."""

    code = "later_version"

    def __init__(self, folder: Path, *, is_known: bool = False) -> None:
        other_way = "overwrite it with `add --force`" if is_known else "remove the kernel with --force"
        super().__init__(
            f"The kernel {folder.name} ({folder}) was written by a later version of conda-jupyter-plugin,"
            " so it was not changed.",
            f"Update conda-jupyter-plugin, or {other_way}.",
        )


class LocationError(KernelError):
    """Kernels cannot be written to the location.

    Attributes:
        another_would_do: Whether another location would work.
    """

    code = "location"
    another_would_do = False

    @classmethod
    def unwritable(cls, kernels: Path, problem: str) -> LocationError:
        """Kernelspecs cannot be written or deleted there."""
        error = cls(f"Kernels cannot be written to {kernels}: {problem}.", "Fix this, then try again.")
        error.another_would_do = True
        return error

    def choosing(self, other: str) -> LocationError:
        """Suggest options that choose another location."""
        if self.another_would_do:
            self.hint = f"Fix this, set JUPYTER_DATA_DIR, or use {other} or --jupyter-prefix PREFIX."
        return self

    @classmethod
    def without_home(cls) -> LocationError:
        """The user's Jupyter folder is unknown. Jupyter does not work either."""
        return cls(
            "HOME is not set, and this user has no home folder.", "Set HOME, or JUPYTER_DATA_DIR to a folder."
        )

    @classmethod
    def not_a_folder(cls, prefix: str) -> LocationError:
        """The prefix of Jupyter is not a folder."""
        return cls(
            f"Cannot write kernels to {prefix}, which is not a folder.",
            "Set --jupyter-prefix (or plugins.kernel_location) to the environment that has Jupyter.",
        )


class SharedValuesError(KernelError):
    """Other users could read the values of variables, which may be secrets."""

    code = "shared_values"

    def __init__(self, name: str, kernels: Path) -> None:
        super().__init__(
            f"Other users could read the values of `conda env config vars` or --env of kernel {name}"
            f" in {kernels}.",
            "Use --user to write it for yourself, or --force to share the values.",
        )


class LockedError(KernelError):
    """Another process holds the lock."""

    code = "locked"

    def __init__(self, kernels: Path, seconds: float, holder: str = "", file: Path | None = None) -> None:
        who = f"Another process ({holder})" if holder else "Another process"
        # Where there are no locks, nobody else notices that it has ended.
        hint = (
            f"If that process is no longer running, delete {file}." if file else "Try again when it is done."
        )
        super().__init__(f"{who} has been writing kernels to {kernels} for {seconds:g} seconds.", hint)


class InstallError(KernelError):
    """An installer failed."""

    code = "install"

    @classmethod
    def by_conda(cls, package: str, prefix: Path, *, frozen: bool = False) -> InstallError:
        """`conda install` failed and printed the reason."""
        option = " --override-frozen" if frozen else ""
        hint = f"Try: conda install{option} -p {shlex.quote(str(prefix))} {package}"
        return cls(f"{package} was not installed into {prefix}.", hint)
