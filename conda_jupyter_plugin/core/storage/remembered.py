"""Records of kernels that are not registered, in small files in our folder.

A kernel that somebody removed on purpose is marked as removed: nothing but that user's own word, or a new
environment, brings it back. Of one that went with its environment the kernel.json is kept, readable by its
owner alone, should the same environment come back. No environment is touched.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from ..dataclass import dataclass, replace
from ..environment.environment import canonical, creation_time, same_prefix
from ..errors import KernelError
from ..failures import passing_over
from ..jupyter.installed import read_copy
from ..kernelspec.record import METADATA_KEY, prefixes_of, write_record
from ..system.open_folder import Entry
from ..system.reading import read_file
from ..system.refusals import RefusedError
from .filling import flush
from .staging import Access, look_into, open_workshop, staging, write_file, writing
from .store import locked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ..jupyter.locations import Location
    from ..jupyter.registry import Registry
    from ..models import Installed, Kernel, Owner
    from ..system.open_folder import OpenFolder

MAXIMUM = 200
"""The number of files that a folder keeps, the latest ones."""


@dataclass(frozen=True)
class _Kind:
    """Records of kernels in one folder.

    Attributes:
        folders: Where; older versions kept it in a second one.
        mode: Who may read it.
    """

    folders: tuple[str, ...]
    mode: int


_REMOVED = _Kind(("removed",), 0o644)
_REMEMBERED = _Kind(("remembered", "gone"), 0o600)

_NAME = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{8}){1,2}\.json")


def mark_removed(location: Location, owner: Owner) -> None:
    """Mark a kernel as removed on purpose.

    Raises:
        LocationError: It cannot be written.
    """
    record = {key: value for key, value in write_record(owner).items() if key != "choices"}
    content = {"argv": [owner.kernel], "metadata": {METADATA_KEY: record}}
    name = _removed_name(owner.prefix, owner.kernel)
    _write(location, _REMOVED, name, json.dumps(content).encode())


def is_removed(registry: Registry, kernel: Kernel) -> bool:
    """Whether the user removed a kernel, at any location.

    An environment that was made later is another one.

    Raises:
        UnreadableError: That cannot be found out.
    """
    for location in registry.locations:
        # Whoever can put a link into some folder keeps nobody from adding kernels.
        with passing_over(RefusedError):
            if _is_removed_at(location, kernel):
                return True
    return False


def _is_removed_at(location: Location, kernel: Kernel) -> bool:
    removed = _removed_at(location, _removed_name(kernel.environment.prefix, kernel.directory))
    if removed is not None:
        made = creation_time(kernel.environment)
        return made is None or made < removed
    if (previous := kernel.environment.previous) is None:
        return False
    return _removed_at(location, _removed_name(previous, kernel.directory)) is not None


def removed_owners(location: Location) -> tuple[Owner, ...]:
    """Name the owners of all kernels that were removed on purpose."""
    return _owners_in(location, _REMOVED.folders)


def removed_from(location: Location, prefix: Path) -> tuple[Owner, ...]:
    """Name the owners of an environment's kernels that were removed on purpose."""
    return tuple(owner for owner in removed_owners(location) if same_prefix(owner.prefix, prefix))


def unmark_removed(location: Location, prefix: Path, kernel: str) -> None:
    """Forget that a kernel was removed on purpose: it is registered again, or its environment is gone.

    Args:
        kernel: The folder of the kernelspec inside it.
    """
    name = cache(lambda: _removed_name(prefix, kernel))
    _delete(location, _REMOVED.folders, lambda file: file == name())


def unmark_all_removed(location: Location, prefix: Path) -> None:
    """Forget what was removed on purpose from an environment that is deleted."""
    for owner in removed_from(location, prefix):
        unmark_removed(location, prefix, owner.kernel)


def move_removed(location: Location, previous: Path, prefix: Path) -> None:
    """Let what was removed on purpose stay so under an environment's new prefix, if that can be written."""
    owners = removed_from(location, previous)
    if not owners:
        return
    # An administrator's location may not be ours to write to.
    with passing_over(KernelError), locked(location):
        for owner in owners:
            mark_removed(location, replace(owner, prefix=prefix))
            unmark_removed(location, previous, owner.kernel)


def remember(location: Location, item: Installed) -> None:
    """Keep what a kernel records, before it is removed with its environment.

    Raises:
        LocationError: It cannot be written.
    """
    if item.owner is None:
        return
    name = _remembered_name(item.owner.prefix, item.owner.kernel, item.name)
    with writing(location):
        content = read_file(item.folder / "kernel.json")
    _write(location, _REMEMBERED, name, content)


