"""Kernels follow their environments: when they change, are renamed, or are gone."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import store
from .absence import is_gone
from .discovery import find_readable_kernels
from .environment import canonical, identify, is_deleted, is_there, same_prefix
from .errors import KernelError, LaterVersionError
from .finding import Found
from .log import log_swallowed, passing_over
from .memory import recall, remembered_prefixes
from .models import Result
from .moving import former_prefixes
from .planning import runnable_kernels
from .removal import Reason, remove
from .render import program
from .verbs import add
from .withdrawal import forget_all, move_along, withdrawn

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence

    from .locations import Location
    from .models import Environment, Installed
    from .registry import Registry


def follow(registry: Registry, prefix: Path, *, new: bool, deleted: bool = False) -> Result:
    """Bring the kernels of one environment in line with what it holds now.

    Args:
        registry: The rules; every visible location is looked at.
        prefix: The environment, which may be gone.
        new: Whether to register it where it is not registered yet.
        deleted: Whether it has just been deleted or renamed: then what is not there is known to be gone.

    Returns:
        What was registered, refreshed and removed.

    Raises:
        KernelError: It could not be done.
    """
    result, errors = _follow(registry.everywhere(), prefix, new=new, dry_run=False, deleted=deleted)
    # Its other kernels have been taken care of by now.
    for error in errors:
        raise error
    return result


def environments_inside(registry: Registry, folder: Path) -> dict[Path, Path]:
    """Find the environments with kernels that lie inside a folder, or lay there: they go where it goes.

    Args:
        registry: The rules; every visible location is looked at.
        folder: The folder, which may be gone.

    Returns:
        The path of each inside the folder, by its prefix.
    """
    owners = (item.owner for one in registry.everywhere() for item in one.here)
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
        registry: The rules; every visible location is looked at.
        missing: Environments to register where they are not.
        dry_run: Whether to only say what would be done.
        progress: Goes through environments while it shows how far it has come: all of them to compare, then
            those to write.

    Returns:
        What was refreshed, registered and removed, and what could not be mended.
    """
    new = {canonical(environment.prefix): environment for environment in missing}
    registries, prefixes = _whom_to_follow(registry, new)
    surveyed, errors = _follow_all(registries, progress(prefixes), new, dry_run=True)
    if dry_run:
        return _news(surveyed, dry_run=True), errors
    changing = {prefix: result for prefix, result in surveyed.items() if result.changes}
    if not changing:
        return Result(), errors
    with _locked(registries, changing):
        # Held once for all of them, the locations need not be read again for each.
        afresh = registries[0].everywhere()
        written, failed = _follow_all(afresh, progress(list(changing)), new, dry_run=False)
    told = {str(error) for error in errors}
    return _news(written), errors + [error for error in failed if str(error) not in told]


def _whom_to_follow(registry: Registry, new: Mapping[str, Environment]) -> tuple[list[Registry], list[Path]]:
    """Find every environment that has a kernel, had one, or is to get one; what is gone makes room first."""
    registries = registry.everywhere()
    items = [item for one in registries for item in one.here]
    known = {canonical(item.owner.prefix): item.owner.prefix for item in items if item.owner}
    owners = [item.owner for item in items if item.owner and not item.later]
    owners += (owner for one in registries for owner in withdrawn(one.location))
    former = former_prefixes((new[key] for key in new if key not in known), owners)
    if former:
        registries = replace(registry, former=former).everywhere()
        for prefix in former.values():
            known.pop(canonical(prefix), None)
    back = [prefix for one in registries for prefix in remembered_prefixes(one.location)]
    others = [*back, *(environment.prefix for environment in new.values())]
    prefixes = {canonical(prefix): prefix for prefix in others} | known
    return registries, sorted(prefixes.values(), key=is_there)


def _follow_all(
    registries: Sequence[Registry], prefixes: Iterable[Path], new: Container[str], *, dry_run: bool
) -> tuple[dict[Path, Result], list[KernelError]]:
    results: dict[Path, Result] = {}
    errors: list[KernelError] = []
    for prefix in prefixes:
        try:
            results[prefix], failed = _follow(
                registries, prefix, new=canonical(prefix) in new, dry_run=dry_run
            )
            errors += failed
        except KernelError as error:
            log_swallowed()
            errors.append(error)
    return results, errors


@contextmanager
def _locked(registries: Iterable[Registry], changing: Mapping[Path, Result]) -> Iterator[None]:
    """Hold every location that something is about to change in."""
    paths = [row.path for result in changing.values() for row in result.changes if row.path]
    with ExitStack() as locks:
        for registry in registries:
            if any(registry.location.kernels in path.parents for path in paths):
                locks.enter_context(store.locked(registry.location))
        yield


