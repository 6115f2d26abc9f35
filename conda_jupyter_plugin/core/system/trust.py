"""Decides which programs may run other than as a kernel: those that no other user can change."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from .opening import steps
from .permissions import is_safe
from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable


def check_trusted(what: Path, files: Iterable[str] = ("",)) -> None:
    """Make sure that only this user and the administrator can change a program.

    Args:
        what: A folder, such as a conda's.
        files: What is run of it, or read by what is run; what is not there cannot be put there.

    Raises:
        RefusedError: One of them, or a folder above, belongs to somebody else, or can be written by others;
            so can a folder like `/tmp`, though its files are their owners'.
    """
    if os.name == "nt":
        return
    for file in files:
        if (culprit := _find_untrusted(os.path.join(what, file))) is not None:
            raise RefusedError.to_run(what, culprit)


def _find_untrusted(path: str) -> Path | None:
    """Find the part of a file's path that another user can change."""
    for step, status in steps(path):
        if status is None:
            return None
        # Nobody else can have put a link into a folder that is trusted.
        if not stat.S_ISLNK(status.st_mode) and not is_safe(status):
            return Path(step)
    return None
