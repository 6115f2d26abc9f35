"""Plans requests and carries them out under the lock of each location that changes."""

from __future__ import annotations

import time
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from typing import TYPE_CHECKING, Protocol

from ..actions import Plan, Remove, Write
from ..dataclass import dataclass, replace
from ..errors import KernelError
from ..failures import collecting
from ..jupyter.locations import check_writable
from ..results import Result
from ..state.stamp import is_as_stamped
from ..state.stamping import stamp_of
from ..state.status import describe_planned
from ..storage import store
from ..storage.carrying_out import carry_out
from ..storage.stamp_file import save_stamps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ..actions import Action
    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..jupyter.stamps import Stamp
    from ..rendered import Rendered
    from ..results import Registration
    from ..system.open_folder import OpenFolder


class Asked(Protocol):
    """Something that is asked of the planner."""

    @property
    def about(self) -> object:
        """The subject of the request, for errors that name nothing."""

    @property
    def location(self) -> Location:
        """The location of a new registration."""

    def is_new(self, registries: Sequence[Registry]) -> bool:
        """Whether something will be registered that was not: there is no need to plan it without the lock."""

    def plan(self, registries: Sequence[Registry]) -> Plan:
        """Work out what is to be done; nothing is written."""


@dataclass(frozen=True)
class How:
    """Whether a verb is a dry run, and how it shows progress.

    Attributes:
        dry_run: Whether to only say what would be done.
        looking: Goes through all requests, to plan them, while it shows how far it has come.
        writing: Goes in the same way through those that change something; each is done once the next one is
            asked for.
    """

    dry_run: bool = False
    looking: Callable[[Sequence[Asked]], Iterator[Asked]] = iter
    writing: Callable[[Sequence[Asked]], Iterator[Asked]] = iter


_TOGETHER = 100
"""The number of environments whose kernelspecs are written before waiting for the disk."""

_NOT_YET = Plan()
"""Stands for a plan that is made only under the lock."""


@dataclass(frozen=True)
class Done:
    """The actions that were carried out, or would be.

    Attributes:
        plans: For each request, in their order.
        refused: Why locations could not be written.
        registries: What lay there as it was seen last.
    """

    plans: Sequence[Plan]
    refused: tuple[KernelError, ...]
    registries: Sequence[Registry]

    def result(self, *, dry_run: bool = False) -> Result:
        """Tell of it."""
        results = [Result.failed(self.refused), *map(_result_of, self.plans)]
        return Result.merged(results, dry_run=dry_run)


def bring_about(registries: Sequence[Registry], requests: Sequence[Asked], how: How) -> Done:
    """Plan what is asked for, and do it.

    Args:
        registries: The locations that can be read; where something changes they are read again.
        requests: What is asked for, in the order in which it is done.
    """
    since = time.time_ns()
    is_one_of_many = len(requests) > 1 and not how.dry_run
    plans = [
        _plan_ahead(registries, request, is_one_of_many=is_one_of_many) for request in how.looking(requests)
    ]
    if how.dry_run:
        return Done(plans, (), registries)
    changing = [number for number, plan in enumerate(plans) if plan is _NOT_YET or plan.changes]
    wanted = {location for plan in plans for location in plan.locations}
    wanted |= {requests[number].location for number in changing if plans[number] is _NOT_YET}
    refused: list[KernelError] = []
    if changing:
        with _locked(registries, wanted, refused) as registries:
            following = how.writing([requests[number] for number in changing])
            for numbers in _together(changing, plans):
                done = _carry_out(registries, [requests[number] for number in numbers], following)
                for number, plan in zip(numbers, done, strict=True):
                    plans[number] = plan
            # So a progress bar knows its end.
            _ = [*following]
            for registry in (registry for registry in registries if registry.location in wanted):
                with collecting([], registry.location.workshop):
                    save_stamps(registry, _stamps_made(registry, plans, since))
    for registry in (registry for registry in registries if registry.location not in wanted):
        with collecting([], registry.location.workshop):
            _renew_stamps(registry, _stamps_made(registry, plans, since))
    return Done(plans, tuple(refused), registries)


def _stamps_made(registry: Registry, plans: Iterable[Plan], since: int) -> dict[str, Stamp]:
    """Make the stamps of a location's kernels that are as they should be, and had no stamp that says so."""
    made = {}
    for write in (action for plan in plans for action in plan.actions if isinstance(action, Write)):
        is_here, earlier = write.location == registry.location, write.current if write.unchanged else None
        is_kept = earlier is not None and is_as_stamped(registry, earlier)
        if is_here and not is_kept and (stamp := stamp_of(registry, write, since)):
            made[write.rendered.name] = stamp
    return made


