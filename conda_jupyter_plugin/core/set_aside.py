"""What somebody else wrote and one of our kernelspecs has taken the place of: kept as it was, and given back.

It lies in our own folder of the data folder, under its own name.
"""

from __future__ import annotations

import os
from contextlib import suppress

from .permissions import make_folder
from .presence import is_present, names_in
from .record import is_recorded
from .staging import REPLACED, copy, move, on_one_device, throw_away, writing
from .swapping import put

TYPE_CHECKING = False
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
    if not is_present(folder, as_link=True) or is_recorded(folder):
        return
    drop(location, folder.name)
    with writing(location):
        make_folder(_aside(location))
        move(location, folder, _aside(location) / folder.name)


def find(location: Location, name: str) -> Path | None:
    """Find what one of our kernelspecs has taken the place of.

    Args:
        location: The data folder.
        name: The kernel's name.

    Returns:
        Where it lies now; its name may be written in capitals.

    Raises:
        UnreadableError: That cannot be found out.
    """
    aside = _aside(location)
    return next((aside / entry for entry in names_in(aside) if entry.lower() == name.lower()), None)


def give_back(location: Location, target: Path) -> bool:
    """Put back what was there before our kernelspec, in its place; where there is nothing, nothing is done.

    Args:
        location: The data folder; hold its lock.
        target: Our kernelspec's folder.

    Returns:
        Whether our kernelspec is gone with that.

    Raises:
        LocationError: It cannot be put back.
    """
    aside = find(location, target.name)
    if aside is None or (aside.name != target.name and os.path.lexists(location.kernels / aside.name)):
        return False
    with writing(location):
        _put_back(location, aside, target)
        if aside.name != target.name:
            # It was written in capitals, which Jupyter does not tell apart.
            target.rename(location.kernels / aside.name)
    drop(location, target.name)
    _remove_empty(_aside(location))
    return True


def _put_back(location: Location, aside: Path, target: Path) -> None:
    def swap_in(folder: Path) -> None:
        fresh = aside
        if folder.parent != location.workshop:
            fresh = folder / "copy"
            copy(aside, fresh)
        put(fresh, target, folder / REPLACED / target.name)

    if not on_one_device(location, swap_in):
        throw_away(location, target)
        move(location, aside, target)


def drop(location: Location, name: str) -> None:
    """Delete what would never be given back: a later one has come, or its environment was deleted.

    Args:
        location: The data folder; hold its lock.
        name: The kernel's name.

    Raises:
        LocationError: It cannot be deleted.
    """
    if aside := find(location, name):
        with writing(location):
            throw_away(location, aside)
        _remove_empty(aside.parent)


def _aside(location: Location) -> Path:
    return location.workshop / "adopted"


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()