def _news(results: Mapping[Path, Result], *, dry_run: bool = False) -> Result:
    """Put results together without what is in line already: that is most of it, and nobody's news."""
    return replace(Result.merged(list(results.values()), dry_run=dry_run), unchanged=())


def _follow(
    registries: Sequence[Registry], prefix: Path, *, new: bool, dry_run: bool, deleted: bool = False
) -> tuple[Result, list[KernelError]]:
    """Bring one environment's kernels in line everywhere; what is wrong with one of them stops no other."""
    environment = identify(prefix)
    # `conda remove` may have taken a package away, or the whole environment.
    deleted = deleted and is_deleted(prefix)
    if environment and not _is_ours_to_follow(registries, environment):
        # Its activation is the other command's affair, or another conda's: what that wrote stays.
        return Result(), []
    runnable = runnable_kernels(environment) if environment else ()
    if not dry_run and (former := registries[0].former_of(prefix)):
        for registry in registries:
            _keep_withdrawn(registry.location, former, prefix)
    for registry in registries if deleted else ():
        forget_all(registry.location, prefix)
    results, registered = [], False
    for registry in registries:
        removed, stays = _remove_lost(registry, prefix, dry_run=dry_run, deleted=deleted)
        results.append(removed)
        if environment and runnable and stays:
            results.append(add(registry, environment, by_itself=True, dry_run=dry_run))
            registered = True
    new = new or any(recall(registries[0].location, kernel) for kernel in runnable)
    if environment and runnable and new and not registered:
        results.append(add(registries[0], environment, by_itself=True, dry_run=dry_run))
    return Result.merged(results, dry_run=dry_run), _troubles(registries, prefix, environment, new=new)


def _remove_lost(registry: Registry, prefix: Path, *, dry_run: bool, deleted: bool) -> tuple[Result, bool]:
    """Remove the kernels that an environment has lost at a location; say whether others are left there."""
    overwritten = registry.here.owned_by(prefix) if registry.former_of(prefix) else ()
    # What lay there before a rename is another environment, which was overwritten.
    ghosts = [Found(registry, item) for item in overwritten if not item.later]
    gone = remove(ghosts, Reason.DELETED, dry_run=dry_run)
    ours = registry.owned_by(prefix)
    stays = partial(_stays, prefix=prefix, deleted=deleted)
    lost = [Found(registry, item) for item in ours if not stays(item)]
    # What conda has deleted is not to come back.
    reason = Reason.DELETED if deleted else Reason.LOST
    removed = remove(lost, reason, dry_run=dry_run, unless=stays)
    return Result.merged([gone, removed], dry_run=dry_run), len(ours) > len(lost)


def _keep_withdrawn(location: Location, former: Path, prefix: Path) -> None:
    """Let what somebody removed on purpose stay so through a rename."""
    if any(same_prefix(owner.prefix, former) for owner in withdrawn(location)):
        # An administrator's place may not be ours to write to.
        with passing_over(KernelError), store.locked(location):
            move_along(location, former, prefix)


def _troubles(
    registries: Sequence[Registry], prefix: Path, environment: Environment | None, *, new: bool
) -> list[KernelError]:
    """What cannot be brought in line; nobody is told of an environment that is none of ours."""
    items = _owned_by(registries, prefix)
    troubles: list[KernelError] = [LaterVersionError(item.folder) for item in items if item.later]
    if environment and (new or items):
        troubles += find_readable_kernels(environment)[1].values()
    return troubles


def _owned_by(registries: Sequence[Registry], prefix: Path) -> list[Installed]:
    return [item for registry in registries for item in registry.owned_by(prefix)]


def _is_ours_to_follow(registries: Sequence[Registry], environment: Environment) -> bool:
    owners = [item.owner for item in _owned_by(registries, environment.prefix) if item.owner]
    if not owners:
        return environment.manager in registries[0].activators
    return all(registries[0].judges(environment, owner) for owner in owners)


def _stays(item: Installed, prefix: Path, *, deleted: bool) -> bool:
    """Whether the environment still holds a kernel, or may do so elsewhere; a broken one can be mended."""
    if item.owner is None:
        return False
    if item.later:
        return True
    environment = identify(prefix)
    if environment is None:
        return not (deleted or is_gone(item.owner))
    kernels, broken = find_readable_kernels(environment)
    return item.owner.kernel in broken or any(
        kernel.directory == item.owner.kernel and os.path.exists(program(kernel)) for kernel in kernels
    )
