"""Plans how to give a registered kernel another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Plan
from ..dataclass import dataclass
from ..errors import KernelNotFoundError
from ..jupyter.locations import check_writable
from ..jupyter.registry import find_again
from .writing import check_private, plan_renaming

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Choices, Installed


@dataclass(frozen=True)
class Renaming:
    """A kernel that is to get another name.

    Attributes:
        item: The kernelspec as it lay there when it was meant.
        location: Where it is.
        choices: The new names; all other choices stay.
    """

    item: Installed
    location: Location
    choices: Choices

    @property
    def about(self) -> object:
        """The subject of the request, for errors."""
        return self.item.folder

    def is_new(self, _: Sequence[Registry]) -> bool:
        """It is not."""
        return False

    def plan(self, registries: Sequence[Registry]) -> Plan:
        """Work out what is to be done; see `plan_renaming`.

        Raises:
            KernelNotFoundError: Another process has removed it, or has put its own there.
        """
        found = find_again(self.item, self.location, registries)
        owner = found[1].owner if found else None
        if found is None or owner is None:
            raise KernelNotFoundError(self.item.name)
        registry, current = found
        write = plan_renaming(registry, current, owner, self.choices)
        planned = Plan((write,))
        if planned.changes:
            check_writable(registry.location)
            check_private(registry, [write])
        return planned
