"""Kernels that somebody removed on purpose: nothing but his own word, or a new environment, brings them back.

For each there is a small file in our own folder of the data folder that it was removed from, named by its
environment and kernel; the environment itself is not touched.
"""

from __future__ import annotations

import json

from .dataclass import replace
from .environment import creation_time, same_prefix
from .errors import KernelError
from .failures import passing_over
from .notes import discard, noted_at, owners_in, stem_of, write_note
from .record import METADATA_KEY, write_record
from .store import locked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .locations import Location
    from .models import Kernel, Owner

_REMOVED = "removed"


def withdraw(location: Location, owner: Owner) -> None:
    """Take note that somebody has removed a kernel on purpose.

    Args:
        location: The data folder; hold its lock.
        owner: What the kernel recorded.

    Raises:
        LocationError: It cannot be written.
    """
    record = {key: value for key, value in write_record(owner).items() if key != "choices"}
    content = {"argv": [owner.kernel], "metadata": {METADATA_KEY: record}}
    name = _file_name(owner.prefix, owner.kernel)
    write_note(location, _REMOVED, name, json.dumps(content).encode(), 0o644)


def is_withdrawn(location: Location, kernel: Kernel, former_prefix: Path | None = None) -> bool:
    """Whether somebody has removed a kernel on purpose; an environment that was made later is another one.

    Args:
        location: The data folder.
        kernel: The environment's kernel, as it is now.
        former_prefix: The prefix that the environment had before it was renamed.

    Raises:
        UnreadableError: That cannot be found out.
    """
    removed = noted_at(location, _REMOVED, _file_name(kernel.environment.prefix, kernel.directory))
    if removed is not None:
        made = creation_time(kernel.environment)
        return made is None or made < removed
    if former_prefix is None:
        return False
    return noted_at(location, _REMOVED, _file_name(former_prefix, kernel.directory)) is not None


def withdrawn(location: Location) -> tuple[Owner, ...]:
    """Name the owners of all kernels that were removed on purpose."""
    return owners_in(location, _REMOVED)


def move_along(location: Location, former: Path, prefix: Path) -> None:
    """Let what was removed on purpose stay so under the environment's new prefix, where that can be written.

    Args:
        location: The data folder.
        former: The environment's former prefix.
        prefix: Its prefix now.
    """
    owners = [owner for owner in withdrawn(location) if same_prefix(owner.prefix, former)]
    if not owners:
        return
    # An administrator's place may not be ours to write to.
    with passing_over(KernelError), locked(location):
        for owner in owners:
            withdraw(location, replace(owner, prefix=prefix))
            reinstate(location, former, owner.kernel)


def forget_all(location: Location, prefix: Path) -> None:
    """Forget what was removed on purpose from an environment that is deleted."""
    for owner in withdrawn(location):
        if same_prefix(owner.prefix, prefix):
            reinstate(location, prefix, owner.kernel)


def reinstate(location: Location, prefix: Path, kernel: str) -> None:
    """Forget that a kernel was removed on purpose: it is registered again, or its environment is gone."""
    name = _file_name(prefix, kernel)
    discard(location, _REMOVED, lambda note: note == name)


def _file_name(prefix: Path, kernel: str) -> str:
    return f"{stem_of(prefix, kernel)}.json"
