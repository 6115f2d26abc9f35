"""The verb that lists: every kernel that Jupyter sees, with its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.environment import canonical
from ..models import Choices, Why
from ..naming.display_names import look
from .find import everything

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..jupyter.registry import Registry
    from ..models import Environment, Owner
    from ..results import Registration


def list_kernels(registry: Registry, available: Iterable[Environment] = ()) -> tuple[Registration, ...]:
    """List every kernel that Jupyter sees.

    Args:
        available: Environments whose kernels are listed too where they are not registered.

    Returns:
        The kernels by their environments, then by name, each as Jupyter would find it, with its state.
    """
    seen: dict[str, Registration] = {}
    looks: dict[tuple[str, str], list[str]] = {}
    owners: list[Owner] = []
    environments = list(available)
    for found in everything(registry):
        item = found.item
        if item.name.lower() not in seen:
            seen[item.name.lower()] = found.registration
            looks.setdefault(look(item.spec), []).append(item.name)
        if environments and item.owner:
            owners.append(item.owner)
    rows = list(_alike_told(seen.values(), looks))
    if environments:
        # An environment's main kernel may be missing where further ones are there.
        registered = {(canonical(owner.prefix), owner.kernel) for owner in owners if not owner.additional}
        offered = _offered(registry, environments)
        rows += (row for row in offered if (_where(row), row.kernel) not in registered)
    return tuple(sorted(rows, key=_place))


def without_rows(environments: Iterable[Environment], rows: Iterable[Registration]) -> Iterator[Environment]:
    """Give the environments that no row of a list is of."""
    listed = {_where(row) for row in rows}
    return (environment for environment in environments if canonical(environment.prefix) not in listed)


def _alike_told(
    rows: Iterable[Registration], looks: Mapping[tuple[str, str], list[str]]
) -> Iterator[Registration]:
    """Say of kernels that look alike in VS Code that they do: it shows one of them."""
    alike = {name: names for names in looks.values() if len(names) > 1 for name in names}
    for row in rows:
        if row.managed and row.status == "ok" and row.reason is None and row.name in alike:
            others = [name for name in alike[row.name] if name != row.name]
            row = replace(row, reason=f"looks like {', '.join(others)} in VS Code")
        yield row


def _place(row: Registration) -> tuple[bool, str, str, str, str]:
    """The sort key of a list: kernels without an environment come last."""
    environment = (row.environment or "").lower()
    return row.environment is None, environment, str(row.prefix), row.name, row.status


def _offered(registry: Registry, environments: Iterable[Environment]) -> Iterator[Registration]:
    """List the kernels that `add` would register; why it would not, that one says."""
    from ..planning.adding import Adding
    from .bringing_about import How, bring_about

    shown = [Adding(environment, registry.location, Choices(), Why.SHOWN) for environment in environments]
    for row in bring_about([registry], shown, How(dry_run=True)).result().registered:
        if not row.previous_name:
            yield replace(row, path=None, managed=False, status="unregistered")


def _where(row: Registration) -> str:
    return canonical(row.prefix) if row.prefix else ""
