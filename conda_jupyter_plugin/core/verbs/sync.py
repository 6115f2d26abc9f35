"""Kernels follow their environments: when they change, are renamed, or are gone."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.absence import is_gone
from ..environment.environment import canonical, identify, is_deleted
from ..errors import BrokenKernelspecError, KernelError, LaterVersionError, UnreadableError
from ..failures import collecting, passing_over
from ..kernelspec.program import program
from ..kernelspec.survey import has_kernel, read_kernel
from ..models import Why
from ..planning.candidates import whom_to_follow
from ..results import Result
from ..storage import store
from ..storage.remembered import move_removed, recall, unmark_all_removed
from ..system.reading import is_present
from .add import add
from .find import Found
from .remove import Reason, remove

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed


def follow(registry: Registry, prefix: Path, *, new: bool, deleted: bool = False) -> Result:
    """Bring the kernels of one environment in line with what it holds now.

    Args:
        registry: The rules; every visible location is looked at.
        prefix: The environment, which may be gone.
        new: Whether to register it where it is not registered yet.
        deleted: Whether it has just been deleted or renamed: then what is not there is known to be gone.
    """
    registries = registry.everywhere()
    result = _follow(registries, prefix, registry.location, new=new, dry_run=False, deleted=deleted)
    if any(readable.location == registry.location for readable in registries):
        return result
    return Result.merged([Result.failed(registry.unreadable()), result])


def sync(
    registry: Registry,
    missing: Iterable[Environment] = (),
    *,
    working: Iterable[Environment] = (),
    dry_run: bool = False,
    progress: Callable[[Sequence[Path]], Iterable[Path]] = iter,
) -> Result:
    """Bring what is registered in line with what exists.

    Args:
        registry: The rules; every visible location is looked at.
        missing: Environments to register where they are not.
        working: Environments that may be registered ones which have moved.
        dry_run: Whether to only say what would be done.
        progress: Goes through environments while it shows how far it has come: all of them to compare, then
            those to write.
    """
    new = {canonical(environment.prefix): environment for environment in missing}
    errors: list[KernelError] = []
    registries, prefixes = whom_to_follow(registry.remembering(), new, working, errors)
    follow_all = partial(_follow_all, into=registry.location, new=new)
    surveyed = follow_all(registries, progress(prefixes), dry_run=True)
    changing = {prefix: result for prefix, result in surveyed.items() if result.changes}
    errors += _unread(registries)
    if dry_run or not changing:
        return _news([Result.failed(errors), *surveyed.values()], dry_run=dry_run)
    untouched = [result for prefix, result in surveyed.items() if prefix not in changing]
    with _locked(registries, changing) as refused:
        # Held once for all of them, the locations need not be read again for each.
        fresh = registries[0].remembering()
        afresh = [fresh.at(readable.location) for readable in registries if readable.location not in refused]
        written = follow_all(afresh, progress(list(changing)), dry_run=False)
        errors += _unread(afresh)
    return _news([Result.failed([*errors, *refused.values()]), *untouched, *written.values()])


def _unread(registries: Iterable[Registry]) -> list[KernelError]:
    """What is not brought in line because nobody can tell whose it is."""
    items = (item for registry in registries for item in registry.inventory if item.is_unread)
    return [UnreadableError(str(item.problem)) for item in items]


def _follow_all(
    registries: Sequence[Registry],
    prefixes: Iterable[Path],
    *,
    into: Location,
    new: Container[str],
    dry_run: bool,
) -> dict[Path, Result]:
    follow_one = partial(_follow, registries, into=into, dry_run=dry_run)
    return {prefix: follow_one(prefix=prefix, new=canonical(prefix) in new) for prefix in prefixes}


@contextmanager
def _locked(
    registries: Iterable[Registry], changing: Mapping[Path, Result]
) -> Iterator[Mapping[Location, KernelError]]:
    """Hold every location that something is about to change in; say which cannot be held, and why."""
    folders = {row.path.parent for result in changing.values() for row in result.changes if row.path}
    refused: dict[Location, KernelError] = {}
    with ExitStack() as locks:
        for location in (
            readable.location for readable in registries if readable.location.kernels in folders
        ):
            errors: list[KernelError] = []
            with collecting(errors, location.kernels):
                locks.enter_context(store.locked(location))
            refused.update((location, error) for error in errors)
        yield refused


def _news(results: Iterable[Result], *, dry_run: bool = False) -> Result:
    """Put results together without what is in line already: that is most of it, and nobody's news."""
    return replace(Result.merged(list(results), dry_run=dry_run), unchanged=())


def _follow(
    registries: Sequence[Registry],
    prefix: Path,
    into: Location,
    *,
    new: bool,
    dry_run: bool,
    deleted: bool = False,
) -> Result:
    """Bring one environment's kernels in line everywhere; what is wrong with one of them stops no other.

    Args:
        registries: Every location that can be read.
        into: Where it is registered if it is not yet, provided that that one can be read.
    """
    errors: list[KernelError] = []
    results: list[Result] = []
    with collecting(errors, prefix):
        if registries:
            results = _follow_readable(registries, prefix, into, new=new, dry_run=dry_run, deleted=deleted)
    return Result.merged([*results, Result.failed(errors)], dry_run=dry_run)


