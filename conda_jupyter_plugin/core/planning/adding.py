"""Plans how to register or refresh an environment's kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Plan
from ..dataclass import dataclass
from ..errors import NoKernelError, UnreadableError
from ..failures import passing_over
from ..jupyter.locations import check_writable, is_writable
from ..jupyter.registry import registry_of
from ..kernelspec.survey import KERNELS
from ..models import Choices, Why
from ..storage.remembered import remembered_owners
from ..system.reading import names_in
from .expecting import expect
from .moved import is_where_it_was_made, with_previous
from .writing import check_private, plan_writing

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Environment


@dataclass(frozen=True)
class Adding:
    """An environment whose kernels are to be registered.

    Attributes:
        environment: The environment.
        location: Where its kernels are to be.
        choices: What the user chooses now; what was chosen earlier is kept.
        why: On whose word.
    """

    environment: Environment
    location: Location
    choices: Choices
    why: Why = Why.ASKED

    @property
    def about(self) -> object:
        """The subject of the request, for errors."""
        return self.environment.prefix

    def is_new(self, registries: Sequence[Registry]) -> bool:
        """Whether it is to be registered for the first time."""
        return is_unregistered(registries, self.environment.prefix, self.location)

    def plan(self, registries: Sequence[Registry]) -> Plan:
        """Work out what is to be done; see `plan_adding`. To hold no kernel is no failure."""
        if (registry := registry_of(self.location, registries)) is None:
            return Plan()
        with passing_over(NoKernelError):
            return plan_adding(registry, self.environment, self.choices, self.why)
        return Plan(without_kernel=(self.environment,))


def is_unregistered(registries: Sequence[Registry], prefix: Path, location: Location) -> bool:
    """Whether an environment holds something that can be registered, and nothing of it is registered."""
    if registry_of(location, registries) is None or any(readable.owned_by(prefix) for readable in registries):
        return False
    with passing_over(UnreadableError):
        return is_writable(location) and bool(names_in(prefix.joinpath(*KERNELS)))
    return False


def plan_adding(registry: Registry, environment: Environment, choices: Choices, why: Why = Why.ASKED) -> Plan:
    """Work out what is to be done to register an environment's kernels, or to bring them up to date.

    Args:
        choices: What the user chooses now; what was chosen earlier is kept.
        why: On whose word: what somebody has removed on purpose stays so unless it is asked for.

    Raises:
        KernelError: It cannot be registered so; see `plan_writing`.
    """
    if why is Why.ASKED:
        environment = _with_previous(registry, environment)
    writes = plan_writing(registry, environment, choices, why)
    # Only a user who asked learns that a kernel cannot be started.
    problems = registry.survey(environment).problems.values() if why is Why.ASKED else ()
    planned = Plan(tuple(writes), tuple(problems))
    if planned.changes and why is not Why.SHOWN:
        check_writable(registry.location)
        check_private(registry, writes)
    for action in planned.changes:
        expect(registry, action)
    return planned


def _with_previous(registry: Registry, environment: Environment) -> Environment:
    """Let a new environment have what was chosen for it where it was before, if it has moved."""
    if registry.owned_by(environment.prefix):
        return environment
    owners = (*registry.missing, *remembered_owners(registry.location))
    if not owners or is_where_it_was_made(environment, registry.survey(environment).kernels):
        return environment
    return with_previous(environment, owners)
