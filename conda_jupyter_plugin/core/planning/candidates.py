"""Which environments are to be brought in line: those with a kernel, with one once, and with one to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.absence import is_missing
from ..environment.environment import canonical, identify, is_there
from ..failures import collecting
from ..storage.remembered import remembered_owners, removed_owners
from .moved import former_prefixes, moved_along, places_beside

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Environment, Owner


def whom_to_follow(
    registry: Registry,
    new: Mapping[str, Environment],
    working: Iterable[Environment],
    errors: list[KernelError],
) -> tuple[list[Registry], list[Path]]:
    """Find every environment that has a kernel, had one, or is to get one.

    Args:
        registry: The rules.
        new: Environments to register where they are not, by their canonical prefixes.
        working: Environments that may be registered ones which have moved.
        errors: Takes what cannot be looked at.

    Returns:
        The registry of each location, with what has moved; and the environments' prefixes, those that are
        gone first, for they make room.
    """
    registries = registry.everywhere()
    items = [item for readable in registries for item in readable.inventory]
    known = {canonical(item.owner.prefix): item.owner.prefix for item in items if item.owner}
    registered = [item.owner for item in items if item.owner and not item.later]
    owners = list(registered)
    lost: list[Owner] = []
    places: dict[str, Environment] = {}
    previous_prefixes: Mapping[str, Path] = {}
    for readable in registries:
        with collecting(errors, readable.location.workshop):
            owners += removed_owners(readable.location)
            lost += remembered_owners(readable.location)
    with collecting(errors, registry.location.kernels):
        candidates = (*places_beside(owners), *working, *new.values())
        places = {canonical(environment.prefix): environment for environment in candidates}
        unknown = [places[key] for key in places if key not in known]
        missing = [owner for owner in owners + lost if not is_there(owner.prefix)]
        unknown += _half_followed(registered, missing)
        previous_prefixes = former_prefixes(unknown, missing)
    if previous_prefixes:
        registries = replace(registry, previous_prefixes=previous_prefixes).everywhere()
        for prefix in previous_prefixes.values():
            known.pop(canonical(prefix), None)
    back = [owner.prefix for owner in lost if not is_missing(owner)]
    others = [*back, *(places[key].prefix for key in places if key in new or key in previous_prefixes)]
    prefixes = {canonical(prefix): prefix for prefix in others} | known
    return registries, sorted(prefixes.values(), key=is_there)


def _half_followed(registered: Iterable[Owner], missing: Iterable[Owner]) -> Iterator[Environment]:
    """Find environments that have moved, whose kernel has its new name, and its old one still.

    A process that followed was stopped between the two. What was chosen for both is the same then, and they
    record one file system, seen at two places: where it is the same place, the old one is known to be gone.
    """
    by_file_system: dict[str, list[Owner]] = {}
    for previous in missing:
        if previous.origin and previous.origin.file_system:
            by_file_system.setdefault(previous.origin.file_system, []).append(previous)
    for owner in registered if by_file_system else ():
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
