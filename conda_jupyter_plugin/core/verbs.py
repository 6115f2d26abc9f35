"""The verbs, as short pipelines over the other rooms."""

from __future__ import annotations

import os
from dataclasses import replace
from enum import Enum
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import set_aside, store
from .absence import is_gone, is_missing
from .adoption import is_adoptable
from .dataclass import dataclass
from .environment import canonical, environment_around, same_prefix
from .errors import KernelError, KernelNotFoundError, LaterVersionError, NotManagedError
from .locations import check_writable
from .log import log_swallowed
from .memory import forget, remember
from .models import Choices, Environment, Installed, Owner, Registration, Result
from .planning import Planned, check_private, plan, runnable_kernels
from .status import describe, describe_planned
from .withdrawal import reinstate, withdraw

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from .registry import Registry


@dataclass(frozen=True)
class Found:
    """A kernelspec, and the registry of the location that it lies in."""

    registry: Registry
    item: Installed

    @cached_property
    def registration(self) -> Registration:
        """What is told about it."""
        return describe(self.registry, self.item)


def add(
    registry: Registry,
    environment: Environment,
    choices: Choices | None = None,
    *,
    force: bool = False,
    by_itself: bool = False,
    dry_run: bool = False,
) -> Result:
    """Register every kernel of an environment, or bring it up to date.

    Args:
        registry: The location and the rules.
        environment: The environment.
        choices: What the user chooses now; what was chosen earlier is kept.
        force: Whether a chosen name may take one that is reserved or not ours, and whether other users may
            read the values of variables.
        by_itself: Whether nobody asked for it; see `plan`.
        dry_run: Whether to only say what would be done.

    Returns:
        What was registered, refreshed, found up to date, and removed because it has another name now.

    Raises:
        KernelError: The environment cannot be registered so; nothing was changed.
    """
    choices = choices or Choices()
    if force:
        choices = replace(choices, share=True)
    planning = partial(_plan, environment=environment, choices=choices, force=force, by_itself=by_itself)
    planned = planning(registry)
    if not all(item.unchanged for item in planned):
        check_writable(registry.location)
        check_private(registry, planned)
        if not dry_run:
            return _write_all(registry, planned, planning)
    report = _report(registry, planned)
    for item in planned if dry_run else ():
        _take_note(registry, item, store.foresee(item.folder, item.rendered))
    return replace(report, dry_run=dry_run)


def _plan(registry: Registry, *, by_itself: bool, **options: Any) -> tuple[Planned, ...]:
    planned = plan(registry, by_itself=by_itself, **options)
    if not by_itself:
        return planned
    # What somebody has removed on purpose stays so.
    return tuple(item for item in planned if item.is_registered or not registry.is_withdrawn(item.kernel))


def _write_all(
    registry: Registry, planned: Sequence[Planned], planning: Callable[[Registry], Sequence[Planned]]
) -> Result:
    with store.locked(registry.location) as newly:
        if newly:
            # Another process may have written before the lock was ours.
            registry = registry.at(registry.location)
            planned = planning(registry)
        report = _report(registry, planned)
        for item in planned:
            _write(registry, item)
    return report


def list_kernels(registry: Registry, available: Iterable[Environment] = ()) -> tuple[Registration, ...]:
    """List every kernel that Jupyter sees.

    Args:
        registry: The location and the rules.
        available: Environments whose kernels are listed too where they are not registered.

    Returns:
        The kernels by name, each as Jupyter would find it, with its state.
    """
    seen: dict[str, Registration] = {}
    for found in _everything(registry):
        seen.setdefault(found.item.name.lower(), found.registration)
    rows = list(seen.values())
    registered = {(canonical(row.prefix), row.kernel) for row in rows if row.managed and row.prefix}
    for environment in available:
        rows += _unregistered(registry, environment, registered)
    return tuple(sorted(rows, key=lambda row: (row.name, row.status)))


def find_named(registry: Registry, name: str, *, force: bool = False) -> Found:
    """Find the kernel to remove by its name.

    Args:
        registry: The location and the rules.
        name: The kernel's name.
        force: Whether one that is not managed may be removed.

    Raises:
        KernelNotFoundError: There is none of that name.
        NotManagedError: It is not managed, and `force` is not set.
        LaterVersionError: A later version of this project wrote it, and `force` is not set.
    """
    for found in _everything(registry):
        if found.item.name.lower() == name.lower():
            if found.item.later and not force:
                raise LaterVersionError(found.item.folder)
            if not (force or found.item.owner):
                raise NotManagedError(name, found.item.folder)
            return found
    raise KernelNotFoundError(name)


def find_of(
    registry: Registry, prefix: Path | None, environment: str | None = None, *, force: bool = False
) -> tuple[Found, ...]:
    """Find the managed kernels of an environment, which may be gone.

    Args:
        registry: The location and the rules.
        prefix: The environment's prefix, None where it is not known.
        environment: The name of a conda environment that is gone, where the prefix is not known.
        force: Whether one that a later version of this project wrote may be removed.

    Raises:
        LaterVersionError: A later version of this project wrote one, and `force` is not set.
    """
    everything = tuple(
        found
        for found in _everything(registry)
        if (owner := found.item.owner)
        and (same_prefix(owner.prefix, prefix) if prefix else _was_named(owner, environment))
    )
    for found in everything:
        if found.item.later and not force:
            raise LaterVersionError(found.item.folder)
    return everything


def _was_named(owner: Owner, environment: str | None) -> bool:
    return owner.manager == "conda" and owner.environment == environment and is_missing(owner)


