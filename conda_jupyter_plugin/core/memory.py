"""What is known of kernels that went with their environment, should the same environment come back.

A copy of each kernel.json lies in our own folder of the data folder, readable by its owner alone.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

from . import store
from .absence import is_missing
from .environment import canonical, creation_time
from .staging import keep, keep_latest, writing

if TYPE_CHECKING:
    from pathlib import Path

    from .locations import Location
    from .models import Installed, Kernel, Owner

MAXIMUM = 200
"""How many are kept, the latest ones."""


def remember(location: Location, item: Installed) -> None:
    """Keep what a kernel says of itself, before it is removed.

    Args:
        location: The data folder; hold its lock.
        item: The kernelspec.

    Raises:
        LocationError: It cannot be written.
    """
    if item.owner is None:
        return
    folder = _folder(location)
    name = _file_name(item.owner.prefix, item.owner.kernel, item.name)
    with writing(location):
        content = (item.folder / "kernel.json").read_bytes()
    keep(location, content, folder / name, 0o600)
    keep_latest(folder, MAXIMUM)


def recall(location: Location, kernel: Kernel) -> tuple[Owner, ...]:
    """Find what is known of a kernel of an environment that has come back.

    Args:
        location: The data folder.
        kernel: The environment's kernel, as it is now.

    Returns:
        What each of its registrations recorded; none where there was none, or another environment's.
    """
    owners = []
    for path in _paths(location, kernel.environment.prefix, kernel.directory):
        with suppress(OSError):
            removed = path.stat().st_mtime
            made = creation_time(kernel.environment)
            item = store.read_copy(path)
            # One that was made later is another environment.
            if item.owner and not item.later and made is not None and made < removed:
                owners.append(item.owner)
    return tuple(owners)


def remembered_prefixes(location: Location) -> tuple[Path, ...]:
    """Name the environments that something is known of and that are there."""
    items = map(store.read_copy, _folder(location).glob("*.json"))
    return tuple(item.owner.prefix for item in items if item.owner and not is_missing(item.owner))


def forget(location: Location, prefix: Path, kernel: str, name: str | None = None) -> None:
    """Forget a kernel that is registered again.

    Args:
        location: The data folder; hold its lock.
        prefix: Its environment's prefix.
        kernel: The folder of the kernelspec inside it.
        name: The name that it was registered by, None for all of them.
    """
    with suppress(OSError):
        for path in _paths(location, prefix, kernel):
            if name is None or path.name == _file_name(prefix, kernel, name):
                os.unlink(path)
        os.rmdir(_folder(location))


def _folder(location: Location) -> Path:
    return location.workshop / "gone"


def _paths(location: Location, prefix: Path, kernel: str) -> list[Path]:
    return sorted(_folder(location).glob(f"{_stem(prefix, kernel)}*.json"))


def _file_name(prefix: Path, kernel: str, name: str) -> str:
    return f"{_stem(prefix, kernel)}-{crc32(os.fsencode(name)):08x}.json"


def _stem(prefix: Path, kernel: str) -> str:
    return f"{crc32(os.fsencode(canonical(prefix))):08x}-{crc32(os.fsencode(kernel)):08x}"
