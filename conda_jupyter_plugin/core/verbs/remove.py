"""The verb that unregisters kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Reason
from ..planning.removing import Removing
from .bringing_about import How, bring_about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..results import Result
    from .find import Found


def remove(targets: Iterable[Found], reason: Reason = Reason.ASKED_FOR, *, dry_run: bool = False) -> Result:
    """Unregister kernels; one that fails stops no other.

    Args:
        dry_run: Whether to only say what would be done.
    """
    every = list(targets)
    registries = {found.registry.location: found.registry for found in every}
    requests = [Removing(found.item, found.registry.location, reason) for found in every]
    return bring_about([*registries.values()], requests, How(dry_run)).result(dry_run=dry_run)
