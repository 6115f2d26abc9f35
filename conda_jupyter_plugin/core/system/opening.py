"""Opens folders and files whose paths may contain links of other users."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from .open_folder import CAN_HOLD, FOLDER, MAY_BE_LINK, PASSING, READING, WITHOUT_LINKS, OpenFolder
from .permissions import is_trusted
from .reading import check_regular
from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MOST = 40


def open_folder(path: Path, *, make: bool = False, for_all: bool = False) -> OpenFolder:
    """Open a folder that is to be written in.

    Args:
        path: Its absolute path. A link on the way is followed if this user or root made it, or whoever owns
            what it leads to.
        make: Whether it is made, with those around it, where it is missing.
        for_all: As in `OpenFolder.make`.

    Raises:
        RefusedError: Somebody else's link is on the way.
        OSError: It cannot be opened or made.
    """
    if not CAN_HOLD:
        if make:
            path.mkdir(parents=True, exist_ok=True)
        os.listdir(path)
        return OpenFolder(path, None)
    real, links = path, []
    for step, status in steps(path):
        real = Path(step)
        if status and stat.S_ISLNK(status.st_mode) and not is_trusted(status):
            links.append((real, status.st_uid))
    folder = OpenFolder(Path("/"), os.open("/", PASSING))
    for name in real.parts[1:]:
        with folder:
            if make and folder.look(name) is None:
                _check_owner(folder, links)
                folder = folder.make(name, for_all=for_all)
            else:
                folder = folder.enter(name, PASSING)
    with folder:
        _check_owner(folder, links)
        return OpenFolder(path, os.open(".", FOLDER, dir_fd=folder.descriptor))


def _check_owner(folder: OpenFolder, links: Iterable[tuple[Path, int]]) -> None:
    """Make sure that the creator of each link owns its target."""
    for link, owner in links:
        if folder.status.st_uid != owner:
            raise RefusedError.link(link)


def open_own(path: Path) -> OpenFolder:
    """Open a folder of ours to look into it: it may be no link itself.

    Raises:
        RefusedError: It is one.
        OSError: It cannot be opened.
    """
    if not CAN_HOLD:
        return OpenFolder(path.parent, None).enter(path.name)
    try:
        return OpenFolder(path, os.open(path, FOLDER | WITHOUT_LINKS))
    except OSError as error:
        if error.errno in MAY_BE_LINK and os.path.islink(path):
            raise RefusedError.link(path) from error
        raise


def open_inside(path: Path) -> int:
    """Open a file to be copied, by a path that has no link in it.

    Args:
        path: What `os.path.realpath` gave.

    Returns:
        A descriptor of a regular file.

    Raises:
        RefusedError: Somebody has put a link on the way since.
        OSError: It cannot be opened, or is no regular file.
    """
    folder = OpenFolder(Path(path.anchor), os.open(path.anchor, PASSING) if CAN_HOLD else None)
    for name in path.parts[1:-1]:
        with folder:
            folder = folder.enter(name, PASSING)
    with folder:
        descriptor = folder.open(path.name, READING)
    try:
        check_regular(path, os.fstat(descriptor))
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def steps(path: Path | str) -> Iterator[tuple[str, os.stat_result | None]]:
    """Go from the root to what a path leads to.

    Yields:
        Each folder, file and link on the way by a path without links before it, and what it is; None for what
        is not there. The last one is what `os.path.realpath` gives.

    Raises:
        OSError: Links lead round in a circle (ELOOP), or a folder cannot be read.
    """
    left, real, links = str(path).split("/")[::-1], "/", 0
    while left:
        part = left.pop()
        if part in ("", "."):
            continue
        path_so_far = os.path.dirname(real) if part == ".." else os.path.join(real, part)
        try:
            status = os.lstat(path_so_far)
        except FileNotFoundError:
            status = None
        yield path_so_far, status
        if status is None or not stat.S_ISLNK(status.st_mode):
            real = path_so_far
            continue
        links += 1
        if links > _MOST:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        target = os.readlink(path_so_far)
        real = "/" if target.startswith("/") else real
        left += target.split("/")[::-1]
