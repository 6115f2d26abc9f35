"""The kernelspecs at a location, each read when it is needed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..environment.environment import canonical
from ..system.fingerprint import fingerprint, in_short
from ..system.reading import names_in
from .installed import find_installed
from .stamps import NO_STAMPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ..models import Installed
    from .locations import Location
    from .stamps import Stamps


class Inventory:
    """The kernelspecs at a location, by name and by the environment that owns them.

    Each is read when it is needed: stamps tell which of them are an environment's.

    Args:
        stamps: Those of the location; none where each kernelspec is to be read.

    Raises:
        UnreadableError: The location cannot be read.
    """

    def __init__(self, location: Location, stamps: Stamps = NO_STAMPS) -> None:
        self._kernels = location.kernels
        self._unread: dict[str, list[str]] = {}
        self._by_name: dict[str, Installed] = {}
        self._by_prefix: dict[str, dict[str, Installed]] = {}
        self._prefixes: dict[str, set[str]] = {}
        self._canonical = cache(lambda prefix: canonical(Path(prefix)))
        self._by_label: dict[str, dict[str, Path]] | None = None
        for name in names_in(self._kernels):
            self._unread.setdefault(name.lower(), []).append(name)
        self._stamps = stamps
        self._unstamped: Iterable[str] = self._unread.keys() - stamps.written.keys()
        self._is_checked = False

    def __iter__(self) -> Iterator[Installed]:
        self._read_all()
        return iter([self._by_name[name] for name in sorted(self._by_name)])

    def each(self) -> Iterator[Installed]:
        """Go through the kernelspecs by name; those with a matching stamp are not kept."""
        for name in sorted({*self._unread, *self._by_name}):
            if name not in self._stamps.digested:
                self._read(name)
            yield from self._find(name)[-1:] or filter(None, [self._by_name.get(name)])

    @property
    def seen(self) -> Iterable[Installed]:
        """Those that have been read, and kept."""
        return self._by_name.values()

    def get(self, name: str) -> Installed | None:
        """Find a kernelspec by the name that Jupyter knows it by: case does not count."""
        self._read(name.lower())
        return self._by_name.get(name.lower())

    def owned_by(self, prefix: Path) -> tuple[Installed, ...]:
        """Find the managed kernelspecs of an environment, by the path in them or one that leads there.

        All kernels of an environment record the same path; see `Registry.described`.
        """
        self._read(*self._unstamped, *self._stamps.of(prefix))
        self._unstamped = ()
        if owned := self._by_prefix.get(str(prefix)):
            return tuple(owned[name] for name in sorted(owned))
        self.check()
        if not self._prefixes:
            for recorded in {*self._by_prefix, *self._stamps.by_prefix}:
                self._prefixes.setdefault(self._canonical(recorded), set()).add(recorded)
        others = sorted(self._prefixes.get(self._canonical(str(prefix)), ()))
        self._read(*(name for other in others for name in self._stamps.of(other)))
        return tuple(item for other in others for _, item in sorted(self._by_prefix.get(other, {}).items()))

    def _read_all(self) -> None:
        self._read(*self._unread)

    def _read(self, *names: str) -> None:
        for name in names:
            # It is unread until all of it is read, whatever happens.
            for item in self._find(name):
                self._take_in(item)
            self._unread.pop(name, None)

    def _find(self, name: str) -> list[Installed]:
        """Read what is unread of a name; of several folders the last one counts."""
        folders = (self._kernels / folder for folder in self._unread.get(name, ()))
        return [item for folder in folders if (item := find_installed(folder))]

    def check(self) -> None:
        """Read those that changed since they were stamped."""
        if not self._is_checked:
            self._read(
                *[name for name, folders in self._unread.items() if not self._is_untouched(name, folders)]
            )
            self._is_checked = True

    def _is_untouched(self, name: str, folders: Sequence[str]) -> bool:
        paths = [f"{self._kernels}/{folder}/kernel.json" for folder in folders]
        return [self._stamps.written.get(name)] == [in_short(fingerprint(path)) for path in paths]

    def environments_shown_as(self, label: str) -> Iterable[Path]:
        """Find the environments of a label, except for kernels with a chosen display name."""
        if self._by_label is None:
            self._by_label = {}
            for item in self:
                self._put_label(item)
        return self._by_label.get(label, {}).values()

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefix of each managed kernelspec's environment, by its name; as few are read as need be."""
        self.check()
        known = self._stamps.by_prefix.items()
        unread = {name: prefix for prefix, names in known for name in names if name in self._unread}
        items = self._by_name.items()
        return unread | {
            name: str(item.owner.prefix) for name, item in items if item.owner and not item.later
        }

    def put(self, item: Installed) -> None:
        """Take in a kernelspec that was written, in place of one of the same name."""
        self.discard(item.name)
        self._take_in(item)

    def _take_in(self, item: Installed) -> None:
        self._by_name[item.name.lower()] = item
        if item.owner:
            prefix = str(item.owner.prefix)
            self._by_prefix.setdefault(prefix, {})[item.name.lower()] = item
            if self._prefixes:
                self._prefixes.setdefault(self._canonical(prefix), set()).add(prefix)
            self._put_label(item)

    def _put_label(self, item: Installed) -> None:
        if self._by_label is not None and item.owner and (label := label_of(item)):
            self._by_label.setdefault(label, {})[item.name.lower()] = item.owner.prefix

    def discard(self, name: str) -> None:
        """Forget a kernelspec that was removed."""
        self._unread.pop(name.lower(), None)
        item = self._by_name.pop(name.lower(), None)
        if item and item.owner:
            self._by_prefix.get(str(item.owner.prefix), {}).pop(name.lower(), None)
            if self._by_label is not None and (label := label_of(item)):
                self._by_label.get(label, {}).pop(name.lower(), None)


def label_of(item: Installed) -> str | None:
    """The environment's label in a kernel's display name, None if the user chose the display name."""
    owner = item.owner
    return (owner.label or owner.environment) if owner and not owner.choices.display_name else None
