"""The verbs, as short pipelines over the other rooms."""

from __future__ import annotations

import shlex
from functools import partial
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.environment import canonical
from ..errors import NoKernelError
from ..failures import collecting, passing_over
from ..jupyter.installed import as_if_installed, read_installed
from ..jupyter.locations import check_writable, is_shared
from ..models import Choices, Environment, Installed, Why
from ..naming.display_names import look
from ..planning.moved import former_prefix, is_where_it_was_made
from ..planning.plan import Planned, check_private, plan
from ..planning.status import describe, describe_planned
from ..results import Registration, Result
from ..storage import store
from ..storage.remembered import forget, is_removed, remembered_owners, unmark_removed
from ..system.permissions import closed_to_others
from ..system.reading import is_present

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry


def add(
    registry: Registry,
    environment: Environment,
    choices: Choices | None = None,
    *,
    why: Why = Why.ASKED,
    dry_run: bool = False,
) -> Result:
    """Register every kernel of an environment, or bring it up to date.

    Args:
        choices: What the user chooses now; what was chosen earlier is kept.
        why: On whose word.
        dry_run: Whether to only say what would be done.

    Returns:
        What was registered, refreshed, found up to date, and removed because it has another name now; where
        something was done before one of them failed, also why that one did.

    Raises:
        KernelError: The environment cannot be registered so; nothing was changed.
    """
    choices = choices or Choices()
    planning = partial(_plan, environment=environment, choices=choices, why=why)
    registry = registry if why is Why.AUTOMATIC else _with_previous(registry, environment)
    planned = planning(registry)
    # Nobody who did not ask is told that a kernel cannot be started.
    unusable = () if why is Why.AUTOMATIC else tuple(registry.survey(environment).problems.values())
    if not all(item.unchanged for item in planned):
        check_writable(registry.location)
        check_private(registry, planned)
        if not dry_run:
            written = _write_all(registry, planned, planning, choices.kernel_name)
            warnings = (
                *_closed(registry.location, environment),
                *_without_program(choices, planned),
                *(_alike(registry, planned) if choices.display_name else ()),
            )
            return replace(written, errors=(*unusable, *written.errors), warnings=warnings)
    report = _report(registry, planned)
    for item in planned if dry_run else ():
        if not item.unchanged:
            _take_note(registry, item, as_if_installed(item.folder, item.rendered))
    return replace(report, dry_run=dry_run, errors=unusable)


def add_all(
    registry: Registry,
    environments: Iterable[Environment],
    choices: Choices,
    *,
    dry_run: bool = False,
) -> Result:
    """Register the kernels of many environments; one that fails, or that has none, stops no other.

    Returns:
        As `add`, why the others could not be registered, and which hold no kernel.

    Raises:
        LockedError, LocationError: Nothing can be written there.
    """

    def go_through(
        rules: Registry, environments: Iterable[Environment], *, dry_run: bool
    ) -> dict[Environment, Result]:
        results = {}
        for environment in environments:
            errors: list[KernelError] = []
            results[environment] = Result(without_kernel=(environment,))
            with collecting(errors, environment.prefix), passing_over(NoKernelError):
                results[environment] = add(rules, environment, choices, dry_run=dry_run)
            if errors:
                results[environment] = Result.failed(errors)
        return results

    surveying, every = registry.remembering(), list(environments)
    # What is new is written in any case: only of what is there it is asked first whether it changes.
    new = set() if dry_run else {environment for environment in every if _is_new(surveying, environment)}
    known = [environment for environment in every if environment not in new]
    results = go_through(surveying, known, dry_run=True)
    changing = [environment for environment in every if environment in new or results[environment].changes]
    if changing and not dry_run:
        with store.locked(registry.location):
            # Held once for all of them, the location need not be read again for each.
            results |= go_through(surveying.at(registry.location), changing, dry_run=False)
    return Result.merged(list(results.values()), dry_run=dry_run)


def _is_new(registry: Registry, environment: Environment) -> bool:
    """Whether an environment holds kernels, and none of them is registered."""
    with collecting([], environment.prefix):
        return not registry.owned_by(environment.prefix) and bool(registry.survey(environment).runnable)
    return False


def _with_previous(registry: Registry, environment: Environment) -> Registry:
    """Let a new environment have what was chosen for it where it was before, if it has moved."""
    prefix = environment.prefix
    if registry.owned_by(prefix) or is_where_it_was_made(environment, registry.survey(environment).kernels):
        return registry
    owners = [item.owner for item in registry.inventory if item.owner and not item.later]
    previous = former_prefix(environment, (*owners, *remembered_owners(registry.location)))
    if previous is None:
        return registry
    return replace(registry, previous_prefixes={**registry.previous_prefixes, canonical(prefix): previous})


