"""The staging folders inside our folder, for new and just replaced kernelspecs."""

from __future__ import annotations

import _thread
import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..errors import LocationError, UnreadableError
from ..jupyter.locations import DISCARDED, STAGING
from ..jupyter.paths import WORKSHOP
from ..system.opening import open_folder, open_own
from ..system.permissions import fit, hand_over, owner_of
from ..system.reading import says_absent
from ..system.refusals import RefusedError
from .swapping import REPLACED, is_of_another_device

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..jupyter.locations import Location
    from ..system.open_folder import Entry, OpenFolder

_BLOCK = 1_000_000
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


_HELD: dict[tuple[Path, int], OpenFolder | None] = {}
"""Folders that are opened once, by their paths and the thread that holds their location."""


@contextlib.contextmanager
def keeping_open(location: Location) -> Iterator[None]:
    """Open a location's folders once for as long as the block lasts."""
    keys = [(folder, _thread.get_ident()) for folder in (location.data, location.kernels)]
    _HELD.update(dict.fromkeys(keys))
    try:
        yield
    finally:
        for folder in filter(None, map(_HELD.pop, keys)):
            folder.close()


def _open(folder: Path, location: Location) -> OpenFolder:
    """Open a folder of a location to write in; it is made where it is missing.

    Raises:
        OSError, RefusedError: It cannot be opened.
    """
    key = (folder, _thread.get_ident())
    if held := _HELD.get(key):
        return held.again()
    opened = open_folder(folder, make=True, for_all=location.for_all)
    if key not in _HELD or opened.descriptor is None:
        return opened
    _HELD[key] = opened
    return opened.again()


def open_kernels(location: Location) -> OpenFolder:
    """Open a location's folder of kernelspecs, which is made where it is missing.

    Raises:
        OSError, RefusedError: It cannot be opened.
    """
    return _open(location.kernels, location)


def open_workshop(location: Location, folder: str = "", *, near_kernels: bool = False) -> OpenFolder:
    """Open our own folder to write in, or one in it; it is made where it is missing.

    Args:
        folder: The folder in it.
        near_kernels: Whether the one beside kernels is meant, which may be on another file system.

    Raises:
        OSError, RefusedError: It cannot be opened.
    """
    data = location.kernels if near_kernels else location.data
    with _open(data, location) as data_folder:
        workshop = data_folder.make(WORKSHOP, for_all=location.for_all)
    if not folder:
        return workshop
    with workshop:
        return workshop.make(folder)


@contextlib.contextmanager
def look_into(location: Location, folder: str) -> Iterator[OpenFolder | None]:
    """Open a folder inside our own to read it; None if there is none.

    Raises:
        UnreadableError: It cannot be read.
        RefusedError: A link is in its place.
    """
    opened = None
    try:
        try:
            os.lstat(f"{location.workshop}/{folder}")
            with open_own(location.workshop) as workshop:
                opened = workshop.enter(folder)
        except OSError as error:
            if not says_absent(error):
                raise
        yield opened
    except OSError as error:
        raise UnreadableError.by(error.filename or location.workshop / folder, error) from error
    finally:
        if opened:
            opened.close()


@contextlib.contextmanager
def staging(location: Location, *, near_kernels: bool = False) -> Iterator[OpenFolder]:
    """Make a folder that is gone afterwards, with what is in it.

    Where it is left by an error, what was replaced stays in it for the next one who holds the lock.
    """
    with contextlib.ExitStack() as leaving:
        if near_kernels:
            leaving.callback(_remove_beside, location)
        workshop = leaving.enter_context(open_workshop(location, near_kernels=near_kernels))
        name = f"{STAGING}{os.urandom(8).hex()}"
        folder = leaving.enter_context(workshop.make_private(name))
        is_done = False
        try:
            yield folder
            is_done = True
        finally:
            if is_done or not _holds_replaced(folder):
                discard(workshop, name)


