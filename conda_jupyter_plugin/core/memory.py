"""What is known of kernels that went with their environment, should the same environment come back.

A copy of each kernel.json lies in our own folder of the data folder, readable by its owner alone.
"""

from __future__ import annotations

import os
from zlib import crc32

from .environment import creation_time
from .notes import discard, owners_in, read_notes, stem_of, write_note
from .reading import read_file
from .staging import writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .locations import Location
    from .models import Installed, Kernel, Owner

_GONE = "gone"


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
    write_note(location, _GONE, name, content, 0o600)


def recall(location: Location, kernel: Kernel, former: Path | None = None) -> tuple[Owner, ...]:
    """Find what is known of a kernel of an environment that has come back.

    Args:
        location: The data folder.
        kernel: The environment's kernel, as it is now.
        former: The prefix that the environment had before.

    Returns:
        What each of its registrations recorded; none where there was none, or another environment's.
    """
    made = creation_time(kernel.environment)
    prefixes = filter(None, (kernel.environment.prefix, former))
    stems = tuple(stem_of(prefix, kernel.directory) for prefix in prefixes)
    found = read_notes(location, _GONE, lambda name: name.startswith(stems))
    # One that was made later is another environment.
    return tuple(
        item.owner
        for removed, item in found
        if item.owner and not item.later and made is not None and made < removed
    )


def remembered(location: Location) -> tuple[Owner, ...]:
    """Name the owners of all kernels that something is known of."""
    return owners_in(location, _GONE)


def forget(location: Location, prefix: Path, kernel: str, name: str | None = None) -> None:
    """Forget a kernel that is registered again.

    Args:
        location: The data folder; hold its lock.
        prefix: Its environment's prefix.
        kernel: The folder of the kernelspec inside it.
        name: The name that it was registered by, None for all of them.
    """
    beginning = stem_of(prefix, kernel) if name is None else _file_name(prefix, kernel, name)
    discard(location, _GONE, lambda note: note.startswith(beginning))


def _file_name(prefix: Path, kernel: str, name: str) -> str:
    return f"{stem_of(prefix, kernel)}-{crc32(os.fsencode(name)):08x}.json"
