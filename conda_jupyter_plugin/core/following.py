"""Kernels follow their environments: when they change, are renamed, or are gone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .discovery import find_kernels
from .environment import canonical, identify
from .errors import KernelError
from .models import Result
from .registry import Found, add, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from .models import Environment
    from .planning import Registry


def follow(registry: Registry, prefix: Path, *, new: bool, dry_run: bool = False) -> Result:
    """Bring the kernels of one environment in line with what it holds now.

    Args:
        registry: The places and rules; every visible place is looked at.
        prefix: The environment, which may be gone.
        new: Whether to register it where it is not registered yet.
        dry_run: Whether to only say what would be done.

    Returns:
        What was registered, refreshed and removed.

    Raises:
        KernelError: It could not be done.
    """
    return _follow(_places(registry), prefix, new=new, dry_run=dry_run)


def sync(
    registry: Registry,
    missing: Iterable[Environment] = (),
    *,
    dry_run: bool = False,
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> tuple[Result, list[KernelError]]:
    """Bring what is registered in line with what exists.

    Args:
        registry: The places and rules; every visible place is looked at.
        missing: Environments to register where they are not.
        dry_run: Whether to only say what would be done.
        progress: Goes through the environments while it shows how far it has come.

    Returns:
        What was refreshed, registered and removed, and what could not be mended.
    """
    places = _places(registry)
    owners = (item.owner for place in places for item in place.here.values())
    todo = {canonical(owner.prefix): owner.prefix for owner in owners if owner}
    new = {canonical(environment.prefix): environment.prefix for environment in missing}
    results, errors = [], []
    for prefix in progress(list({**todo, **new}.values())):
        try:
            results.append(_follow(places, prefix, new=canonical(prefix) in new, dry_run=dry_run))
        except KernelError as error:
            errors.append(error)
    return Result.merged(results, dry_run=dry_run), errors


def _places(registry: Registry) -> list[Registry]:
    """The registry once for each visible place, the one to write to first."""
    others = [place for place in registry.visible if place.data != registry.location.data]
    return [replace(registry, location=place) for place in (registry.location, *others)]


def _follow(places: Sequence[Registry], prefix: Path, *, new: bool, dry_run: bool) -> Result:
    environment = identify(prefix)
    held = {kernel.directory for kernel in find_kernels(environment)} if environment else set()
    results, registered = [], False
    for place in places:
        ours = place.owned_by(prefix)
        lost = [item for item in ours if item.owner and item.owner.kernel not in held]
        if lost:
            results.append(remove((Found(place, place.location, item) for item in lost), dry_run=dry_run))
        if environment and len(ours) > len(lost):
            results.append(add(place, environment, dry_run=dry_run))
            registered = True
    if environment and held and new and not registered:
        results.append(add(places[0], environment, dry_run=dry_run))
    return Result.merged(results, dry_run=dry_run)
