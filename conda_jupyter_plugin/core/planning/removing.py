"""Plans how to unregister a kernel, for good or until its environment returns."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..actions import Plan, Reason, Remove
from ..dataclass import dataclass, replace
from ..environment.absence import is_gone
from ..environment.environment import environment_around
from ..jupyter.installed import read_installed
from ..jupyter.registry import find_again
from ..kernelspec.hand_made import is_adoptable
from ..kernelspec.record import have_one_owner
from ..models import Installed, Owner
from ..state.status import describe
from ..storage.originals import find_original
from ..system.path_text import paths_into
from .expecting import expect

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry


@dataclass(frozen=True)
class Removing:
    """A kernel that is to be unregistered.

    Attributes:
        item: The kernelspec as it lay there when it was meant.
        location: Where it is.
        reason: Why it is removed.
    """

    item: Installed
    location: Location
    reason: Reason

    @property
    def about(self) -> object:
        """The subject of the request, for errors."""
        return self.item.folder

    def is_new(self, _: Sequence[Registry]) -> bool:
        """It is not."""
        return False

    def plan(self, registries: Sequence[Registry]) -> Plan:
        """Work out what is to be done.

        Returns:
            Nothing where another process has removed it, or has put its own there.

        Raises:
            KernelError: Its owner is unknown.
        """
        found = find_again(self.item, self.location, registries)
        return Plan((plan_removing(*found, self.reason),)) if found else Plan()


def plan_removing(registry: Registry, item: Installed, reason: Reason) -> Remove:
    """Work out what is to be done to unregister a kernel."""
    asked, location = reason in (Reason.ASKED_FOR, Reason.ALL), registry.location
    for_good = reason is Reason.DELETED or bool(asked and item.owner and is_gone(item.owner))
    row = replace(describe(registry, item), gives_back=_gives_back(location, item, for_good or not asked))
    is_noted = reason is Reason.ASKED_FOR and not for_good
    noted = tuple(_removed_on_purpose(registry, item)) if is_noted else ()
    action = Remove(location, item, reason, row, for_good, noted)
    expect(registry, action)
    return action


def _gives_back(location: Location, item: Installed, is_gone: bool) -> bool:
    """Whether something that is not ours comes back to where a kernel is removed.

    Args:
        is_gone: Whether its environment has lost it: what was written for that one would not start either.
    """
    owner, aside = item.owner, find_original(location, item.name)
    if owner is None or not owner.adopted or aside is None:
        return False
    if not is_gone:
        return True
    words = read_installed(aside).spec.get("argv", [])
    return not any(map(paths_into(owner.prefix).search, words))


def _removed_on_purpose(registry: Registry, item: Installed) -> Iterator[Owner]:
    """Name whose kernels nothing brings back but a user's own word."""
    owner = item.owner
    if owner is None:
        # Nothing takes the place of what somebody wrote by hand, and has removed.
        yield from _written_for(registry, item)
    else:
        others = (other for other in registry.seen if other.folder != item.folder)
        if not any(have_one_owner(other, item) for other in others):
            yield owner


def _written_for(registry: Registry, item: Installed) -> Iterator[Owner]:
    """Find the kernels with a hand-made kernelspec that are not registered."""
    words = item.spec.get("argv", [""])
    environment = environment_around(Path(words[0])) if os.path.isabs(words[0]) else None
    for kernel in registry.survey(environment).runnable if environment else ():
        if is_adoptable(item, kernel) and not registry.registrations(kernel):
            yield Owner.of(kernel)
