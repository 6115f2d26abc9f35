"""The way that a path leads, link by link."""

from __future__ import annotations

import errno
import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST = 40


def steps(path: Path | str) -> Iterator[tuple[str, os.stat_result | None]]:
    """Go from the root to what a path leads to.

    Args:
        path: An absolute path.

    Yields:
        Each folder, file and link on the way by a path without links before it, and what it is; None for what
        is not there. The last one is what `os.path.realpath` gives.

    Raises:
        OSError: Links lead round in a circle (ELOOP), or a folder cannot be looked into.
    """
    left, real, links = str(path).split("/")[::-1], "/", 0
    while left:
        part = left.pop()
        if part in ("", "."):
            continue
        here = os.path.dirname(real) if part == ".." else os.path.join(real, part)
        try:
            status = os.lstat(here)
        except FileNotFoundError:
            status = None
        yield here, status
        if status is None or not stat.S_ISLNK(status.st_mode):
            real = here
            continue
        links += 1
        if links > _MOST:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        target = os.readlink(here)
        real = "/" if target.startswith("/") else real
        left += target.split("/")[::-1]
