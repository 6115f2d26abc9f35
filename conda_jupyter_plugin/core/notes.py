"""Small files in our own folder, each of which says something of a kernel that is not registered."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from zlib import crc32

from .environment import canonical
from .errors import KernelError
from .failures import passing_over
from .installed import read_copy
from .staging import look_into, open_workshop, staging, write_file, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from .locations import Location
    from .models import Installed, Owner
    from .open_folder import OpenFolder

MAXIMUM = 200
"""How many of a kind are kept, the latest ones."""

_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){1,2}\.json")


def stem_of(prefix: Path, kernel: str) -> str:
    """Name what is noted of an environment's kernel, in what every file system takes."""
    return f"{crc32(os.fsencode(canonical(prefix))):08x}-{crc32(os.fsencode(kernel)):08x}"


def write_note(location: Location, kind: str, name: str, content: bytes, mode: int) -> None:
    """Write a note in place of an earlier one of its name; of its kind only the latest are kept.

    Args:
        location: The data folder; hold its lock.
        kind: The folder of its kind, in our own one.
        name: The file's name.
        content: What `owners_in` can read: what a kernel.json records.
        mode: Who may read it.

    Raises:
        LocationError: It cannot be written.
    """
    with writing(location), staging(location) as folder, open_workshop(location, kind) as notes:
        write_file(folder, "note", content, mode, fitting=notes.status)
        folder.move("note", notes, name)
        latest = sorted(_names(notes), key=lambda note: _written(notes.look(note)))
        for old in latest[:-MAXIMUM]:
            notes.unlink(old)


def owners_in(location: Location, kind: str) -> tuple[Owner, ...]:
    """Name the owners of the kernels that a kind of notes is about; damaged ones are passed over.

    Raises:
        UnreadableError, RefusedError: The folder cannot be looked into.
    """
    items = (item for _, item in read_notes(location, kind))
    return tuple(item.owner for item in items if item.owner)


def read_notes(
    location: Location, kind: str, wanted: Callable[[str], bool] = lambda _: True
) -> list[tuple[float, Installed]]:
    """Read the notes of a kind.

    Args:
        location: The data folder.
        kind: The kind.
        wanted: Which of them, by their names.

    Returns:
        When each was written, in seconds since the epoch, and what it says.

    Raises:
        UnreadableError, RefusedError: The folder cannot be looked into.
    """
    with look_into(location, kind) as notes:
        if notes is None:
            return []
        names = filter(wanted, _names(notes))
        return [(_written(notes.look(name)), read_copy(notes, name)) for name in names]


def noted_at(location: Location, kind: str, name: str) -> float | None:
    """Say when a note was written, in seconds since the epoch; None where there is none.

    Raises:
        UnreadableError, RefusedError: That cannot be found out.
    """
    with look_into(location, kind) as notes:
        status = notes.look(name) if notes else None
        return status.st_mtime if status else None


def discard(location: Location, kind: str, wanted: Callable[[str], bool]) -> None:
    """Delete notes, and their folder with the last of them.

    Args:
        location: The data folder; hold its lock.
        kind: Their kind.
        wanted: Which of them, by their names.
    """
    with passing_over(KernelError, OSError):
        names: list[str] = []
        with look_into(location, kind) as notes:
            if notes:
                names += filter(wanted, _names(notes))
                for name in names:
                    notes.unlink(name)
        if names:
            with suppress(OSError), open_workshop(location) as workshop:
                workshop.remove_empty(kind)


def _names(notes: OpenFolder) -> Iterator[str]:
    """The notes among what lies in their folder."""
    return filter(_NAME.fullmatch, notes.names())


def _written(status: os.stat_result | None) -> float:
    return status.st_mtime if status else 0.0
