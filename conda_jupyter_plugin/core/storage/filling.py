"""The files of a kernelspec, written into a new folder."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ..system.opening import open_inside
from ..system.refusals import RefusedError
from .comparing import is_alike
from .staging import write_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..rendered import Rendered, RenderedFile
    from ..system.open_folder import OpenFolder


def fill(new: OpenFolder, present: OpenFolder | None, rendered: Rendered, *, for_all: bool) -> None:
    """Write a kernelspec's files into a new folder.

    Args:
        new: The folder, with nothing in it.
        present: Where the kernelspec lies now, if anywhere: what is just so there need not be flushed again.
        for_all: Whether every user is to be able to read it, whatever the umask.

    Raises:
        OSError: A file cannot be written.
    """
    mode = None
    # How the umask has it shows by the first one that is written, which is never taken over.
    for path in sorted(rendered.files, key=lambda path: path != "kernel.json"):
        file = rendered.files[path]
        with at(new, path, make=True, for_all=for_all) as (folder, name):
            if mode is None or not (present and _link(present, path, file, mode, folder)):
                wanted = (0o777 if file.executable else 0o666) & (0o700 if rendered.private else 0o777)
                _write(folder, name, file, wanted, for_all=for_all and not rendered.private)
        if mode is None and (status := new.look("kernel.json")):
            mode = status.st_mode & 0o666


@contextlib.contextmanager
def at(
    folder: OpenFolder, path: str, *, make: bool = False, for_all: bool = False
) -> Iterator[tuple[OpenFolder, str]]:
    """Open the folder that a file of a kernelspec lies in.

    Args:
        folder: The kernelspec's folder, or the one around it.
        path: The file's path in it, with `/` between.
        make: Whether folders are made where they are missing.
        for_all: As in `fill`.

    Yields:
        The folder, and the file's name in it.
    """
    *folders, name = path.split("/")
    with contextlib.ExitStack() as opened:
        for inner in folders:
            found = folder.make(inner, for_all=for_all) if make else folder.enter(inner)
            folder = opened.enter_context(found)
        yield folder, name


def _write(folder: OpenFolder, name: str, file: RenderedFile, mode: int, *, for_all: bool) -> None:
    if file.source is None:
        write_file(folder, name, file.content, mode, for_all=for_all)
        return
    source = open_inside(file.source)
    try:
        write_file(folder, name, source, mode, for_all=for_all)
        folder.set_times(name, os.fstat(source))
    finally:
        os.close(source)


def _link(present: OpenFolder, path: str, file: RenderedFile, mode: int, into: OpenFolder) -> bool:
    """Take a file over that lies there already just so.

    It serves homes on a network or a slow disk: each file that is written waits to be flushed, and in most
    refreshes kernel.json alone changes.
    """
    try:
        with at(present, path) as (folder, name):
            status = folder.look(name)
            if status is None or status.st_mode & 0o666 != mode:
                return False
            if not is_alike(str(folder.path / name), file, private=False):
                return False
            folder.link(name, into, name)
    except (OSError, NotImplementedError, RefusedError):
        return False
    return True
