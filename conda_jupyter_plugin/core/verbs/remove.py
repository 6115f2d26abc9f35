"""The verb that unregisters kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Reason
from ..dataclass import replace
from ..jupyter.locations import is_writable
from ..planning.removing import Removing
from ..storage.clearing import clear
from .bringing_about import How, bring_about

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..errors import KernelError
    from ..jupyter.locations import Location
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


def clear_all(locations: Iterable[Location], done: Result) -> Result:
    """Take away all notes of ours, and our folders, where no kernel of ours is left.

    Args:
        done: What came of removing the kernels.

    Returns:
        That, with restored originals, and errors for what is left.
    """
    errors: list[KernelError] = []
    restored = [name for location in locations if is_writable(location) for name in clear(location, errors)]
    warnings = (f"Restored the original kernelspec {name}." for name in restored)
    return replace(done, errors=(*done.errors, *errors), warnings=(*done.warnings, *warnings))