def _follow_readable(
    registries: Sequence[Registry], prefix: Path, into: Location, *, new: bool, dry_run: bool, deleted: bool
) -> list[Result]:
    environment = identify(prefix)
    # `conda remove` may have taken a package away, or the whole environment.
    deleted = deleted and is_deleted(prefix)
    if environment and not _is_ours_to_follow(registries, environment):
        # Its activation is the other command's affair, or another conda's: what that wrote stays.
        return []
    runnable = registries[0].survey(environment).runnable if environment else ()
    previous = registries[0].previous_prefix(prefix)
    if previous and not dry_run:
        for registry in registries:
            move_removed(registry.location, previous, prefix)
    for registry in registries if deleted else ():
        unmark_all_removed(registry.location, prefix)
    addable = environment if runnable else None
    present = {kernel.directory for kernel in runnable}
    done = [
        _follow_at(readable, prefix, addable, present, dry_run=dry_run, deleted=deleted)
        for readable in registries
    ]
    results = [result for result, _ in done]
    addable_at = next((readable for readable in registries if readable.location == into), None)
    new = addable_at is not None and (new or any(recall(into, kernel, previous) for kernel in runnable))
    if addable_at and addable and new and not any(stays for _, stays in done):
        results.append(_add(addable_at, addable, dry_run=dry_run))
    return [*results, Result.failed(_troubles(registries, prefix, environment, new=new))]


def _follow_at(
    registry: Registry,
    prefix: Path,
    environment: Environment | None,
    present: Container[str],
    *,
    dry_run: bool,
    deleted: bool,
) -> tuple[Result, bool]:
    """Bring an environment's kernels in line at one location; say whether it has some there."""
    errors: list[KernelError] = []
    results, stays = [], True
    with collecting(errors, registry.location.kernels):
        removed, stays = _remove_lost(registry, prefix, present, dry_run=dry_run, deleted=deleted)
        results.append(removed)
        if environment and stays:
            results.append(_add(registry, environment, dry_run=dry_run))
    return Result.merged([*results, Result.failed(errors)]), stays


def _add(registry: Registry, environment: Environment, *, dry_run: bool) -> Result:
    errors: list[KernelError] = []
    with collecting(errors, environment.prefix):
        return add(registry, environment, why=Why.AUTOMATIC, dry_run=dry_run)
    return Result.failed(errors)


def _remove_lost(
    registry: Registry, prefix: Path, present: Container[str], *, dry_run: bool, deleted: bool
) -> tuple[Result, bool]:
    """Remove the kernels that an environment has lost at a location; say whether others are left there."""
    overwritten = registry.inventory.owned_by(prefix) if registry.previous_prefix(prefix) else ()
    # What lay there before a rename is another environment, which was overwritten.
    ghosts = [Found(registry, item) for item in overwritten if not item.later]
    gone = remove(ghosts, Reason.DELETED, dry_run=dry_run)
    registered = registry.owned_by(prefix)
    stays = partial(_stays, prefix=prefix, deleted=deleted)
    lost = [
        Found(registry, item)
        for item in registered
        if not (item.owner and item.owner.kernel in present) and not stays(item)
    ]
    # What conda has deleted is not to come back.
    reason = Reason.DELETED if deleted else Reason.LOST
    removed = remove(lost, reason, dry_run=dry_run, unless=stays)
    return Result.merged([gone, removed], dry_run=dry_run), len(registered) > len(lost)


def _troubles(
    registries: Sequence[Registry], prefix: Path, environment: Environment | None, *, new: bool
) -> list[KernelError]:
    """What cannot be brought in line; nobody is told of an environment that is none of ours."""
    items = _owned_by(registries, prefix)
    troubles: list[KernelError] = [LaterVersionError(item.folder) for item in items if item.later]
    if environment and (new or items):
        known = registries[0].survey(environment)
        registered = {item.owner.kernel for item in items if item.owner}
        # One that was never registered may not be meant to be started here.
        wanted = registered | (known.problems.keys() - known.kernels.keys())
        troubles += (problem for name, problem in known.problems.items() if name in wanted)
    return troubles


def _owned_by(registries: Sequence[Registry], prefix: Path) -> list[Installed]:
    return [item for registry in registries for item in registry.owned_by(prefix)]


def _is_ours_to_follow(registries: Sequence[Registry], environment: Environment) -> bool:
    owners = [item.owner for item in _owned_by(registries, environment.prefix) if item.owner]
    if not owners:
        return environment.manager in registries[0].rules.activators
    return all(registries[0].rules.judges(environment, owner) for owner in owners)


def _stays(item: Installed, prefix: Path, *, deleted: bool) -> bool:
    """Whether the environment still holds a kernel, or may do so elsewhere; a broken one can be mended."""
    if item.owner is None:
        return False
    if item.later:
        return True
    environment = identify(prefix)
    if environment is None:
        return not (deleted or is_gone(item.owner))
    if not has_kernel(environment, item.owner.kernel):
        return False
    with passing_over(BrokenKernelspecError):
        # A virtual environment whose base interpreter is gone can be made anew, in its place.
        return is_present(program(read_kernel(environment, item.owner.kernel)), as_link=True)
    return True
