"""Errors of the operating system, and files that another user may have created."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from ..errors import KernelError

if TYPE_CHECKING:
    from pathlib import Path


class SystemCallError(KernelError):
    """The operating system reported an error that no single kernel or environment caused."""

    code = "system"

    def __init__(self, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        if error.filename:
            super().__init__(f"{error.filename} cannot be used ({reason}).")
        elif error.errno == errno.ENOENT and not _has_working_folder():
            super().__init__("The current folder no longer exists.", "Change to another folder.")
        else:
            super().__init__(f"The operating system reported an error ({reason}).")


def _has_working_folder() -> bool:
    try:
        return bool(os.getcwd())
    except OSError:
        return False


class OutputError(KernelError):
    """The output could not be written, for example because the disk is full."""

    code = "output"

    def __init__(self, error: OSError) -> None:
        super().__init__(f"The output cannot be written ({(error.strerror or str(error)).lower()}).")


class RefusedError(KernelError):
    """Another user may have created a file or folder of this tool. It was left unchanged."""

    code = "refused"

    @classmethod
    def link(cls, path: Path) -> RefusedError:
        """It is a link that is not followed."""
        return cls.of(path, "it is a link")

    @classmethod
    def of(cls, path: Path, why: str) -> RefusedError:
        """For whatever reason."""
        return cls(f"{path} was left unchanged: {why}.", "Delete it if you do not need it.")

    @classmethod
    def to_recover(cls, workshop: Path, folder: Path) -> RefusedError:
        """Others could have put there what a killed command seems to have left."""
        return cls(f"Skipped the leftovers in {workshop}, because other users can write to {folder}.")

    @classmethod
    def to_run(cls, program: Path, culprit: Path) -> RefusedError:
        """Somebody else can change what would be run."""
        return cls(f"{program} was not run, because other users can change {culprit}.")
