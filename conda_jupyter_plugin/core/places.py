"""What the verbs work on: the places where kernels lie, and the rules by which they are written."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from . import store
from .environment import canonical
from .inventory import Inventory
from .ownership import is_for

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .locations import Location
    from .models import Activators, Installed, Kernel, Manager


@dataclass(frozen=True)
class Registry:
    """What the verbs work on.

    Attributes:
        location: Where kernels are written.
        visible: Every place where Jupyter looks, in its order.
        activators: For each manager, what gives an environment's activation; where one is missing, its
            kernels are judged without.
        templates: The display name's template for each manager, where it is not the default.
        former: The prefix that an environment had before it was renamed or moved, by its canonical one: its
            kernels there are taken over, with what was chosen for them.
    """

    location: Location
    visible: tuple[Location, ...]
    activators: Activators
    templates: Mapping[Manager, str] = field(default_factory=dict)
    former: Mapping[str, Path] = field(default_factory=dict)

    @cached_property
    def here(self) -> Inventory:
        """The kernelspecs at the location."""
        return Inventory(self.location)

    @cached_property
    def elsewhere(self) -> Mapping[str, Installed]:
        """The kernelspecs that Jupyter sees in other places, by name."""
        others = [place for place in self.visible if place.data != self.location.data]
        return {item.name.lower(): item for place in reversed(others) for item in store.installed(place)}

    def owned_by(self, prefix: Path) -> tuple[Installed, ...]:
        """The managed kernelspecs of an environment, those from before it was renamed too."""
        former = self.former_of(prefix)
        return self.here.owned_by(prefix) + (self.here.owned_by(former) if former else ())

    def earlier(self, kernel: Kernel) -> Installed | None:
        """What a kernel is registered as at the location."""
        owned = self.owned_by(kernel.environment.prefix)
        return next((item for item in owned if self.is_ours(item, kernel)), None)

    def former_of(self, prefix: Path) -> Path | None:
        """The prefix that an environment had before."""
        return self.former.get(canonical(prefix)) if self.former else None

    def is_ours(self, item: Installed | None, kernel: Kernel) -> bool:
        """Whether a kernelspec is our registration of a kernel."""
        return item is not None and is_for(item, kernel, self.former_of(kernel.environment.prefix))
