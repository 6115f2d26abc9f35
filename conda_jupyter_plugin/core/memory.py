"""What is known of kernels that went with their environment, should the same environment come back.

A copy of each kernel.json lies in our own folder of the data folder, readable by its owner alone.
"""

from __future__ import annotations

import os
from zlib import crc32

from .environment import creation_time
from .installed import read_copy
from .notes import discard, noted_at, notes_in, owners_in, stem_of, write_note
from .reading import read_file
from .staging import writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .locations import Location
    from .models import Installed, Kernel, Owner


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
    name = _file_name(item.owner.prefix, item.owner.kernel, item.name)
    with writing(location):
        content = read_file(item.folder / "kernel.json")
    write_note(location, _folder(location) / name, content, 0o600)


def recall(location: Location, kernel: Kernel, former: Path | None = None) -> tuple[Owner, ...]:
    """Find what is known of a kernel of an environment that has come back.

    Args:
        location: The data folder.
        kernel: The environment's kernel, as it is now.
        former: The prefix that the environment had before.

    Returns:
        What each of its registrations recorded; none where there was none, or another environment's.
    """
    owners = []
    prefixes = filter(None, (kernel.environment.prefix, former))
    for path in (path for prefix in prefixes for path in _paths(location, prefix, kernel.directory)):
        removed, made = noted_at(path), creation_time(kernel.environment)
        item = read_copy(path)
        # One that was made later is another environment.
        if item.owner and not item.later and removed is not None and made is not None and made < removed:
            owners.append(item.owner)
    return tuple(owners)


def remembered(location: Location) -> tuple[Owner, ...]:
    """Name the owners of all kernels that something is known of."""
    return owners_in(_folder(location))


def forget(location: Location, prefix: Path, kernel: str, name: str | None = None) -> None:
    """Forget a kernel that is registered again.

    Args:
        location: The data folder; hold its lock.
        prefix: Its environment's prefix.
        kernel: The folder of the kernelspec inside it.
        name: The name that it was registered by, None for all of them.
    """
    paths = _paths(location, prefix, kernel)
    if name is not None:
        paths = [path for path in paths if path.name == _file_name(prefix, kernel, name)]
    discard(_folder(location), paths)


def _folder(location: Location) -> Path:
    return location.workshop / "gone"


def _paths(location: Location, prefix: Path, kernel: str) -> list[Path]:
    return [path for path in notes_in(_folder(location)) if path.name.startswith(stem_of(prefix, kernel))]


def _file_name(prefix: Path, kernel: str, name: str) -> str:
    return f"{stem_of(prefix, kernel)}-{crc32(os.fsencode(name)):08x}.json"