def find_missing(registry: Registry) -> tuple[Found, ...]:
    """Find the managed kernels whose environment is gone, or not here at the moment."""
    return tuple(
        found
        for found in _everything(registry)
        if (owner := found.item.owner) and not found.item.later and is_missing(owner)
    )


class Reason(Enum):
    """Why a kernel is removed, which says what becomes of it."""

    ASKED_FOR = "somebody wants it to stay away, and has back what it took the place of"
    LOST = "its environment is gone or has lost it, and may come back"
    DELETED = "its environment was deleted"


def remove(
    targets: Iterable[Found],
    reason: Reason = Reason.ASKED_FOR,
    *,
    dry_run: bool = False,
    unless: Callable[[Installed], bool] | None = None,
) -> Result:
    """Unregister kernels.

    Args:
        targets: What was found.
        reason: Why they are removed.
        dry_run: Whether to only say what would be done.
        unless: Looks once more, under the lock, whether a kernel is to stay.

    Returns:
        What was removed.

    Raises:
        LocationError: A kernelspec cannot be removed.
    """
    removed = []
    for found in targets:
        registration = found.registration
        if dry_run:
            found.registry.here.discard(found.item.name)
        if dry_run or _remove_one(found, reason, unless):
            removed.append(registration)
    return Result(removed=tuple(removed), dry_run=dry_run)


def _remove_one(found: Found, reason: Reason, unless: Callable[[Installed], bool] | None) -> bool:
    registry, item = found.registry, found.item
    with store.locked(registry.location):
        # Another process may have removed it, or put its own there, before the lock was ours.
        current = store.read(item.folder) if os.path.lexists(item.folder) else None
        going = current is not None and _same_owner(current, item) and not (unless and unless(current))
        if going and current:
            if reason is Reason.LOST:
                remember(registry.location, current)
            store.remove(registry.location, item.folder)
            registry.here.discard(item.name)
            if reason is not Reason.LOST:
                _settle(registry, current, reason)
    return going


def _settle(registry: Registry, removed: Installed, reason: Reason) -> None:
    """Do what is to be done for good once a kernel is removed."""
    owner, location = removed.owner, registry.location
    if owner is None:
        _withdraw_kernels_of(registry, removed)
    elif reason is Reason.DELETED or is_gone(owner):
        set_aside.drop(location, removed.name)
        reinstate(location, owner.prefix, owner.kernel)
    else:
        if owner.adopted:
            set_aside.give_back(location, removed.name)
        visible = (*registry.here, *registry.elsewhere.values())
        if not any(_same_owner(item, removed) for item in visible):
            withdraw(location, owner)


def _withdraw_kernels_of(registry: Registry, removed: Installed) -> None:
    """Let nothing take the place of what somebody wrote by hand, and has removed."""
    words = removed.spec.get("argv", [""])
    environment = environment_around(Path(words[0])) if os.path.isabs(words[0]) else None
    for kernel in runnable_kernels(environment) if environment else ():
        if is_adoptable(removed, kernel) and not registry.registrations(kernel):
            withdraw(registry.location, Owner.of(kernel))


def _same_owner(one: Installed, other: Installed) -> bool:
    if one.owner is None or other.owner is None:
        return one.owner is other.owner
    return (one.owner.prefix, one.owner.kernel) == (other.owner.prefix, other.owner.kernel)


def _everything(registry: Registry) -> Iterator[Found]:
    for location in registry.visible:
        one = registry.at(location)
        yield from (Found(one, item) for item in one.here)


def _unregistered(
    registry: Registry, environment: Environment, registered: set[tuple[str, str | None]]
) -> Iterator[Registration]:
    try:
        everything = plan(registry, environment, Choices(), by_itself=True)
    except KernelError:
        log_swallowed()
        # It holds none, or none that can be registered: `add` says why.
        return
    for planned in everything:
        if (canonical(environment.prefix), planned.kernel.directory) not in registered:
            yield replace(describe_planned(planned), path=None, managed=False, status="unregistered")


def _report(registry: Registry, planned: Sequence[Planned]) -> Result:
    def rows(wanted: Callable[[Planned], bool]) -> tuple[Registration, ...]:
        return tuple(describe_planned(item) for item in planned if wanted(item))

    return Result(
        registered=rows(lambda item: item.anew),
        refreshed=rows(lambda item: not item.anew and not item.unchanged),
        removed=tuple(describe(registry, item.former) for item in planned if item.former),
        unchanged=rows(lambda item: item.unchanged),
    )


def _write(registry: Registry, item: Planned) -> None:
    if not item.unchanged:
        store.write(registry.location, item.folder, item.rendered)
    for replaced in filter(None, (item.former, item.current)):
        # An adopted folder may have been written in capitals, which Jupyter does not tell apart.
        if replaced.folder.exists() and not replaced.folder.samefile(item.folder):
            set_aside.set_aside(registry.location, replaced.folder)
            if os.path.lexists(replaced.folder):
                store.remove(registry.location, replaced.folder)
    prefix, kernel = item.kernel.environment.prefix, item.kernel.directory
    forget(registry.location, prefix, kernel)
    for location in (registry.location, *registry.others):
        reinstate(location, prefix, kernel)
    _take_note(registry, item, store.read(item.folder))


def _take_note(registry: Registry, item: Planned, written: Installed) -> None:
    """Keep what is known of the location up to date with what was, or would be, written."""
    for replaced in filter(None, (item.former, item.current)):
        registry.here.discard(replaced.name)
    registry.here.put(written)