def recall(location: Location, kernel: Kernel) -> tuple[Owner, ...]:
    """Find what is remembered of a kernel of an environment that has come back.

    Returns:
        What each of its registrations recorded; none where there was none, or another environment's.
    """
    prefixes = prefixes_of(kernel.environment)
    stems = cache(lambda: tuple(_stem(prefix, kernel.directory) for prefix in prefixes))
    found = _read(location, _REMEMBERED.folders, lambda name: name.startswith(stems()))
    made = creation_time(kernel.environment) if found else None
    # One that was made later is another environment.
    return tuple(
        item.owner
        for removed, item in found
        if item.owner and not item.later and made is not None and made < removed
    )


def remembered_owners(location: Location) -> tuple[Owner, ...]:
    """Name the owners of all kernels that are remembered."""
    return _owners_in(location, _REMEMBERED.folders)


def forget(location: Location, prefix: Path, kernel: str, name: str | None) -> None:
    """Forget a kernel that is registered again.

    Args:
        kernel: The folder of the kernelspec inside it.
        name: The name that it was registered by, None for all of them.
    """
    beginning = cache(
        lambda: _stem(prefix, kernel) if name is None else _remembered_name(prefix, kernel, name)
    )
    _delete(location, _REMEMBERED.folders, lambda file: file.startswith(beginning()))


def _stem(prefix: Path, kernel: str) -> str:
    """Name an environment's kernel in what every file system takes."""
    return f"{crc32(os.fsencode(canonical(prefix))):08x}-{crc32(os.fsencode(kernel)):08x}"


def _removed_name(prefix: Path, kernel: str) -> str:
    return f"{_stem(prefix, kernel)}.json"


def _remembered_name(prefix: Path, kernel: str, name: str) -> str:
    return f"{_stem(prefix, kernel)}-{crc32(os.fsencode(name)):08x}.json"


def _write(location: Location, kind: _Kind, name: str, content: bytes) -> None:
    """Write a file in place of an earlier one of its name; of its folder only the latest are kept."""
    _delete(location, kind.folders[1:], lambda file: file == name)
    with writing(location), staging(location) as folder, open_workshop(location, kind.folders[0]) as kept:
        write_file(Entry(folder, "note"), content, Access(kind.mode), fitting=kept.status)
        flush(folder, ["note"])
        folder.move("note", kept, name)
        latest = sorted(_names(kept), key=lambda file: _time_of(kept.look(file)))
        for old in latest[:-MAXIMUM]:
            kept.unlink(old)


def _read(
    location: Location, folders: tuple[str, ...], wanted: Callable[[str], bool] = lambda _: True
) -> list[tuple[float, Installed]]:
    """Read the files of a kind: when each was written, in seconds since the epoch, and what it says.

    Raises:
        UnreadableError, RefusedError: A folder cannot be read.
    """
    found: list[tuple[float, Installed]] = []
    for folder in folders:
        with look_into(location, folder) as kept:
            names = filter(wanted, _names(kept)) if kept else ()
            found += [(_time_of(kept.look(name)), read_copy(kept, name)) for name in names if kept]
    return found


def _owners_in(location: Location, folders: tuple[str, ...]) -> tuple[Owner, ...]:
    """Name the owners of the kernels that a kind of files is about; damaged files are passed over."""
    return tuple(item.owner for _, item in _read(location, folders) if item.owner)


def _removed_at(location: Location, name: str) -> float | None:
    """Say when a kernel was marked as removed, in seconds since the epoch; None where it is not."""
    with look_into(location, _REMOVED.folders[0]) as kept:
        status = kept.look(name) if kept else None
        return status.st_mtime if status else None


def _delete(location: Location, folders: tuple[str, ...], wanted: Callable[[str], bool]) -> None:
    """Delete files, and their folder with the last of them."""
    for folder in folders:
        with passing_over(KernelError, OSError):
            names: list[str] = []
            with look_into(location, folder) as kept:
                if kept:
                    names += filter(wanted, _names(kept))
                    for name in names:
                        kept.unlink(name)
            if names:
                with suppress(OSError), open_workshop(location) as workshop:
                    workshop.remove_empty(folder)


def _names(kept: OpenFolder) -> Iterator[str]:
    return filter(_NAME.fullmatch, kept.names())


def _time_of(status: os.stat_result | None) -> float:
    return status.st_mtime if status else 0.0
