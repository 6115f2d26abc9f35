"""Which environments are to be brought in line: those with a kernel, with one once, and with one to be."""

from __future__ import annotations

from ..dataclass import replace
from ..environment.absence import is_missing
from ..environment.environment import canonical, identify, is_there
from ..failures import collecting
from ..planning.moved import former_prefixes, moved_along, places_beside
from ..storage.remembered import remembered_owners, removed_owners

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Environment, Owner


def whom_to_follow(
    registry: Registry,
    new: Mapping[str, Environment],
    around: Iterable[Environment],
    errors: list[KernelError],
) -> tuple[list[Registry], list[Path]]:
    """Find every environment that has a kernel, had one, or is to get one.

    Args:
        registry: The rules.
        new: Environments to register where they are not, by their canonical prefixes.
        around: Environments that may be registered ones which have moved.
        errors: Takes what cannot be looked at.

    Returns:
        The registry of each location, with what has moved; and the environments' prefixes, those that are
        gone first, for they make room.
    """
    registries = registry.everywhere()
    items = [item for one in registries for item in one.here]
    known = {canonical(item.owner.prefix): item.owner.prefix for item in items if item.owner}
    registered = [item.owner for item in items if item.owner and not item.later]
    owners = list(registered)
    lost: list[Owner] = []
    places: dict[str, Environment] = {}
    former: Mapping[str, Path] = {}
    for one in registries:
        with collecting(errors, one.location.workshop):
            owners += removed_owners(one.location)
            lost += remembered_owners(one.location)
    with collecting(errors, registry.location.kernels):
        candidates = (*places_beside(owners), *around, *new.values())
        places = {canonical(one.prefix): one for one in candidates}
        unknown = [places[key] for key in places if key not in known]
        missing = [owner for owner in owners + lost if not is_there(owner.prefix)]
        unknown += _half_followed(registered, missing)
        former = former_prefixes(unknown, missing)
    if former:
        registries = replace(registry, former=former).everywhere()
        for prefix in former.values():
            known.pop(canonical(prefix), None)
    back = [owner.prefix for owner in lost if not is_missing(owner)]
    others = [*back, *(places[key].prefix for key in places if key in new or key in former)]
    prefixes = {canonical(prefix): prefix for prefix in others} | known
    return registries, sorted(prefixes.values(), key=is_there)


def _half_followed(registered: Iterable[Owner], missing: Iterable[Owner]) -> Iterator[Environment]:
    """Find environments that have moved, whose kernel has its new name, and its old one still.

    A process that followed was stopped between the two. What was chosen for both is the same then, and they
    record one file system, seen at two places: where it is the same place, the old one is known to be gone.
    """
    by_file_system: dict[str, list[Owner]] = {}
    for former in missing:
        if former.origin and former.origin.file_system:
            by_file_system.setdefault(former.origin.file_system, []).append(former)
    for owner in registered if by_file_system else ():
        others = by_file_system.get(owner.origin.file_system, ()) if owner.origin else ()
        is_moved = any(_is_same_kernel(owner, former) for former in others)
        if is_moved and (environment := identify(owner.prefix)):
            yield environment


def _is_same_kernel(owner: Owner, former: Owner) -> bool:
    return (
        (owner.kernel, owner.further) == (former.kernel, former.further)
        and owner.origin != former.origin
        and owner.choices == moved_along(former.choices, former.prefix, owner.prefix)
    )
