"""What somebody else wrote and one of our kernelspecs has taken the place of: kept as it was, and given back.

It lies in our own folder of the data folder, under its own name.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

from ..kernelspec.record import is_recorded
from ..system.permissions import may_delete
from ..system.refusals import RefusedError
from .staging import look_into, move, on_one_device, open_kernels, open_workshop, throw_away, writing
from .swapping import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..jupyter.locations import Location
    from ..system.open_folder import OpenFolder

_ADOPTED = "adopted"


def set_aside(location: Location, folder: OpenFolder, name: str) -> bool:
    """Take away what was replaced, unless it was ours; of one name the latest is kept.

    Args:
        location: The data folder; hold its lock.
        folder: The folder that it lies in.
        name: What it is called, which may be a file or a link.

    Returns:
        Whether nothing is there any more.

    Raises:
        LocationError: It cannot be taken away.
    """
    if folder.look(name) is None:
        return True
    if is_recorded(folder.path / name):
        return False
    drop(location, name)
    with _open(location) as aside:
        move(location, folder, aside, name)
    return True


def find(location: Location, name: str) -> Path | None:
    """Find what one of our kernelspecs has taken the place of.

    Args:
        location: The data folder.
        name: The kernel's name.

    Returns:
        Where it lies now; its name may be written in capitals.

    Raises:
        UnreadableError: That cannot be found out.
        RefusedError: A link is where it would lie.
    """
    with look_into(location, _ADOPTED) as aside:
        entries = (entry for entry in aside.names() if entry.lower() == name.lower()) if aside else ()
        return next((location.workshop / _ADOPTED / entry for entry in entries), None)


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
    found = find(location, target.name)
    if found is None:
        return False
    with _open(location) as aside, open_kernels(location) as kernels:
        if found.name != target.name and kernels.look(found.name):
            return False
        _put_back(location, aside, found.name, kernels, target.name)
        if found.name != target.name and kernels.look(target.name):
            # It was written in capitals, which Jupyter does not tell apart.
            kernels.move(target.name, kernels, found.name)
    drop(location, target.name)
    return True


def _put_back(location: Location, aside: OpenFolder, fresh: str, kernels: OpenFolder, name: str) -> None:
    def swap_in(staging: OpenFolder) -> None:
        if staging.path.is_relative_to(location.kernels):
            aside.copy(fresh, staging, "copy")
            put(staging, "copy", kernels, name, staging)
        else:
            put(aside, fresh, kernels, name, staging)

    if not on_one_device(location, swap_in):
        throw_away(location, kernels, name)
        move(location, aside, kernels, fresh)


def drop(location: Location, name: str) -> None:
    """Delete what would never be given back: a later one has come, or its environment was deleted.

    Args:
        location: The data folder; hold its lock.
        name: The kernel's name.

    Raises:
        LocationError: It cannot be deleted.
        RefusedError: It belongs to somebody else.
    """
    if found := find(location, name):
        with _open(location) as aside:
            status = aside.look(found.name)
            if status and not may_delete(status, aside.status):
                raise RefusedError.of(found, "it belongs to somebody else")
            throw_away(location, aside, found.name)


@contextmanager
def _open(location: Location) -> Iterator[OpenFolder]:
    """Open the folder, which is gone again when nothing is in it."""
    with writing(location):
        with open_workshop(location, _ADOPTED) as aside:
            yield aside
        with suppress(OSError), open_workshop(location) as workshop:
            workshop.remove_empty(_ADOPTED)
