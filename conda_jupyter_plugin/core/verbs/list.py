"""The verb that lists: every kernel that Jupyter sees, with its state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.environment import canonical
from ..failures import collecting
from ..models import Choices, Why
from ..naming.display_names import look
from ..planning.status import describe_planned
from .find import everything

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..actions import Write
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
    for found in everything(registry):
        if found.item.name.lower() not in seen:
            seen[found.item.name.lower()] = found.registration
            looks.setdefault(look(found.item.spec), []).append(found.item.name)
        if found.item.owner:
            owners.append(found.item.owner)
    rows = list(_alike_told(seen.values(), looks))
    if environments := list(available):
        # An environment's main kernel may be missing where further ones are there.
        registered = {(canonical(owner.prefix), owner.kernel) for owner in owners if not owner.additional}
        for environment in environments:
            rows += _unregistered(registry, environment, registered)
    return tuple(sorted(rows, key=_place))


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
    """What a list is sorted by: what belongs to no environment comes last."""
    environment = (row.environment or "").lower()
    return row.environment is None, environment, str(row.prefix), row.name, row.status


def _unregistered(
    registry: Registry, environment: Environment, registered: set[tuple[str, str]]
) -> Iterator[Registration]:
    from ..planning.plan import plan

    planned: tuple[Write, ...] = ()
    # It holds none, or none that can be registered: `add` says why.
    with collecting([], environment.prefix):
        planned = plan(registry, environment, Choices(), Why.SHOWN)
    for item in planned:
        if (
            not item.is_registered
            and (canonical(environment.prefix), item.kernel.directory) not in registered
        ):
            yield replace(describe_planned(item), path=None, managed=False, status="unregistered")
