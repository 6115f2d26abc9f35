"""The kernelspecs that lie where Jupyter looks: who owns them; written and removed as a whole."""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from .errors import BrokenKernelspecError, KernelError, LockedError
from .failures import collecting
from .files import fill
from .kernelspec import files_in, read_spec
from .lock import TakenError, holding
from .log import passing_over
from .models import Installed
from .permissions import make_folder
from .presence import is_present, names_in
from .record import has_record, is_later, is_recorded, read_record
from .set_aside import set_aside
from .staging import REPLACED, clear, copy, leftovers, move, on_one_device, staging, throw_away, writing
from .swapping import put

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .locations import Location
    from .models import Rendered

LOCK_SECONDS = 5.0


def installed(location: Location) -> tuple[Installed, ...]:
    """Read every kernelspec at a location.

    Args:
        location: The data folder to look into.

    Returns:
        The kernelspecs by name, unreadable ones with their problem; empty where there is no such folder.

    Raises:
        UnreadableError: The folder cannot be looked into.
    """
    folders = (location.kernels / name for name in names_in(location.kernels))
    return tuple(item for folder in folders if (item := _read_if_there(folder)))


def read(folder: Path) -> Installed:
    """Read one kernelspec as it lies there.

    Args:
        folder: Its folder.

    Returns:
        What it says, or its problem.
    """
    return _read(folder / "kernel.json", folder)


def _read_if_there(folder: Path) -> Installed | None:
    errors: list[KernelError] = []
    with collecting(errors, folder):
        return read(folder) if is_present(folder / "kernel.json", as_link=True) else None
    return Installed(folder.name.lower(), folder, {}, problem=errors[0].message, is_unread=True)


def read_copy(path: Path) -> Installed:
    """Read a kernel.json that was kept, which lies in no kernelspec."""
    return _read(path, path.with_suffix(""))


def _read(path: Path, folder: Path) -> Installed:
    try:
        spec = read_spec(path)
    except BrokenKernelspecError as error:
        unread = error.is_unread
        return Installed(folder.name.lower(), folder, {}, problem=error.message, is_unread=unread)
    owner, later = read_record(spec), is_later(spec)
    problem = None
    if has_record(spec) and not owner and not later:
        problem = f"{path} holds a record of conda-jupyter-plugin that cannot be read."
    return Installed(folder.name.lower(), folder, spec, owner=owner, problem=problem, later=later)


def foresee(folder: Path, rendered: Rendered) -> Installed:
    """Say what `read` would say, were a kernelspec written.

    Args:
        folder: Its folder.
        rendered: What would be written.
    """
    spec = json.loads(rendered.files["kernel.json"].content)
    return Installed(folder.name.lower(), folder, spec, owner=read_record(spec))


@contextlib.contextmanager
def locked(location: Location, seconds: float = LOCK_SECONDS) -> Iterator[bool]:
    """Hold a location against other writers; a lock that is held already is held once more.

    What a killed process has left half done is put in order first.

    Args:
        location: The data folder.
        seconds: How long to wait for another process.

    Yields:
        Whether the lock was not held before.

    Raises:
        LockedError: Another process held it all that time.
        LocationError: The location cannot be written.
    """
    with contextlib.ExitStack() as lock:
        with writing(location):
            make_folder(location.workshop, for_all=location.for_all)
            try:
                newly = lock.enter_context(holding(location.workshop / "lock", seconds))
            except TakenError as error:
                raise LockedError(location.kernels, seconds, error.holder, error.file) from error
        if newly:
            with writing(location):
                _put_in_order(location)
        yield newly


def recover(*locations: Location) -> None:
    """Put in order what a killed process has left half done, unless another process is at work there."""
    for location in dict.fromkeys(locations):
        if any(leftovers(location)):
            with passing_over(KernelError), locked(location, seconds=0):
                pass


def write(location: Location, target: Path, rendered: Rendered) -> None:
    """Write a kernelspec, in place of what lies there, as a whole; what is not ours is set aside.

    Args:
        location: The data folder; hold its lock.
        target: The kernelspec's folder in it.
        rendered: What to write.

    Raises:
        LocationError: It cannot be written; what was there is there still.
    """

    def swap_in(folder: Path) -> None:
        fill(folder / "new", target, rendered, for_all=location.for_all)
        put(folder / "new", target, folder / REPLACED / target.name)
        set_aside(location, folder / REPLACED / target.name)

    with writing(location):
        make_folder(location.kernels, for_all=location.for_all)
        if not on_one_device(location, swap_in):
            _write_in_place(location, target, rendered)


def _write_in_place(location: Location, target: Path, rendered: Rendered) -> None:
    """Write a kernelspec over one that cannot be moved: each file as a whole, kernel.json last.

    So it is in a container, where what was in its image keeps its place: overlayfs.
    """
    with staging(location, location.stagings[1]) as folder:
        if not is_recorded(target):
            kept = folder / REPLACED / target.name
            kept.parent.mkdir()
            copy(target, kept)
            set_aside(location, kept)
        fill(folder / "new", target, rendered, for_all=location.for_all)
        before = [name for name, _ in files_in(target)]
        for name in sorted(rendered.files, key=lambda name: name == "kernel.json"):
            make_folder((target / name).parent, for_all=location.for_all)
            os.replace(folder / "new" / name, target / name)
        for name in before:
            if name not in rendered.files:
                (target / name).unlink()


def remove(location: Location, target: Path) -> None:
    """Remove a kernelspec as a whole.

    Args:
        location: The data folder; hold its lock.
        target: The kernelspec's folder in it.

    Raises:
        LocationError: It cannot be removed.
    """
    with writing(location):
        throw_away(location, target)


def _put_in_order(location: Location) -> None:
    """Clear what a killed process left; a kernelspec that it had taken away to replace comes back."""
    for left in leftovers(location):
        for old in left.glob(f"{REPLACED}/*"):
            if not os.path.lexists(location.kernels / old.name):
                move(location, old, location.kernels / old.name)
            set_aside(location, old)
        clear(location, left)
