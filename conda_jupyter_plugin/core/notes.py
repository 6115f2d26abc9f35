"""Small files in our own folder, each of which says something of a kernel that is not registered."""

from __future__ import annotations

import os
from contextlib import suppress
from zlib import crc32

from .environment import canonical
from .installed import read_copy
from .permissions import make_folder
from .presence import is_present, names_in
from .staging import staging, write_file, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from .locations import Location
    from .models import Owner

MAXIMUM = 200
"""How many of a kind are kept, the latest ones."""


def stem_of(prefix: Path, kernel: str) -> str:
    """Name what is noted of an environment's kernel, in what every file system takes."""
    return f"{crc32(os.fsencode(canonical(prefix))):08x}-{crc32(os.fsencode(kernel)):08x}"


def write_note(location: Location, path: Path, content: bytes, mode: int) -> None:
    """Write a note in place of an earlier one of its name; of its kind only the latest are kept.

    Args:
        location: The data folder; hold its lock.
        path: The file, in a folder of its kind.
        content: What `owners_in` can read: what a kernel.json records.
        mode: Who may read it.

    Raises:
        LocationError: It cannot be written.
    """
    with writing(location), staging(location) as folder:
        write_file(folder / "note", content, mode)
        make_folder(path.parent)
        os.replace(folder / "note", path)
    notes = sorted(notes_in(path.parent), key=lambda note: noted_at(note) or 0, reverse=True)
    for note in notes[MAXIMUM:]:
        note.unlink(missing_ok=True)


def owners_in(folder: Path) -> tuple[Owner, ...]:
    """Name the owners of the kernels that a kind of notes is about; damaged ones are passed over.

    Raises:
        UnreadableError: The folder cannot be looked into.
    """
    return tuple(item.owner for item in map(read_copy, notes_in(folder)) if item.owner)


def notes_in(folder: Path) -> list[Path]:
    """Find the notes of a kind.

    Raises:
        UnreadableError: The folder cannot be looked into.
    """
    return [folder / name for name in names_in(folder) if name.endswith(".json")]


def noted_at(note: Path) -> float | None:
    """Say when a note was written, in seconds since the epoch; None where there is none.

    Raises:
        UnreadableError: That cannot be found out.
    """
    return note.stat().st_mtime if is_present(note) else None


def discard(folder: Path, notes: Iterable[Path]) -> None:
    """Delete notes, and their folder with the last of them."""
    with suppress(OSError):
        for note in notes:
            note.unlink()
        folder.rmdir()
