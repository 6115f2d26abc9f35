"""Where each verb starts: read all locations, after cleaning up what a killed process left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..jupyter.locations import leftovers, visible
from ..jupyter.registry import Registry

if TYPE_CHECKING:
    from ..errors import KernelError
    from ..jupyter.locations import Location
    from ..rules import Rules


def look_everywhere(
    location: Location, rules: Rules, active_prefix: str | None
) -> tuple[Registry, tuple[KernelError, ...]]:
    """Look at the kernels of a location, and of all others where Jupyter looks.

    Args:
        location: Where kernels are written.
        active_prefix: The active environment: a Jupyter started in it sees its kernels too.

    Returns:
        What is where, and why something half done is left as it is.
    """
    everywhere = visible(active_prefix, location)
    refused: tuple[KernelError, ...] = ()
    if any(any(leftovers(place)) for place in (location, *everywhere)):
        from ..storage.store import recover

        refused = tuple(recover(location, *everywhere))
    return Registry(location, everywhere, rules), refused
