"""The kernelspecs at one location, read once and kept up to date while the location is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import store
from .environment import canonical

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .locations import Location
    from .models import Installed


class Inventory:
    """The kernelspecs at a location, by name and by the environment that owns them."""

    def __init__(self, location: Location) -> None:
        self._by_name: dict[str, Installed] = {}
        self._by_owner: dict[str, dict[str, Installed]] = {}
        self._owners: dict[str, str] = {}
        for item in store.installed(location):
            self.put(item)

    def __iter__(self) -> Iterator[Installed]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Installed | None:
        """Find a kernelspec by the name that Jupyter knows it by: case does not count."""
        return self._by_name.get(name.lower())

    def owned_by(self, prefix: Path) -> tuple[Installed, ...]:
        """Find the managed kernelspecs of an environment."""
        return tuple(self._by_owner.get(canonical(prefix), {}).values())

    def put(self, item: Installed) -> None:
        """Take in a kernelspec that was written, in place of one of the same name."""
        self.discard(item.name)
        self._by_name[item.name.lower()] = item
        if item.owner:
            self._owners[item.name.lower()] = key = canonical(item.owner.prefix)
            self._by_owner.setdefault(key, {})[item.name.lower()] = item

    def discard(self, name: str) -> None:
        """Forget a kernelspec that was removed."""
        item = self._by_name.pop(name.lower(), None)
        if item and item.owner:
            del self._by_owner[self._owners.pop(name.lower())][name.lower()]
