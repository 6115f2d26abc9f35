"""What somebody else wrote and one of our kernelspecs has taken the place of: kept as it was, and given back.

It lies in our own folder of the data folder, under its own name.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from .record import is_recorded
from .staging import staging, writing

if TYPE_CHECKING:
    from pathlib import Path

    from .locations import Location


def set_aside(location: Location, folder: Path) -> None:
    """Take away what was replaced, unless it was ours; of one name the latest is kept.

    Args:
        location: The data folder; hold its lock.
        folder: Where it lies, which may be a file or a link.

    Raises:
        LocationError: It cannot be taken away.
    """
    if not os.path.lexists(folder) or is_recorded(folder):
        return
    drop(location, folder.name)
    with writing(location):
        _aside(location).mkdir(parents=True, exist_ok=True)
        folder.rename(_aside(location) / folder.name)


def find(location: Location, name: str) -> Path | None:
    """Find what one of our kernelspecs has taken the place of.

    Args:
        location: The data folder.
        name: The kernel's name.

    Returns:
        Where it lies now; its name may be written in capitals.
    """
    aside = _aside(location)
    with suppress(OSError):
        for entry in os.listdir(aside):
            if entry.lower() == name.lower():
                return aside / entry
    return None


def give_back(location: Location, name: str) -> None:
    """Put back what was there before our kernelspec, which is removed by now.

    Args:
        location: The data folder; hold its lock.
        name: The kernel's name.

    Raises:
        LocationError: It cannot be put back.
    """
    aside = find(location, name)
    if aside and not os.path.lexists(location.kernels / aside.name):
        with writing(location):
            aside.rename(location.kernels / aside.name)
        _remove_empty(aside.parent)


def drop(location: Location, name: str) -> None:
    """Delete what would never be given back: a later one has come, or its environment was deleted.

    Args:
        location: The data folder; hold its lock.
        name: The kernel's name.

    Raises:
        LocationError: It cannot be deleted.
    """
    if aside := find(location, name):
        with writing(location), staging(location) as folder:
            aside.rename(folder / "dropped")
        _remove_empty(aside.parent)


def _aside(location: Location) -> Path:
    return location.workshop / "adopted"


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
