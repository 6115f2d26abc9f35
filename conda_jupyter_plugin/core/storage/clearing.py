"""Everything of ours at a location is taken away but kernelspecs: originals go back, notes and folder go."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ..failures import collecting
from ..jupyter.installed import has_managed
from ..jupyter.paths import WORKSHOP
from ..system import WINDOWS
from ..system.lock import FILE as LOCK
from ..system.opening import open_folder, open_own
from ..system.permissions import may_delete
from ..system.refusals import RefusedError
from .originals import FOLDERS, restore_left
from .staging import writing
from .store import locked

if TYPE_CHECKING:
    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..system.open_folder import OpenFolder


def clear(location: Location, errors: list[KernelError]) -> list[str]:
    """Take away all that is ours at a location, unless a kernelspec of ours is left there.

    Args:
        errors: Takes why something is left.

    Returns:
        The names of originals that are back, though no kernel of ours was in their place.
    """
    restored: list[str] = []
    with collecting(errors, location.workshop):
        if not os.path.lexists(location.workshop):
            return restored
        with locked(location):
            if has_managed(location):
                return restored
            restored += restore_left(location, errors)
            with writing(location), open_own(location.workshop) as workshop:
                _empty(workshop, errors)
        _delete_empty(location)
    return restored


def _empty(workshop: OpenFolder, errors: list[KernelError]) -> None:
    """Delete everything in our folder except the lock and originals that cannot be restored."""
    for name in workshop.names():
        status = workshop.look(name)
        if status is None or name == LOCK:
            continue
        if name in FOLDERS and workshop.is_folder(name):
            with suppress(OSError):
                workshop.remove_empty(name)
            continue
        with collecting(errors, workshop.path / name):
            if not may_delete(status, workshop.status):
                raise RefusedError.of(workshop.path / name, "it belongs to another user")
            workshop.delete(name)
    if workshop.names() == [LOCK] and not WINDOWS:
        # Whoever waits for it sees that it is gone; on Windows it cannot be deleted as long as it is held.
        workshop.unlink(LOCK)


def _delete_empty(location: Location) -> None:
    """Delete our folder if nothing is in it: another process may have a lock of its own there by now."""
    with suppress(OSError), open_folder(location.data) as data:
        if WINDOWS:
            with data.enter(WORKSHOP) as workshop:
                if workshop.names() == [LOCK]:
                    workshop.unlink(LOCK)
        data.remove_empty(WORKSHOP)