def _remove_beside(location: Location) -> None:
    """Remove our folder where Jupyter looks for kernels: it has nothing to look for in there."""
    with contextlib.suppress(OSError), open_kernels(location) as kernels:
        kernels.remove_empty(WORKSHOP)


def _holds_replaced(folder: OpenFolder) -> bool:
    if not folder.is_folder(REPLACED):
        return False
    with folder.enter(REPLACED) as replaced:
        return bool(replaced.names())


def on_one_device(location: Location, step: Callable[[OpenFolder], object]) -> bool:
    """Do what needs a folder on the same file system: with one in the workshop, else with one beside kernels.

    Args:
        step: Does it with the folder; where it needs another one it has changed nothing.

    Returns:
        False where neither of them is on that file system; nothing is done then.

    Raises:
        OSError: It could not be done for another reason.
    """
    for near_kernels in (False, True):
        with staging(location, near_kernels=near_kernels) as folder:
            try:
                step(folder)
            except OSError as error:
                if not is_of_another_device(error):
                    raise
            else:
                return True
    return False


def move(location: Location, source: OpenFolder, into: OpenFolder, name: str) -> None:
    """Move a file or folder as a whole to a free name, also to another file system.

    Args:
        source: The folder that it is in.
        into: Where it goes: the folder of kernels, or one of the workshop's.
        name: Its name, in both.

    Raises:
        OSError: It could not be moved.
    """
    try:
        source.move(name, into, name)
    except OSError as error:
        if not is_of_another_device(error):
            raise
        with staging(location, near_kernels=into.path == location.kernels) as folder:
            source.copy(name, folder, "copy")
            folder.move("copy", into, name)
        source.delete(name)


def throw_away(location: Location, folder: OpenFolder, name: str) -> None:
    """Take a file or folder away in one step, and delete it then.

    Where no step takes it away as a whole, it is deleted where it is, so that it is no kernelspec from the
    first step on.

    Args:
        folder: The folder that it is in.
        name: What is not wanted any more.

    Raises:
        OSError: It could not be taken away.
    """
    if not on_one_device(location, lambda staged: folder.move(name, staged, "removed")):
        folder.delete(name)


def discard(workshop: OpenFolder, name: str) -> None:
    """Delete what is no longer needed; failures do not matter.

    It gets a temporary name first, so that nobody takes half of it for a kernelspec.
    """
    with contextlib.suppress(OSError, RefusedError):
        going = f"{DISCARDED}{os.urandom(8).hex()}"
        workshop.move(name, workshop, going)
        workshop.delete(going)


@contextlib.contextmanager
def writing(location: Location) -> Iterator[None]:
    """Say in our own words why a location cannot be written.

    Raises:
        LocationError: It cannot.
    """
    try:
        yield
    except OSError as error:
        path = Path(error.filename or location.kernels)
        problem = f"{path}: {error.strerror or error}"
        if isinstance(error, PermissionError) and (owner := owner_of(path) or owner_of(path.parent)):
            problem += f" (it belongs to {owner})"
        raise LocationError.unwritable(location.kernels, problem) from error


@dataclass(frozen=True)
class Access:
    """Who may use a new file.

    Attributes:
        mode: As far as the umask lets them.
        for_all: Whether every user is to be able to read it, whatever the umask.
    """

    mode: int
    for_all: bool = False


def write_file(
    entry: Entry, content: bytes | int, access: Access, fitting: os.stat_result | None = None
) -> None:
    """Write a new file; see `flush`.

    Args:
        entry: The file.
        content: What goes into it, or the open file that it is copied from, which may not fit into memory.
        access: Who may use it.
        fitting: The folder that it is made for, None for the one that it is made in.
    """
    with open(entry.folder.open(entry.name, _NEW, access.mode), "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            while block := os.read(content, _BLOCK):
                file.write(block)
        file.flush()
        parent = fitting or entry.folder.status
        if access.mode & 0o077:
            fit(file.fileno(), parent, for_all=access.for_all)
        else:
            hand_over(file.fileno(), parent)