def _closed(location: Location, environment: Environment) -> tuple[str, ...]:
    """Say what keeps other users from the kernels in a place that is meant for all of them."""
    troubles = (
        {"read": location.kernels, "start kernels of": environment.prefix} if is_shared(location) else {}
    )
    found = {trouble: closed_to_others(folder) for trouble, folder in troubles.items()}
    return tuple(
        f"Other users cannot {trouble} {troubles[trouble]}: {closed} is closed to them."
        for trouble, closed in found.items()
        if closed
    )


def _alike(registry: Registry, planned: Sequence[Planned]) -> Iterator[str]:
    """Say which kernels look like others, of which VS Code shows one."""
    own = {item.rendered.name for item in planned}
    looks = {look(item.spec): item.name for item in registry.seen if item.name not in own}
    for item in planned:
        other = looks.get(look(item.rendered.files["kernel.json"].document or {}))
        name, shown = item.rendered.name, item.rendered.display_name
        option = f"--display-name {shlex.quote(f'{shown} ({name})')}"
        if other:
            warning = f"{name} looks like {other} in VS Code, which shows one of them"
            yield f"{warning}: tell them apart by {option}."


def _without_program(choices: Choices, planned: Sequence[Planned]) -> tuple[str, ...]:
    """Say which kernels have their own command only, though their provisioner needs a program of its own."""
    engine = choices.provisioner
    if engine is None:
        return ()
    from ..launch.provisioning import lacks_program

    names = [item.rendered.name for item in planned if lacks_program(engine, item.rendered)]
    missing = f"the program by which {engine.name} starts such kernels is not there"
    return tuple(f"Kernel {name} keeps its own command: {missing}." for name in names)


def _plan(registry: Registry, *, why: Why, **options: Any) -> tuple[Planned, ...]:
    planned = plan(registry, why=why, **options)
    if why is not Why.AUTOMATIC:
        return planned
    # What somebody has removed on purpose stays so.
    return tuple(item for item in planned if item.is_registered or not is_removed(registry, item.kernel))


def _write_all(
    registry: Registry,
    planned: Sequence[Planned],
    planning: Callable[[Registry], Sequence[Planned]],
    name: str | None,
) -> Result:
    with store.locked(registry.location) as newly:
        if newly:
            # Another process may have written before the lock was ours.
            registry = registry.at(registry.location)
            planned = planning(registry)
        done: list[Planned] = []
        errors: list[KernelError] = []
        for item in planned:
            with collecting(errors, item.folder):
                _write(registry, item)
                done.append(item)
                # One that was named says nothing of the others that may come back.
                named = item.rendered.name if name else None
                prefix = item.kernel.environment.prefix
                for place in filter(None, (prefix, registry.previous_prefix(prefix))):
                    forget(registry.location, place, item.kernel.directory, named)
        if errors and not done:
            raise errors[0]
        return replace(_report(registry, done), errors=tuple(errors))


def _report(registry: Registry, planned: Sequence[Planned]) -> Result:
    def rows(wanted: Callable[[Planned], bool]) -> tuple[Registration, ...]:
        return tuple(
            replace(describe_planned(item), previous_name=item.previous.name if item.previous else None)
            for item in planned
            if wanted(item)
        )

    return Result(
        registered=rows(lambda item: item.anew),
        refreshed=rows(lambda item: not item.anew and not item.unchanged),
        removed=tuple(describe(registry, item.previous) for item in planned if item.previous),
        unchanged=rows(lambda item: item.unchanged),
    )


def _write(registry: Registry, item: Planned) -> None:
    # In this order, for the reasons that `removal` has in its table.
    prefix, kernel = item.kernel.environment.prefix, item.kernel.directory
    for location in registry.locations:
        unmark_removed(location, prefix, kernel)
    if not item.unchanged:
        store.write_kernelspec(registry.location, item.folder, item.rendered)
    for replaced in filter(None, (item.previous, item.current)):
        # An adopted folder may have been written in capitals, which Jupyter does not tell apart.
        if is_present(replaced.folder) and not replaced.folder.samefile(item.folder):
            store.remove_kernelspec(registry.location, replaced.folder, is_replaced=True)
    _take_note(registry, item, read_installed(item.folder))


def _take_note(registry: Registry, item: Planned, written: Installed) -> None:
    """Keep what is known of the location up to date with what was, or would be, written."""
    for replaced in filter(None, (item.previous, item.current)):
        registry.inventory.discard(replaced.name)
    registry.inventory.put(written)
