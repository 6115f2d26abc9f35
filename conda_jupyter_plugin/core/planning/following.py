"""Plans how to update an environment's kernels after it changed, was renamed or was deleted."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from ..actions import DropNotes, MoveNotes, Plan, Reason
from ..dataclass import dataclass, replace
from ..environment.absence import is_gone
from ..environment.environment import identify, is_deleted
from ..errors import LaterVersionError
from ..failures import collecting
from ..jupyter.registry import registry_of
from ..kernelspec.program import program
from ..kernelspec.record import is_of_later_release, prefixes_of
from ..kernelspec.survey import Survey
from ..models import Choices, Why
from ..storage.remembered import recall, removed_from
from ..system.reading import is_present
from .adding import is_unregistered, plan_adding
from .removing import plan_removing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed


@dataclass(frozen=True)
class Change:
    """What the caller knows about an environment's change.

    Attributes:
        previous: The prefix that it had before, if it was renamed or moved.
        new: Whether to register it where it is not registered yet.
        deleted: Whether it has just been deleted or renamed: then what is not there is known to be gone.
        why: On whose word its kernels follow it: who asks is told what is left to a later release.
    """

    previous: Path | None = None
    new: bool = False
    deleted: bool = False
    why: Why = Why.AUTOMATIC


@dataclass(frozen=True)
class Following:
    """An environment whose kernels are to follow it.

    Attributes:
        prefix: Its prefix; it may be gone.
        location: Where it is registered if it is not yet.
        change: What has become of it.
    """

    prefix: Path
    location: Location
    change: Change

    @property
    def about(self) -> object:
        """The subject of the request, for errors."""
        return self.prefix

    def is_new(self, registries: Sequence[Registry]) -> bool:
        """Whether it is to be registered for the first time, and has not moved."""
        is_asked_for = self.change.new and self.change.previous is None
        return is_asked_for and is_unregistered(registries, self.prefix, self.location)

    def plan(self, registries: Sequence[Registry]) -> Plan:
        """Work out what is to be done; what is wrong with one of its kernels stops no other.

        Args:
            registries: Every location that can be read.
        """
        environment = identify(self.prefix)
        if environment:
            environment = replace(environment, previous=self.change.previous)
        followed = _Followed(self, environment, registries)
        # The activation of others is the other command's affair, or another conda's: what that wrote stays.
        return followed.plan() if registries and followed.is_ours else Plan()


@dataclass(frozen=True)
class _Followed:
    """An environment that is followed, as it is now.

    Attributes:
        asked: What is known of what has become of it.
        environment: What is there; None where it is gone.
        registries: Every location that can be read.
    """

    asked: Following
    environment: Environment | None
    registries: Sequence[Registry]

    @property
    def is_ours(self) -> bool:
        """Whether its kernels are to be brought in line here; those of one that is gone are."""
        if self.environment is None:
            return True
        owners = [item.owner for item in self._registered if item.owner]
        rules = self.registries[0].rules
        if not owners:
            return self.environment.manager in rules.activators
        return all(rules.judges(self.environment, owner) for owner in owners)

    @cached_property
    def _known(self) -> Survey:
        """The kernels in it."""
        return self.registries[0].survey(self.environment) if self.environment else Survey()

    @cached_property
    def _deleted(self) -> bool:
        """Whether what is not there is known to be gone."""
        # `conda remove` may have taken a package away, or the whole environment.
        return self.asked.change.deleted and is_deleted(self.asked.prefix)

    @property
    def _registered(self) -> Iterable[Installed]:
        return (item for registry in self.registries for item in self._owned_by(registry))

    def plan(self) -> Plan:
        # What cannot be read is no reason to change anything.
        _ = self._known
        for registry in self.registries:
            registry.inventory.check()
        plans = [Plan(tuple(self._notes())), *map(self._plan_at, self.registries)]
        into = registry_of(self.asked.location, self.registries)
        new = into is not None and (self.asked.change.new or self._comes_back_to(into.location))
        if into and new and not any(self._registered):
            plans.append(self._plan_adding(into))
        plans.append(Plan(errors=tuple(self._troubles(new=new))))
        return Plan.merged(plans)

    def _notes(self) -> Iterator[MoveNotes | DropNotes]:
        """Moves the marks of removed kernels with the environment."""
        previous = self.environment and self.environment.previous
        for location in (registry.location for registry in self.registries):
            if previous and removed_from(location, previous):
                yield MoveNotes(location, previous, self.asked.prefix)
            if self._deleted and removed_from(location, self.asked.prefix):
                yield DropNotes(location, self.asked.prefix)

    def _plan_at(self, registry: Registry) -> Plan:
        """Bring its kernels in line at one location."""
        errors: list[KernelError] = []
        plans: list[Plan] = []
        with collecting(errors, registry.location.kernels):
            plans = [self._plan_removing(registry, item, reason) for item, reason in self._lost(registry)]
            if self._owned_by(registry):
                plans.append(self._plan_adding(registry))
        return Plan.merged([*plans, Plan(errors=tuple(errors))])

    def _lost(self, registry: Registry) -> list[tuple[Installed, Reason]]:
        """Find the kernels that it has lost at a location, and why they go."""
        lost = []
        if self.environment and self.environment.previous:
            # What lay there before a rename is another environment, which was overwritten.
            items = registry.owned_by(self.asked.prefix)
            lost += [(item, Reason.DELETED) for item in items if not item.later]
        gone = [item for item, _ in lost]
        # What conda has deleted is not to come back.
        reason = Reason.DELETED if self._deleted else Reason.LOST
        items = self._owned_by(registry)
        return lost + [(item, reason) for item in items if item not in gone and not self._holds(item)]

    def _owned_by(self, registry: Registry) -> tuple[Installed, ...]:
        """Its kernelspecs at a location, also from before it was renamed."""
        return registry.owned_by(
            *(prefixes_of(self.environment) if self.environment else (self.asked.prefix,))
        )

    def _holds(self, item: Installed) -> bool:
        """Whether it still has a kernel, or may have one elsewhere; a broken one can be fixed."""
        owner = item.owner
        if owner is None or item.later:
            return item.later
        if self.environment is None:
            return not (self._deleted or is_gone(owner))
        kernel, problem = self._known.kernels.get(owner.kernel), self._known.problems.get(owner.kernel)
        if kernel is None or problem is None:
            return kernel is not None or problem is not None
        # A virtual environment whose base interpreter is gone can be recreated in place.
        return is_present(program(kernel), as_link=True)

    def _plan_removing(self, registry: Registry, item: Installed, reason: Reason) -> Plan:
        return Plan.attempt(item.folder, lambda: Plan((plan_removing(registry, item, reason),)))

    def _plan_adding(self, registry: Registry) -> Plan:
        environment = self.environment
        if environment is None or not self._known.runnable:
            return Plan()
        return Plan.attempt(
            self.asked.prefix, lambda: plan_adding(registry, environment, Choices(), Why.AUTOMATIC)
        )

    def _comes_back_to(self, location: Location) -> bool:
        """Whether one of its kernels is remembered from before it went."""
        return any(recall(location, kernel) for kernel in self._known.runnable)

    def _troubles(self, *, new: bool) -> Iterator[KernelError]:
        """What cannot be updated; environments without a managed kernel are not reported."""
        items = list(self._registered)
        yield from (LaterVersionError(item.folder) for item in items if item.later)
        for item in items if self.asked.change.why is Why.ASKED and self.environment else ():
            if item.owner and is_of_later_release(item.owner):
                yield LaterVersionError(item.folder, is_known=True)
        if self.environment and (new or items):
            registered = {item.owner.kernel for item in items if item.owner}
            # One that was never registered may not be meant to be started here.
            wanted = registered | (self._known.problems.keys() - self._known.kernels.keys())
            yield from (problem for name, problem in self._known.problems.items() if name in wanted)
