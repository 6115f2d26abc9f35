"""Stores the stamps of a location's kernels in one file, which is rewritten as a whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..jupyter.stamps import FILE_NAME, FORMAT_VERSION, Stamp
from ..system.open_folder import Entry
from .staging import Access, open_workshop, staging, write_file, writing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry


def save_stamps(registry: Registry, made: Mapping[str, Stamp]) -> None:
    """Keep stamps; the caller holds the location's lock.

    Args:
        registry: What is at the location now.
        made: The new ones, by their kernels' names; every other kernel keeps the one that it has.

    Raises:
        LocationError: They cannot be written.
        UnreadableError: The location cannot be read.
    """
    earlier, location, by_name = registry.stamps, registry.location, {}
    for name, prefix in sorted(registry.inventory.prefixes.items()):
        stamp = made.get(name) or earlier.get(name)
        by_name[name] = (stamp if stamp and stamp.prefix == prefix else Stamp(prefix)).fields
    if earlier.later or earlier.by_name == by_name:
        return
    if by_name:
        _write(location, json.dumps({"version": FORMAT_VERSION, "kernels": by_name}).encode())
    elif earlier.by_name:
        with writing(location), open_workshop(location) as workshop:
            workshop.unlink(FILE_NAME)


def _write(location: Location, content: bytes) -> None:
    """Write the file; the disk is not waited for, as nothing is lost with it."""
    with writing(location), open_workshop(location) as workshop, staging(location) as folder:
        access = Access(0o666, for_all=location.for_all)
        write_file(Entry(folder, FILE_NAME), content, access, fitting=workshop.status)
        folder.move(FILE_NAME, workshop, FILE_NAME)
