"""Keeps originals: kernelspecs that a managed one replaced, to restore them unchanged.

It is in our own folder of the data folder, under its own name.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..failures import collecting
from ..kernelspec.record import is_recorded
from ..system.open_folder import Entry
from ..system.permissions import may_delete
from ..system.refusals import RefusedError
from .staging import look_into, move, on_one_device, open_kernels, open_workshop, throw_away, writing
from .swapping import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..system.open_folder import OpenFolder

FOLDERS = ("originals", "adopted")
"""Their folders; older versions used the second one."""


def keep_original(location: Location, folder: OpenFolder, name: str) -> bool:
    """Take away what was replaced, unless it was ours; of one name the latest is kept.

    Args:
        folder: The folder that it is in.
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
    drop_original(location, name)
    with _open(location, FOLDERS[0]) as kept:
        move(location, folder, kept, name)
    return True


def find_original(location: Location, name: str) -> Path | None:
    """Find what one of our kernelspecs has taken the place of.

    Returns:
        Where it is now; its name may be written in capitals.

    Raises:
        UnreadableError: That cannot be found out.
        RefusedError: A link is where it would lie.
    """
    for kind in FOLDERS:
        with look_into(location, kind) as kept:
            for entry in kept.names() if kept else ():
                if entry.lower() == name.lower():
                    return location.workshop / kind / entry
    return None


def restore_original(location: Location, target: Path) -> bool:
    """Put back what was there before our kernelspec, in its place; where there is nothing, nothing is done.

    Returns:
        Whether our kernelspec is gone with that.

    Raises:
        LocationError: It cannot be put back.
    """
    found = find_original(location, target.name)
    if found is None:
        return False
    with _open(location, found.parent.name) as kept, open_kernels(location) as kernels:
        if found.name != target.name and kernels.look(found.name):
            return False
        original = Entry(kept, found.name)
        _put_back(location, original, Entry(kernels, target.name))
        if original.name != target.name and kernels.look(target.name):
            # It was written in capitals, which Jupyter does not tell apart.
            kernels.move(target.name, kernels, original.name)
    drop_original(location, target.name)
    return True


def restore_left(location: Location, errors: list[KernelError]) -> list[str]:
    """Put back the originals that no kernel of ours is in the place of any more.

    Args:
        errors: Takes which of them cannot have their place.

    Returns:
        The names of those that are back.
    """
    restored = []
    for kind in FOLDERS:
        with look_into(location, kind) as kept:
            names = kept.names() if kept else []
        for name in names:
            with collecting(errors, name), _open(location, kind) as kept, open_kernels(location) as kernels:
                if kernels.look(name):
                    raise RefusedError.of(kept.path / name, f"another kernel is named {name}")
                move(location, kept, kernels, name)
                restored.append(name)
    return restored


def _put_back(location: Location, original: Entry, target: Entry) -> None:
    kept, kernels = original.folder, target.folder

    def swap_in(staging: OpenFolder) -> None:
        if staging.path.is_relative_to(location.kernels):
            kept.copy(original.name, staging, "copy")
            put(Entry(staging, "copy"), target, staging)
        else:
            put(original, target, staging)

    if not on_one_device(location, swap_in):
        throw_away(location, kernels, target.name)
        move(location, kept, kernels, original.name)


def drop_original(location: Location, name: str) -> None:
    """Delete what would never be given back: a later one has come, or its environment was deleted.

    Raises:
        LocationError: It cannot be deleted.
        RefusedError: It belongs to somebody else.
    """
    if found := find_original(location, name):
        with _open(location, found.parent.name) as kept:
            status = kept.look(found.name)
            if status and not may_delete(status, kept.status):
                raise RefusedError.of(found, "it belongs to another user")
            throw_away(location, kept, found.name)


@contextmanager
def _open(location: Location, kind: str) -> Iterator[OpenFolder]:
    """Open a folder of originals, which is gone again when nothing is in it."""
    with writing(location):
        with open_workshop(location, kind) as kept:
            yield kept
        with suppress(OSError), open_workshop(location) as workshop:
            workshop.remove_empty(kind)
