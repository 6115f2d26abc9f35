"""The registry: the kernelspecs at a location, and at all others where Jupyter looks."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass, field, replace
from ..environment.environment import identify, is_there
from ..errors import KernelError, UnreadableError
from ..failures import collecting, passing_over
from ..kernelspec.record import have_one_owner, is_for, prefixes_of
from ..models import Activation
from ..system.reading import names_in
from .installed import installed_at
from .inventory import Inventory, label_of
from .stamps import read_stamps

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from ..kernelspec.survey import Survey
    from ..models import Environment, Installed, Kernel, Owner
    from ..rules import Rules
    from .locations import Location
    from .stamps import Stamps


@dataclass(frozen=True)
class Registry:
    """The kernelspecs at all locations, each read once.

    Attributes:
        location: Where kernels are written.
        visible: Every location where Jupyter looks, in its order.
        rules: The rules by which they are written.
        surveys: What has been found in environments.
        activations: What activating them does.
    """

    location: Location
    visible: tuple[Location, ...]
    rules: Rules
    surveys: dict[Environment, Survey] = field(default_factory=dict)
    activations: dict[Environment, Activation] = field(default_factory=dict)

    @cached_property
    def inventory(self) -> Inventory:
        """The kernelspecs at the location.

        Raises:
            UnreadableError: It cannot be read.
        """
        return Inventory(self.location, self.stamps)

    @cached_property
    def stamps(self) -> Stamps:
        """The stamps of the location's kernels."""
        return read_stamps(self.location)

    @cached_property
    def missing(self) -> tuple[Owner, ...]:
        """The owners of the location's kernels whose environments are not there; no others are read."""
        prefixes = self.inventory.prefixes
        gone = {prefix for prefix in {*prefixes.values()} if not is_there(Path(prefix))}
        items = (self.inventory.get(name) for name, prefix in prefixes.items() if prefix in gone)
        return tuple(item.owner for item in items if item and item.owner)

    @cached_property
    def _real_folder(self) -> str:
        return os.path.realpath(self.location.kernels)

    def folder_of(self, name: str) -> str:
        """The folder of a kernelspec at the location, by a path without links."""
        return os.path.join(self._real_folder, name)

    @cached_property
    def others(self) -> tuple[Location, ...]:
        """The other locations where Jupyter looks."""
        return tuple(location for location in self.visible if not location.is_same_as(self.location))

    @cached_property
    def other_kernelspecs(self) -> Mapping[str, Installed]:
        """The kernelspecs that Jupyter sees in other locations, by name."""
        found: dict[str, Installed] = {}
        for location in reversed(self.others):
            with passing_over(UnreadableError):
                found |= {item.name.lower(): item for item in installed_at(location)}
        return found

    def reread(self) -> Registry:
        """The same, with the current kernelspecs and environments."""
        return replace(self, surveys={}, activations={})

    def survey(self, environment: Environment) -> Survey:
        """Find the kernels in an environment.

        Raises:
            UnreadableError: It cannot be read.
        """
        from ..kernelspec.survey import survey

        if environment not in self.surveys:
            owners = [item.owner for item in self.owned_by(*prefixes_of(environment)) if item.owner]
            programs = {owner.kernel: owner.program for owner in owners if owner.program}
            self.surveys[environment] = survey(environment, programs)
        return self.surveys[environment]

    def activation(self, environment: Environment) -> Activation:
        """The activation of an environment, by the rules.

        Raises:
            ActivationError: That cannot be found out.
        """
        if environment not in self.activations:
            activate = self.rules.activators.get(environment.manager, Activation.unknown)
            self.activations[environment] = activate(environment)
        return self.activations[environment]

    def at(self, location: Location) -> Registry:
        """The same at another location, which is read again."""
        return replace(self, location=location)

    @property
    def locations(self) -> tuple[Location, ...]:
        """Every location where Jupyter looks, each once, the one to write to first."""
        return (self.location, *self.others)

    def everywhere(self) -> list[Registry]:
        """The registry of each readable location, each read again."""
        return list(self._readable(self.locations))

    def visibly(self) -> Iterator[Registry]:
        """The registry of each location that Jupyter reads, in its order."""
        return self._readable(self.visible)

    def _readable(self, locations: Iterable[Location]) -> Iterator[Registry]:
        for location in locations:
            registry = self.at(location)
            with passing_over(UnreadableError):
                _ = registry.inventory
                yield registry

    def unreadable(self) -> tuple[KernelError, ...]:
        """The errors of unreadable locations, whose kernelspecs are unknown."""
        errors: list[KernelError] = []
        for location in self.locations:
            with collecting(errors, location.kernels):
                names_in(location.kernels)
        return tuple(errors)

    def environments_shown_as(self, label: str) -> Iterator[Path]:
        """Every environment that a label stands for, in the names that Jupyter shows."""
        yield from self.inventory.environments_shown_as(label)
        yield from (
            item.owner.prefix
            for item in self.other_kernelspecs.values()
            if item.owner and label_of(item) == label
        )

    @property
    def seen(self) -> tuple[Installed, ...]:
        """Every kernelspec at the location, and those that Jupyter sees in others."""
        return (*self.inventory, *self.other_kernelspecs.values())

    @property
    def names(self) -> AbstractSet[str]:
        """The names of all kernels that Jupyter sees."""
        return self.other_kernelspecs.keys() | {item.name.lower() for item in self.inventory}

    def owned_by(self, *prefixes: Path) -> tuple[Installed, ...]:
        """The managed kernelspecs of an environment, by its prefix and the one that it had before."""
        return tuple(item for prefix in prefixes for item in self.inventory.owned_by(prefix))

    def registrations(self, kernel: Kernel) -> tuple[Installed, ...]:
        """The registrations of a kernel at the location."""
        owned = self.owned_by(*prefixes_of(kernel.environment))
        return tuple(item for item in owned if is_for(item, kernel))

    def described(self, environment: Environment) -> Environment:
        """Describe an environment by the path that its kernels record, while that one leads to it too."""
        for item in self.inventory.owned_by(environment.prefix):
            if item.owner and item.owner.prefix != environment.prefix:
                with passing_over(UnreadableError):
                    recorded = identify(item.owner.prefix) or environment
                    return self.rules.named(replace(recorded, previous=environment.previous))
        return self.rules.named(environment)


def registry_of(location: Location, registries: Iterable[Registry]) -> Registry | None:
    """Find the registry of a location; None if that is unreadable."""
    return next((registry for registry in registries if registry.location == location), None)


def find_again(
    item: Installed, location: Location, registries: Iterable[Registry]
) -> tuple[Registry, Installed] | None:
    """Find a kernelspec in its current state, with its registry.

    Returns:
        None where another process has removed it, or has put its own there.

    Raises:
        KernelError: Its owner is unknown.
    """
    registry = registry_of(location, registries)
    current = registry.inventory.get(item.name) if registry else None
    if current and current.problem and not item.problem:
        raise KernelError(current.problem)
    if registry and current and current.folder == item.folder and have_one_owner(current, item):
        return registry, current
    return None
