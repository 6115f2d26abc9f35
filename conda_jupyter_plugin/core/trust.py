"""Whose programs are run without being started as a kernel: those that nobody else can have changed."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from .permissions import is_trusted, others_may_write
from .refusals import RefusedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_LINKS = 40


def check_trusted(what: Path, files: Iterable[str] = ("",)) -> None:
    """Make sure that nobody but this user and the administrator can change a program.

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
    """Go to a file from the root, by links too, and find what somebody else can change on the way."""
    left, real, links = path.rstrip("/").split("/")[::-1], "/", 0
    while left:
        part = left.pop()
        here = os.path.dirname(real) if part == ".." else os.path.normpath(os.path.join(real, part))
        try:
            status = os.lstat(here)
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(status.st_mode):
            # Nobody else can have put it into a folder that is trusted.
            links += 1
            if links > _MOST_LINKS:
                return Path(here)
            target = os.readlink(here)
            real = "/" if os.path.isabs(target) else real
            left += target.split("/")[::-1]
        elif not is_trusted(status) or others_may_write(status):
            return Path(here)
        else:
            real = here
    return None
