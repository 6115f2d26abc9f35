"""Finds the registrations of a kernel that a request means: existing ones, an additional or a first one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import dataclass, replace
from ..environment.environment import same_prefix
from ..kernelspec.record import is_for
from ..models import Choices, Why
from ..naming.kernel_names import plain_name
from ..storage.remembered import recall
from .moved import moved_along

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ..jupyter.registry import Registry
    from ..models import Installed, Kernel, Owner


@dataclass(frozen=True)
class Target:
    """One registration of a kernel.

    Attributes:
        item: How it is there, None for a new one.
        choices: What is chosen for it now.
        recorded: What is recorded of it, or remembered from before it went with its environment.
        additional: Whether the kernel is registered under another name already.
    """

    item: Installed | None
    choices: Choices
    recorded: Owner | None = None
    additional: bool = False

    @property
    def is_additional(self) -> bool:
        """Whether it is a further one, beside the kernel's main one."""
        return self.additional or (self.recorded is not None and self.recorded.additional)


def find_targets(
    registry: Registry, kernel: Kernel, choices: Choices, why: Why = Why.ASKED
) -> tuple[Target, ...]:
    """Find the registrations of a kernel that are meant.

    Args:
        choices: What the user chooses now. With a name it is the registration of that name, a further one
            where there is none; else all are meant, and the choices are the main one's.
        why: On whose word: what is automatic brings no main one where only further ones are registered.
    """
    items = registry.registrations(kernel)
    if choices.kernel_name:
        return (_named(registry, kernel, choices, items),)
    targets = [Target(item, Choices(share=choices.share, force=choices.force), item.owner) for item in items]
    targets += _coming_back(registry, kernel)
    name = plain_name(kernel)
    # Of several the others are copies that somebody made.
    mains = [target for target in targets if not target.is_additional]
    mains.sort(key=lambda target: target.item is None or target.item.name != name)
    if mains:
        main = replace(mains[0], choices=choices.over(mains[0].choices))
        return (main, *(target for target in targets if target is not mains[0]))
    return (Target(None, choices), *targets) if why is not Why.AUTOMATIC or not targets else tuple(targets)


def _named(registry: Registry, kernel: Kernel, choices: Choices, items: Sequence[Installed]) -> Target:
    name = choices.kernel_name
    for item in items:
        if item.name == name:
            return Target(item, choices, item.owner)
    is_additional = any(item.name != name and is_for(item, kernel) for item in registry.seen)
    for owner in _remembered(registry, kernel):
        if owner.choices.kernel_name == name:
            return Target(None, choices.over(owner.choices), owner)
    return Target(None, choices, additional=is_additional)


def _coming_back(registry: Registry, kernel: Kernel) -> Iterator[Target]:
    """Find what a kernel was registered as when it went; a name is another one where that is taken by now."""
    for owner in _remembered(registry, kernel):
        taken = owner.choices.kernel_name in registry.names
        choices = replace(owner.choices, kernel_name=None) if taken else owner.choices
        yield Target(None, choices, owner)


def _remembered(registry: Registry, kernel: Kernel) -> Iterator[Owner]:
    """The remembered record of a kernel, with its choices adapted to the current prefix."""
    prefix = kernel.environment.prefix
    for owner in recall(registry.location, kernel):
        if same_prefix(owner.prefix, prefix):
            yield owner
        else:
            yield replace(owner, choices=moved_along(owner.choices, owner.prefix, prefix))
