"""The verb that registers kernels."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ..actions import Write
from ..dataclass import replace
from ..errors import NoKernelError
from ..jupyter.locations import is_shared
from ..models import Choices
from ..naming.display_names import look
from ..planning.adding import Adding
from ..system.permissions import closed_to_others
from .bringing_about import How, bring_about

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Environment
    from ..results import Result


def add(
    registry: Registry, environment: Environment, choices: Choices | None = None, *, dry_run: bool = False
) -> Result:
    """Register every kernel of an environment, or bring it up to date.

    Args:
        choices: What the user chooses now; what was chosen earlier is kept.
        dry_run: Whether to only say what would be done.

    Returns:
        What was registered, refreshed, found up to date, and removed because it has another name now; where
        something was done before one of them failed, also why that one did.

    Raises:
        KernelError: The environment cannot be registered so; nothing was changed.
    """
    asked = Adding(environment, registry.location, choices or Choices())
    done = bring_about([registry], [asked], How(dry_run))
    (plan,), result = done.plans, done.result(dry_run=dry_run)
    for error in () if plan.actions else result.errors:
        raise error
    if plan.without_kernel:
        raise NoKernelError(environment.name)
    if dry_run or not plan.changes:
        return result
    writes = [action for action in plan.actions if isinstance(action, Write)]
    warnings = (
        *_closed(registry.location, environment),
        *_without_program(asked.choices, writes),
        *(_alike(registry, writes) if asked.choices.display_name else ()),
    )
    return replace(result, warnings=warnings)


def add_all(
    registry: Registry, environments: Iterable[Environment], choices: Choices, how: How | None = None
) -> Result:
    """Register the kernels of many environments; one that fails, or that has none, stops no other.

    Returns:
        As `add`, why the others could not be registered, and which hold no kernel.

    Raises:
        LockedError, LocationError: Nothing can be written there.
    """
    asked = [Adding(environment, registry.location, choices) for environment in environments]
    how = how or How()
    done = bring_about([registry], asked, how)
    for error in done.refused:
        raise error
    return done.result(dry_run=how.dry_run)


def _closed(location: Location, environment: Environment) -> tuple[str, ...]:
    """Say what keeps other users from the kernels in a place that is meant for all of them."""
    troubles = (
        {"read": location.kernels, "start kernels of": environment.prefix} if is_shared(location) else {}
    )
    found = {trouble: closed_to_others(folder) for trouble, folder in troubles.items()}
    return tuple(
        f"Other users cannot {trouble} {troubles[trouble]}, because they have no access to {closed}."
        for trouble, closed in found.items()
        if closed
    )


def _alike(registry: Registry, planned: Sequence[Write]) -> Iterator[str]:
    """Say which kernels look like others, of which VS Code shows one."""
    own = {item.rendered.name for item in planned}
    looks = {look(item.spec): item.name for item in registry.seen if item.name not in own}
    for item in planned:
        other = looks.get(look(item.rendered.files["kernel.json"].document or {}))
        name, shown = item.rendered.name, item.rendered.display_name
        option = f"--display-name {shlex.quote(f'{shown} ({name})')}"
        if other:
            warning = f"{name} looks like {other} in VS Code, which shows only one of them"
            yield f"{warning}. Tell them apart with {option}."


def _without_program(choices: Choices, planned: Sequence[Write]) -> tuple[str, ...]:
    """Say which kernels have their own command only, though their provisioner needs a program of its own."""
    engine = choices.provisioner
    if engine is None:
        return ()
    from ..launch.provisioning import lacks_program

    names = [item.rendered.name for item in planned if lacks_program(engine, item.rendered)]
    missing = f"the program with which {engine.name} starts such kernels is missing"
    return tuple(f"Kernel {name} keeps its own command: {missing}." for name in names)
