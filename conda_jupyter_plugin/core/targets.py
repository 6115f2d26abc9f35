"""Which registrations of a kernel are meant: those that it has, one of them, a further one, or its first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .dataclass import dataclass
from .memory import recall
from .models import Choices
from .name_choice import plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .models import Installed, Kernel, Owner
    from .registry import Registry


@dataclass(frozen=True)
class Target:
    """One registration of a kernel.

    Attributes:
        item: How it lies there, None for a new one.
        choices: What is chosen for it now.
        recorded: What is recorded of it, or remembered from before it went with its environment.
        further: Whether the kernel is registered under another name already.
    """

    item: Installed | None
    choices: Choices
    recorded: Owner | None = None
    further: bool = False


def find_targets(
    registry: Registry, kernel: Kernel, choices: Choices, *, first: bool, complete: bool = True
) -> tuple[Target, ...]:
    """Find the registrations of a kernel that are meant.

    Args:
        registry: The location and the rules.
        kernel: The environment's kernel.
        choices: What the user chooses now. With a name it is the registration of that name, a further one
            where there is none; else all are meant, and the choices are the main one's.
        first: Whether the kernel stands for the whole environment.
        complete: Whether its main one is meant too where only further ones are registered.
    """
    items = registry.registrations(kernel)
    if choices.kernel_name:
        return (_named(registry, kernel, choices, items),)
    if not items:
        return _coming_back(registry, kernel, choices) or (Target(None, choices),)
    mains = [item for item in items if not (item.owner and item.owner.further)]
    main = _main(mains, kernel, first=first) if mains else None
    others = Choices(share=choices.share)
    targets = tuple(Target(item, choices if item is main else others, item.owner) for item in items)
    return (Target(None, choices), *targets) if complete and not mains else targets


def _named(registry: Registry, kernel: Kernel, choices: Choices, items: Sequence[Installed]) -> Target:
    name = choices.kernel_name
    for item in items:
        if item.name == name:
            return Target(item, choices, item.owner)
    visible = (*registry.here, *registry.elsewhere.values())
    further = any(item.name != name and registry.is_ours(item, kernel) for item in visible)
    for owner in recall(registry.location, kernel):
        if owner.choices.kernel_name == name:
            return Target(None, choices.over(owner.choices), owner)
    return Target(None, choices, further=further)


def _coming_back(registry: Registry, kernel: Kernel, choices: Choices) -> tuple[Target, ...]:
    """Find what a kernel was registered as when it went; a name is another one where that is taken by now."""
    targets: list[Target] = []
    for owner in recall(registry.location, kernel):
        chosen = owner.choices if targets else choices.over(owner.choices)
        name = None if chosen.kernel_name in registry.names else chosen.kernel_name
        targets.append(Target(None, replace(chosen, kernel_name=name), owner))
    return tuple(targets)


def _main(items: Sequence[Installed], kernel: Kernel, *, first: bool) -> Installed:
    """Choose the registration that is meant where no name is given; others are copies that somebody made."""
    name = plain_name(kernel, first=first)
    return min(items, key=lambda item: item.name != name)
