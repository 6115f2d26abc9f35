"""Kernels are unregistered: for good, or until their environment comes back.

A process may be killed between any two steps, and the power may go. So each pair of steps has an order in
which a stop between them is harmless:

| first | then | after a stop between them |
| --- | --- | --- |
| note that somebody removed it | remove it | it is there: add or remove it again |
| keep what it says of itself | remove it with its environment | it is removed once more |
| delete the original it replaced | remove it, the environment being deleted | it is removed once more |
| swap the original in | delete what was replaced | that is in a staging or discarded folder |
| write it under its new name | remove it under its old one | both are there until `sync` |
| forget that somebody removed it | write it, as somebody asks | it may come by itself, as asked |
| note a removal for the new prefix | forget it for the old one | it is noted twice |
"""

from __future__ import annotations

import os
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.absence import is_gone
from ..environment.environment import environment_around
from ..errors import KernelError
from ..failures import collecting
from ..jupyter.installed import read_installed
from ..kernelspec.hand_made import is_adoptable
from ..models import Installed, Owner
from ..results import Result
from ..storage import originals, store
from ..storage.remembered import mark_removed, remember, unmark_removed
from ..system.path_text import paths_into
from ..system.reading import is_present

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from ..jupyter.registry import Registry
    from ..results import Registration
    from .find import Found


class Reason(Enum):
    """Why a kernel is removed.

    Attributes:
        ASKED_FOR: A user wants it to stay away. The original that it replaced comes back.
        LOST: Its environment is gone, or has lost the kernel, and may come back.
        DELETED: Its environment was deleted.
    """

    ASKED_FOR = "asked for"
    LOST = "lost"
    DELETED = "deleted"


def remove(
    targets: Iterable[Found],
    reason: Reason = Reason.ASKED_FOR,
    *,
    dry_run: bool = False,
    unless: Callable[[Installed], bool] | None = None,
) -> Result:
    """Unregister kernels.

    Args:
        dry_run: Whether to only say what would be done.
        unless: Looks once more, under the lock, whether a kernel is to stay.
    """
    removed: list[Registration] = []
    errors: list[KernelError] = []
    for found in targets:
        with collecting(errors, found.item.folder):
            registration = found.registration
            if dry_run:
                found.registry.inventory.discard(found.item.name)
            gives_back = _gives_back(found, reason)
            if dry_run or _remove_one(found, reason, unless, gives_back=gives_back):
                removed.append(replace(registration, gives_back=gives_back))
    return Result(removed=tuple(removed), dry_run=dry_run, errors=tuple(errors))


def _remove_one(
    found: Found, reason: Reason, unless: Callable[[Installed], bool] | None, *, gives_back: bool
) -> bool:
    registry, item = found.registry, found.item
    with store.locked(registry.location):
        # Another process may have removed it, or put its own there, before the lock was ours.
        current = _read_again(item)
        if current and current.problem and not item.problem:
            # Whose it is by now cannot be told.
            raise KernelError(current.problem)
        going = current is not None and _same_owner(current, item) and not (unless and unless(current))
        if going and current:
            noted = _note(found, current, reason, gives_back=gives_back)
            try:
                if not (gives_back and originals.restore_original(registry.location, item.folder)):
                    store.remove_kernelspec(registry.location, item.folder)
            except BaseException:
                # An interruption may come when it is gone already.
                left = _read_again(item)
                is_left = left is not None and _same_owner(left, current)
                for owner in noted if is_left else ():
                    unmark_removed(registry.location, owner.prefix, owner.kernel)
                raise
            registry.inventory.discard(item.name)
            if current.owner and _is_for_good(current.owner, reason):
                unmark_removed(registry.location, current.owner.prefix, current.owner.kernel)
    return going


def _read_again(item: Installed) -> Installed | None:
    return read_installed(item.folder) if is_present(item.folder, as_link=True) else None


def _note(found: Found, current: Installed, reason: Reason, *, gives_back: bool) -> tuple[Owner, ...]:
    """Write down what is to be known of a kernel once it is removed.

    Returns:
        Whose removal on purpose was noted.
    """
    location, owner = found.registry.location, current.owner
    if reason is Reason.LOST:
        remember(location, current)
    if owner is None:
        # Nothing takes the place of what somebody wrote by hand, and has removed.
        noted = tuple(_kernels_written_for(found.registry, current))
    elif _is_for_good(owner, reason):
        noted = ()
        if not gives_back:
            originals.drop_original(location, found.item.name)
    else:
        others = (item for item in found.registry.seen if item.folder != found.item.folder)
        stays = reason is Reason.LOST or any(_same_owner(item, found.item) for item in others)
        noted = () if stays else (owner,)
    for owner_noted in noted:
        mark_removed(location, owner_noted)
    return noted


def _is_for_good(owner: Owner, reason: Reason) -> bool:
    return reason is Reason.DELETED or (reason is Reason.ASKED_FOR and is_gone(owner))


def _gives_back(found: Found, reason: Reason) -> bool:
    """Whether something that is not ours comes, or would come, back to where a kernel is removed.

    What was written for its environment comes back only where somebody asks for it, and can start it then.
    """
    owner, aside = found.item.owner, originals.find_original(found.registry.location, found.item.name)
    if owner is None or not owner.adopted or aside is None:
        return False
    if reason is Reason.ASKED_FOR and not is_gone(owner):
        return True
    words = read_installed(aside).spec.get("argv", [])
    return not any(map(paths_into(owner.prefix).search, words))


def _kernels_written_for(registry: Registry, item: Installed) -> Iterator[Owner]:
    """Find the kernels that somebody wrote a kernelspec for by hand, and that are not registered besides."""
    words = item.spec.get("argv", [""])
    environment = environment_around(Path(words[0])) if os.path.isabs(words[0]) else None
    for kernel in registry.survey(environment).runnable if environment else ():
        if is_adoptable(item, kernel) and not registry.registrations(kernel):
            yield Owner.of(kernel)


def _same_owner(item: Installed, other: Installed) -> bool:
    if item.owner is None or other.owner is None:
        return item.owner is other.owner
    return (item.owner.prefix, item.owner.kernel) == (other.owner.prefix, other.owner.kernel)