def _renew_stamps(registry: Registry, stamps: Mapping[str, Stamp]) -> None:
    """Keep stamps of what is as it should be, if there are any.

    Raises:
        KernelError: This user may not write there, or another process is at work.
    """
    if stamps:
        check_writable(registry.location)
        with store.locked(registry.location, seconds=0):
            now = registry.reread()
            save_stamps(registry if now.stamps == registry.stamps else now, stamps)


def _plan_ahead(registries: Sequence[Registry], request: Asked, *, is_one_of_many: bool) -> Plan:
    """Plan a request before anything is locked, unless it is clear that something will be registered."""
    return _NOT_YET if is_one_of_many and request.is_new(registries) else _plan(registries, request)


def _plan(registries: Sequence[Registry], request: Asked) -> Plan:
    return Plan.attempt(request.about, lambda: request.plan(registries))


def _together(changing: Iterable[int], plans: Sequence[Plan]) -> Iterator[list[int]]:
    """Put together, by their numbers, what is carried out together: what is new, and all else apart."""
    for is_new, numbers in groupby(changing, lambda number: plans[number] is _NOT_YET):
        size = _TOGETHER if is_new else 1
        while chunk := list(islice(numbers, size)):
            yield chunk


def _carry_out(
    registries: list[Registry], requests: Sequence[Asked], following: Iterator[Asked]
) -> list[Plan]:
    """Plan requests again, because another process may have written before we held the lock, and do it.

    Args:
        following: Goes on with each of them.
    """
    plans = [_plan(registries, request) for request in requests]
    is_expected = True
    with ExitStack() as folders:
        prepared = {
            location: folders.enter_context(store.preparing(location, kernelspecs))
            for location, kernelspecs in _new_kernelspecs(plans).items()
        }
        for number, request in enumerate(islice(following, len(requests))):
            plan = plans[number] if is_expected else _plan(registries, request)
            plans[number] = _done(plan, request.about, prepared)
            if len(plans[number].errors) > len(plan.errors):
                registries[:] = [registry.reread() for registry in registries]
                is_expected = False
    return plans


def _done(plan: Plan, about: object, prepared: Mapping[Location, OpenFolder | None]) -> Plan:
    """Do what was planned; what was done is left of it."""
    errors: list[KernelError] = []
    done: list[Action] = []
    for action in plan.actions if plan.changes else ():
        with collecting(errors, action.folder if isinstance(action, Write | Remove) else about):
            carry_out(action, prepared.get(action.location))
            done.append(action)
    return replace(plan, actions=tuple(done), errors=(*plan.errors, *errors)) if plan.changes else plan


def _new_kernelspecs(plans: Sequence[Plan]) -> Mapping[Location, Mapping[str, Rendered]]:
    """Find the new kernels, if there is more than one."""
    found: dict[Location, dict[str, Rendered]] = {}
    writes = (action for plan in plans for action in plan.changes if isinstance(action, Write))
    for write in writes if len(plans) > 1 else ():
        if write.current is None and write.previous is None:
            found.setdefault(write.location, {})[write.folder.name] = write.rendered
    return found


@contextmanager
def _locked(
    registries: Sequence[Registry], wanted: set[Location], refused: list[KernelError]
) -> Iterator[list[Registry]]:
    """Hold every location that something is about to change in.

    Args:
        refused: Takes why one of them cannot be held, or read.

    Yields:
        What is at all locations but those, read once: while they are held nobody else changes it.
    """
    now = registries[0].reread()
    fresh = []
    with ExitStack() as locks:
        for location in (registry.location for registry in registries):
            with collecting(refused, location.kernels):
                if location in wanted:
                    locks.enter_context(store.locked(location))
                registry = now.at(location)
                _ = registry.inventory
                fresh.append(registry)
        yield fresh


def _result_of(plan: Plan) -> Result:
    writes = [action for action in plan.actions if isinstance(action, Write)]

    def rows(wanted: Callable[[Write], bool]) -> tuple[Registration, ...]:
        return tuple(describe_planned(action) for action in writes if wanted(action))

    removed = (action.row for action in plan.actions if isinstance(action, Remove))
    return Result(
        registered=rows(lambda action: action.is_new),
        refreshed=rows(lambda action: not action.is_new and not action.unchanged),
        removed=(*(action.replaced for action in writes if action.replaced), *removed),
        unchanged=rows(lambda action: action.unchanged),
        errors=plan.errors,
        without_kernel=plan.without_kernel,
    )
