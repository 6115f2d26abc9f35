"""Finds the environments to update: those with a kernel, a remembered one, or a new one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..environment.absence import is_missing
from ..environment.environment import canonical, identify, is_there
from ..errors import UnreadableError
from ..failures import collecting
from ..models import Why
from ..state.stamp import is_as_stamped
from ..storage.remembered import remembered_owners, removed_owners
from .following import Change, Following
from .moved import find_moved, moved_along, places_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed, Owner


@dataclass(frozen=True)
class Environments:
    """Environments to check even if no kernel is registered for them.

    Attributes:
        new: Those to register where they are not.
        working: Those that may be registered ones which have moved.
        why: On whose word.
    """

    new: Sequence[Environment] = ()
    working: Sequence[Environment] = ()
    why: Why = Why.ASKED


def whom_to_follow(
    registries: Sequence[Registry], into: Location, environments: Environments, errors: list[KernelError]
) -> list[Following]:
    """Find every environment that has a kernel, had one, or is to get one, unless it is as it was.

    Args:
        registries: Every location that can be read.
        into: Where what is new is registered.
        environments: Those that need not be registered.
        errors: Collects unreadable items.

    Returns:
        The environments, those that are gone first, for they make room.
    """
    settled, items = _look(registries, errors)
    registered = [item.owner for item in items if item.owner and not item.later]
    known = {canonical(item.owner.prefix): item.owner.prefix for item in items if item.owner}
    noted, lost = _noted(registries, errors)
    places: dict[str, Environment] = {}
    moved: Mapping[str, Environment] = {}
    asked = [environment for environment in environments.new if str(environment.prefix) not in settled]
    new = {canonical(environment.prefix) for environment in asked}
    with collecting(errors, into.kernels):
        candidates = (*places_beside([*registered, *noted]), *environments.working, *asked)
        places = {canonical(environment.prefix): environment for environment in candidates}
        for key in {*map(canonical, map(Path, settled if places else ()))}.intersection(places):
            del places[key]
        unknown = [places[key] for key in places if key not in known]
        missing = [owner for owner in [*registered, *noted, *lost] if not is_there(owner.prefix)]
        unknown += _half_followed(registries, missing)
        moved = {canonical(found.prefix): found for found in find_moved(unknown, missing)}
    for environment in moved.values():
        known.pop(canonical(environment.previous or environment.prefix), None)
    back = [owner.prefix for owner in lost if not is_missing(owner)]
    others = [*back, *(places[key].prefix for key in places if key in new or key in moved)]
    followed = []
    for key, prefix in ({canonical(prefix): prefix for prefix in others} | known).items():
        previous = moved[key].previous if key in moved else None
        followed.append(Following(prefix, into, Change(previous, new=key in new, why=environments.why)))
    return sorted(followed, key=lambda following: is_there(following.prefix))


def _noted(
    registries: Iterable[Registry], errors: list[KernelError]
) -> tuple[Sequence[Owner], Sequence[Owner]]:
    """Find whose kernels were removed on purpose, and whose went with their environments."""
    removed: list[Owner] = []
    remembered: list[Owner] = []
    for registry in registries:
        with collecting(errors, registry.location.workshop):
            removed += removed_owners(registry.location)
            remembered += remembered_owners(registry.location)
    return removed, remembered


def _look(registries: Iterable[Registry], errors: list[KernelError]) -> tuple[set[str], list[Installed]]:
    """Look at all managed kernelspecs; of those that are as they should be, by their stamps, none is kept.

    Args:
        errors: Collects items of unknown owners.

    Returns:
        The prefixes of the environments all of whose kernels are so, and the kernelspecs of all others.
    """
    settled: set[str] = set()
    unsettled: set[str] = set()
    stamped: list[tuple[Registry, str, list[str]]] = []
    items: list[Installed] = []
    for registry in registries:
        names: dict[str, list[str]] = {}
        for item in registry.inventory.each():
            if item.is_unread:
                errors.append(UnreadableError(str(item.problem)))
            elif item.owner and _is_settled(registry, item):
                names.setdefault(str(item.owner.prefix), []).append(item.name)
            elif item.owner:
                items.append(item)
                unsettled.add(str(item.owner.prefix))
        settled |= names.keys()
        # One of them may have been removed by hand.
        unsettled |= {prefix for prefix in names if len(registry.stamps.of(prefix)) != len(names[prefix])}
        stamped += ((registry, *kernels) for kernels in names.items())
    again = (
        registry.inventory.get(name)
        for registry, prefix, names in stamped
        for name in names
        if prefix in unsettled
    )
    return settled - unsettled, [*items, *filter(None, again)]


def _is_settled(registry: Registry, item: Installed) -> bool:
    with collecting([], item.folder):
        return is_as_stamped(registry, item)
    return False


def _half_followed(registries: Iterable[Registry], missing: Iterable[Owner]) -> Iterator[Environment]:
    """Find environments that have moved, whose kernel has its new name, and its old one still.

    A process that followed was stopped between the two. What was chosen for both is the same then, and they
    record one file system, seen at two places: where it is the same place, the old one is known to be gone.
    """
    by_file_system: dict[str, list[Owner]] = {}
    for previous in missing:
        if previous.origin and previous.origin.file_system:
            by_file_system.setdefault(previous.origin.file_system, []).append(previous)
    items = (item for registry in registries for item in registry.inventory) if by_file_system else ()
    for owner in (item.owner for item in items if item.owner and not item.later):
        others = by_file_system.get(owner.origin.file_system, ()) if owner.origin else ()
        is_moved = any(_is_same_kernel(owner, previous) for previous in others)
        if is_moved and (environment := identify(owner.prefix)):
            yield environment


def _is_same_kernel(owner: Owner, previous: Owner) -> bool:
    return (
        (owner.kernel, owner.additional) == (previous.kernel, previous.additional)
        and owner.origin != previous.origin
        and owner.choices == moved_along(previous.choices, previous.prefix, owner.prefix)
    )
