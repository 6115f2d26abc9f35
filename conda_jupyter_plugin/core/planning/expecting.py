"""The expected kernelspecs after an action, on top of which the next one is planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Remove, Write
from ..jupyter.installed import as_if_installed

if TYPE_CHECKING:
    from ..actions import Action
    from ..jupyter.registry import Registry


def expect(registry: Registry, action: Action) -> None:
    """Treat the result of an action as if it were on disk."""
    inventory = registry.inventory
    if isinstance(action, Remove):
        inventory.discard(action.item.name)
    elif isinstance(action, Write):
        for replaced in filter(None, (action.previous, action.current)):
            inventory.discard(replaced.name)
        inventory.put(as_if_installed(action.folder, action.rendered))
