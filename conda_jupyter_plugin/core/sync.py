"""Kernels follow their environments: when they change, are renamed, or are gone."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import store
from .absence import is_gone
from .discovery import find_readable_kernels
from .environment import canonical, identify, is_there
from .errors import KernelError
from .memory import recall, remembered_prefixes
from .models import Result
from .moving import former_prefixes
from .planning import runnable_kernels
from .render import program
from .verbs import Found, add, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from .models import Environment, Installed, Registration
    from .registry import Registry


def follow(registry: Registry, prefix: Path, *, new: bool, deleted: bool = False) -> Result:
    """Bring the kernels of one environment in line with what it holds now.

    Args:
        registry: The places and rules; every visible place is looked at.
        prefix: The environment, which may be gone.
        new: Whether to register it where it is not registered yet.
        deleted: Whether it has just been deleted or renamed: then what is not there is known to be gone.

    Returns:
        What was registered, refreshed and removed.

    Raises:
        KernelError: It could not be done.
    """
    result, broken = _follow(_places(registry), prefix, new=new, dry_run=False, deleted=deleted)
    # Its other kernels have been taken care of by now.
    for error in broken:
        raise error
    return result


def environments_inside(registry: Registry, folder: Path) -> dict[Path, Path]:
    """Find the environments with kernels that lie inside a folder, or lay there: they go where it goes.

    Args:
        registry: The places and rules; every visible place is looked at.
        folder: The folder, which may be gone.

    Returns:
        The path of each inside the folder, by its prefix.
    """
    owners = (item.owner for place in _places(registry) for item in place.here)
    whole = Path(canonical(folder))
    paths = {owner.prefix: Path(canonical(owner.prefix)) for owner in owners if owner}
    return {prefix: path.relative_to(whole) for prefix, path in paths.items() if whole in path.parents}


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
        progress: Goes through environments while it shows how far it has come: all of them to compare, then
            those to write.

    Returns:
        What was refreshed, registered and removed, and what could not be mended.
    """
    places = _places(registry)
    owners = [item.owner for place in places for item in place.here if item.owner]
    todo = {canonical(owner.prefix): owner.prefix for owner in owners}
    new = {canonical(environment.prefix): environment for environment in missing}
    former = former_prefixes((new[key] for key in new if key not in todo), owners)
    if former:
        registry = replace(registry, former=former)
        places = _places(registry)
        for prefix in former.values():
            del todo[canonical(prefix)]
    back = [prefix for place in places for prefix in remembered_prefixes(place.location)]
    known = [environment.prefix for environment in new.values()]
    todo = {canonical(prefix): prefix for prefix in (*back, *known)} | todo
    # What is gone makes room first.
    prefixes = sorted(todo.values(), key=is_there)
    found, errors = _follow_all(places, progress(prefixes), new, dry_run=True)
    changing = {prefix: found.pop(prefix) for prefix in list(found) if found[prefix].changes}
    if dry_run:
        found.update(changing)
    elif changing:
        with ExitStack() as locks:
            # Held once for all of them, the places need not be read again for each.
            for place in places:
                if any(row.path and place.location.kernels in row.path.parents for row in _rows(changing)):
                    locks.enter_context(store.locked(place.location))
            written, failed = _follow_all(_places(registry), progress(list(changing)), new, dry_run=False)
        found.update(written)
        told = {str(error) for error in errors}
        errors += [error for error in failed if str(error) not in told]
    # What is in line already is most of it, and nobody's news.
    return replace(Result.merged(list(found.values()), dry_run=dry_run), unchanged=()), errors


def _follow_all(
    places: Sequence[Registry], prefixes: Iterable[Path], new: Container[str], *, dry_run: bool
) -> tuple[dict[Path, Result], list[KernelError]]:
    results: dict[Path, Result] = {}
    errors: list[KernelError] = []
    for prefix in prefixes:
        try:
            results[prefix], broken = _follow(places, prefix, new=canonical(prefix) in new, dry_run=dry_run)
            errors += broken
        except KernelError as error:
            errors.append(error)
    return results, errors


def _rows(results: Mapping[Path, Result]) -> Iterator[Registration]:
    return (row for result in results.values() for row in result.changes)


def _places(registry: Registry) -> list[Registry]:
    """The registry once for each visible place, the one to write to first."""
    return [replace(registry, location=place) for place in (registry.location, *registry.other_places)]


def _follow(
    places: Sequence[Registry], prefix: Path, *, new: bool, dry_run: bool, deleted: bool = False
) -> tuple[Result, list[KernelError]]:
    environment = identify(prefix)
    if environment and not _is_ours_to_follow(places, environment):
        # Its activation is the other command's affair, or another conda's: what that wrote stays.
        return Result(), []
    runnable = runnable_kernels(environment) if environment else ()
    results, registered = [], False
    for place in places:
        if place.former_of(prefix):
            # What lay there before is another environment, which was overwritten.
            results.append(remove([Found(place, it) for it in place.here.owned_by(prefix)], dry_run=dry_run))
        ours = [item for item in place.owned_by(prefix) if item.owner]
        lost = [item for item in ours if not _stays(item, prefix, deleted=deleted)]
        targets = (Found(place, item) for item in lost)
        unless = partial(_stays, prefix=prefix, deleted=deleted)
        # What conda has deleted is not to come back.
        results.append(remove(targets, dry_run=dry_run, unless=unless, may_return=not deleted))
        if environment and runnable and len(ours) > len(lost):
            results.append(add(place, environment, by_itself=True, dry_run=dry_run))
            registered = True
    new = new or any(recall(places[0].location, kernel) for kernel in runnable)
    if environment and runnable and new and not registered:
        results.append(add(places[0], environment, by_itself=True, dry_run=dry_run))
    # Nobody is told of an environment that is none of ours.
    concerned = environment is not None and (new or any(place.owned_by(prefix) for place in places))
    broken = find_readable_kernels(environment)[1] if environment and concerned else {}
    return Result.merged(results, dry_run=dry_run), list(broken.values())


def _is_ours_to_follow(places: Sequence[Registry], environment: Environment) -> bool:
    owners = [item.owner for place in places for item in place.owned_by(environment.prefix) if item.owner]
    if not owners:
        return environment.manager in places[0].activators
    return all(places[0].judges(environment, owner) for owner in owners)


def _stays(item: Installed, prefix: Path, *, deleted: bool) -> bool:
    """Whether the environment still holds a kernel, or may do so elsewhere; a broken one can be mended."""
    if item.owner is None:
        return False
    environment = identify(prefix)
    if environment is None:
        return not (deleted or is_gone(item.owner))
    kernels, broken = find_readable_kernels(environment)
    return item.owner.kernel in broken or any(
        kernel.directory == item.owner.kernel and os.path.exists(program(kernel)) for kernel in kernels
    )
