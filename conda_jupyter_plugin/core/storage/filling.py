"""The files of a kernelspec, written into a new folder."""

from __future__ import annotations

import contextlib
import os
from functools import partial
from typing import TYPE_CHECKING

from ..system.open_folder import Entry
from ..system.opening import open_inside
from ..system.refusals import RefusedError
from .comparing import is_alike
from .staging import Access, write_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..rendered import Rendered, RenderedFile
    from ..system.open_folder import OpenFolder


def fill(new: OpenFolder, present: OpenFolder | None, rendered: Rendered, *, for_all: bool) -> list[str]:
    """Write a kernelspec's files into a new folder.

    Args:
        new: The folder, with nothing in it.
        present: Where the kernelspec is now, if anywhere: what is just so there need not be flushed again.
        for_all: Whether every user is to be able to read it, whatever the umask.

    Returns:
        The files that are to be flushed: those that can be made again are not.

    Raises:
        OSError: A file cannot be written.
    """
    written = []
    fits: Callable[[os.stat_result], bool] | None = None
    # How the umask has it shows by the first one that is written, which is never taken over.
    for path in sorted(rendered.files, key=lambda path: path != "kernel.json"):
        file = rendered.files[path]
        with at(new, path, make=True, for_all=for_all) as entry:
            if not (present and fits and _link(Entry(present, path), entry, file, fits)):
                wanted = (0o777 if file.executable else 0o666) & (0o700 if rendered.private else 0o777)
                _write(entry, file, Access(wanted, for_all=for_all and not rendered.private))
                written += [path] if file.source is None else []
        if fits is None and (first := new.look("kernel.json")):
            fits = partial(_have_one_mode, first)
    return written


def flush(folder: OpenFolder, paths: Iterable[str]) -> None:
    """Wait until the disk has files: for many together it takes hardly longer than for one.

    Args:
        folder: The folder around them.
        paths: Their paths in it, with `/` between.

    Raises:
        OSError: It cannot take them.
    """
    with contextlib.ExitStack() as opened:
        descriptors = []
        for path in paths:
            with at(folder, path) as entry:
                descriptors.append(entry.folder.open(entry.name, os.O_RDWR))
            opened.callback(os.close, descriptors[-1])
        # All of them begin before one is waited for; where that cannot be said they come one by one.
        for descriptor in descriptors if hasattr(os, "posix_fadvise") else ():
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        for descriptor in descriptors:
            os.fsync(descriptor)


def _have_one_mode(status: os.stat_result, other: os.stat_result) -> bool:
    return status.st_mode & 0o666 == other.st_mode & 0o666


@contextlib.contextmanager
def at(folder: OpenFolder, path: str, *, make: bool = False, for_all: bool = False) -> Iterator[Entry]:
    """Open the folder that a file of a kernelspec is in.

    Args:
        folder: The kernelspec's folder, or the one around it.
        path: The file's path in it, with `/` between.
        make: Whether folders are made where they are missing.
        for_all: As in `fill`.

    Yields:
        The file.
    """
    *folders, name = path.split("/")
    with contextlib.ExitStack() as opened:
        for inner in folders:
            found = folder.make(inner, for_all=for_all) if make else folder.enter(inner)
            folder = opened.enter_context(found)
        yield Entry(folder, name)


def _write(entry: Entry, file: RenderedFile, access: Access) -> None:
    if file.source is None:
        write_file(entry, file.content, access)
        return
    source = open_inside(file.source)
    try:
        write_file(entry, source, access)
        entry.folder.set_times(entry.name, os.fstat(source))
    finally:
        os.close(source)


def _link(present: Entry, new: Entry, file: RenderedFile, fits: Callable[[os.stat_result], bool]) -> bool:
    """Take a file over that is there already just so.

    It serves homes on a network or a slow disk: each file that is written waits to be flushed, and in most
    refreshes kernel.json alone changes.
    """
    try:
        with at(present.folder, present.name) as old:
            status = old.look()
            if status is None or not fits(status):
                return False
            if not is_alike(str(old.folder.path / old.name), file, private=False):
                return False
            old.folder.link(old.name, new.folder, new.name)
    except (OSError, NotImplementedError, RefusedError):
        return False
    return True
