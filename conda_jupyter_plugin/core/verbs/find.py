"""Kernels that are registered, found by their name or by their environment."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..environment.absence import is_missing
from ..environment.environment import canonical, same_prefix
from ..errors import BrokenKernelspecError, KernelNotFoundError, LaterVersionError, NotManagedError
from ..jupyter.locations import is_writable
from ..kernelspec.record import has_record
from ..state.status import describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Installed, Owner
    from ..results import Registration


@dataclass(frozen=True)
class Found:
    """A kernelspec, and the registry of the location that it is in."""

    registry: Registry
    item: Installed

    @cached_property
    def registration(self) -> Registration:
        """Its row in a result."""
        return describe(self.registry, self.item)


def everything(registry: Registry) -> Iterator[Found]:
    """Go through every kernelspec that Jupyter sees, even if another of its name hides it."""
    for readable in registry.visibly():
        yield from (Found(readable, item) for item in readable.inventory.each())


def by_name(registry: Registry) -> dict[str, Found]:
    """Each kernel as Jupyter would find it, by its name in lower case: what another one hides is left out."""
    seen: dict[str, Found] = {}
    for found in everything(registry):
        seen.setdefault(found.item.name.lower(), found)
    return seen


def find_named(registry: Registry, name: str, *, force: bool = False) -> Found:
    """Find the kernel to remove by its name.

    Args:
        force: Whether one that is not managed may be removed.

    Raises:
        KernelNotFoundError: There is none of that name.
        NotManagedError: It is not managed, and `force` is not set.
        LaterVersionError: A later version of this project wrote it, and `force` is not set.
    """
    for found in everything(registry):
        if found.item.name.lower() == name.lower():
            if found.item.later and not force:
                raise LaterVersionError(found.item.folder)
            if not (force or found.item.owner):
                raise NotManagedError(name, found.item.folder)
            return found
    raise KernelNotFoundError(name)


def find_of(
    registry: Registry, prefix: Path | None, environment: str | None = None, *, force: bool = False
) -> tuple[Found, ...]:
    """Find the managed kernels of an environment, which may be gone.

    Args:
        prefix: The environment's prefix, None where it is not known.
        environment: The name of a conda environment that is gone, where the prefix is not known.
        force: Whether one that a later version of this project wrote may be removed.

    Raises:
        LaterVersionError: A later version of this project wrote one, and `force` is not set.
    """
    all_of_it = tuple(
        found
        for found in everything(registry)
        if (owner := found.item.owner)
        and (same_prefix(owner.prefix, prefix) if prefix else _was_named(owner, environment))
    )
    for found in all_of_it:
        if found.item.later and not force:
            raise LaterVersionError(found.item.folder)
    return all_of_it


def _was_named(owner: Owner, environment: str | None) -> bool:
    return owner.manager == "conda" and owner.environment == environment and is_missing(owner)


def find_missing(registry: Registry) -> tuple[Found, ...]:
    """Find the managed kernels whose environment is gone, or not here at the moment."""
    return tuple(
        found
        for found in everything(registry)
        if (owner := found.item.owner) and not found.item.later and is_missing(owner)
    )


def find_all(registry: Registry, errors: list[KernelError], *, force: bool = False) -> list[Found]:
    """Find every kernel of ours that this user can remove, at every location.

    Args:
        errors: Takes why one is left, where that is no administrator's affair.
        force: Whether one may be removed that a later version of this project wrote, or whose record is
            damaged.
    """
    found: list[Found] = []
    for readable in registry.everywhere():
        items = [item for item in readable.inventory if has_record(item.spec)]
        for item in items if is_writable(readable.location) else ():
            if force or (item.owner and not item.later):
                found.append(Found(readable, item))
            else:
                problem = item.problem and BrokenKernelspecError(item.folder, "has a damaged record")
                errors.append(problem or LaterVersionError(item.folder))
    return found


def environments_inside(registry: Registry, folder: Path) -> dict[Path, Path]:
    """Find the environments with kernels that lie inside a folder, or lay there: they go where it goes.

    Args:
        registry: All visible locations are searched.
        folder: The folder, which may be gone.

    Returns:
        The path of each inside the folder, by its prefix.
    """
    owners = (item.owner for readable in registry.everywhere() for item in readable.inventory)
    whole = Path(canonical(folder))
    paths = {owner.prefix: Path(canonical(owner.prefix)) for owner in owners if owner}
    return {prefix: path.relative_to(whole) for prefix, path in paths.items() if whole in path.parents}
