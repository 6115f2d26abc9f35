"""Kernels follow their environments: when they change, are renamed, or are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import replace
from ..errors import UnreadableError
from ..jupyter.registry import registry_of
from ..planning.candidates import Environments, whom_to_follow
from ..planning.following import Change, Following
from ..results import Result
from .bringing_about import How, bring_about

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..errors import KernelError
    from ..jupyter.registry import Registry


def follow(registry: Registry, prefix: Path, change: Change, *, dry_run: bool = False) -> Result:
    """Bring the kernels of one environment in line with what it holds now.

    Args:
        registry: All visible locations are searched.
        prefix: The environment, which may be gone.
        change: What has become of it.
        dry_run: Whether to only say what would be done.
    """
    asked = Following(prefix, registry.location, change)
    registries = registry.everywhere()
    done = bring_about(registries, [asked], How(dry_run))
    unreadable = () if registry_of(registry.location, registries) else registry.unreadable()
    return Result.merged([Result.failed(unreadable), done.result()], dry_run=dry_run)


def sync(registry: Registry, environments: Environments | None = None, how: How | None = None) -> Result:
    """Bring what is registered in line with what exists.

    Args:
        registry: All visible locations are searched.
        environments: Those that need not be registered.
    """
    errors: list[KernelError] = []
    registries = registry.everywhere()
    environments, how = environments or Environments(), how or How()
    followed = whom_to_follow(registries, registry.location, environments, errors)
    done = bring_about(registries, followed, how)
    errors += _unread(done.registries)
    result = Result.merged([Result.failed(errors), done.result()], dry_run=how.dry_run)
    # What is in line already is most of it, and nobody's news.
    return replace(result, unchanged=())


def _unread(registries: Iterable[Registry]) -> list[KernelError]:
    """Items that are not updated because their owner is unknown."""
    items = (item for registry in registries for item in registry.inventory.seen if item.is_unread)
    return [UnreadableError(str(item.problem)) for item in items]
