"""Carries out plans: writes and removes kernelspecs and records.

A process may be killed between any two steps, and the power may go. So each pair of steps has an order in
which a stop between them is harmless:

| first | then | after a stop between them |
| --- | --- | --- |
| note that somebody removed it | remove it | it is there: add or remove it again |
| keep what it says of itself | remove it with its environment | it is removed once more |
| delete the original it replaced | remove it, the environment being deleted | it is removed once more |
| swap the original in | delete what was replaced | that is in a staging or discarded folder |
| write it under its new name | remove it under its old one | both are there until `sync` |
| forget that somebody removed it | write it, as somebody asks | it may return automatically, as asked |
| note a removal for the new prefix | forget it for the old one | it is noted twice |
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import MoveNotes, Reason, Remove, Write
from ..jupyter.installed import read_installed
from ..kernelspec.record import have_one_owner, prefixes_of
from ..system.reading import is_present
from . import store
from .originals import drop_original, restore_original
from .remembered import forget, mark_removed, move_removed, remember, unmark_all_removed, unmark_removed

if TYPE_CHECKING:
    from ..actions import Action
    from ..models import Installed
    from ..system.open_folder import OpenFolder


def carry_out(action: Action, prepared: OpenFolder | None = None) -> None:
    """Do what was planned; the caller holds the lock of the location where a kernelspec changes.

    Args:
        prepared: Where new kernelspecs of its location lie ready; see `store.preparing`.

    Raises:
        LocationError: It cannot be done.
    """
    if isinstance(action, Write):
        _write(action, prepared)
    elif isinstance(action, Remove):
        _remove(action)
    elif isinstance(action, MoveNotes):
        move_removed(action.location, action.previous, action.prefix)
    else:
        unmark_all_removed(action.location, action.prefix)


def _write(action: Write, prepared: OpenFolder | None) -> None:
    environment, kernel = action.kernel.environment, action.kernel.directory
    for location in action.locations:
        unmark_removed(location, environment.prefix, kernel)
    if not action.unchanged:
        store.write_kernelspec(action.location, action.folder, action.rendered, prepared)
    for replaced in filter(None, (action.previous, action.current)):
        # An adopted folder may have been written in capitals, which Jupyter does not tell apart.
        if is_present(replaced.folder) and not replaced.folder.samefile(action.folder):
            store.remove_kernelspec(action.location, replaced.folder, is_replaced=True)
    # One that was named says nothing of the others that may come back.
    name = action.rendered.name if action.is_named else None
    for prefix in prefixes_of(environment):
        forget(action.location, prefix, kernel, name)


def _remove(action: Remove) -> None:
    location, item, owner = action.location, action.item, action.item.owner
    if action.reason is Reason.LOST:
        remember(location, item)
    if action.for_good and not action.row.gives_back:
        drop_original(location, item.name)
    for noted in action.noted:
        mark_removed(location, noted)
    try:
        if not (action.row.gives_back and restore_original(location, item.folder)):
            store.remove_kernelspec(location, item.folder)
    except BaseException:
        # An interruption may come when it is gone already.
        for noted in action.noted if _is_left(item) else ():
            unmark_removed(location, noted.prefix, noted.kernel)
        raise
    if action.for_good and owner:
        unmark_removed(location, owner.prefix, owner.kernel)


def _is_left(item: Installed) -> bool:
    return is_present(item.folder, as_link=True) and have_one_owner(read_installed(item.folder), item)
