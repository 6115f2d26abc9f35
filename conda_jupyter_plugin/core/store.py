"""Kernelspecs are written and removed where Jupyter looks, each as a whole, by one process at a time."""

from __future__ import annotations

import contextlib
import os

from .errors import KernelError, LockedError
from .files import fill
from .kernelspec import files_in
from .locations import leftovers
from .lock import TakenError, holding
from .log import passing_over
from .permissions import make_folder
from .record import is_recorded
from .set_aside import set_aside
from .staging import REPLACED, clear, copy, move, on_one_device, staging, throw_away, writing
from .swapping import put

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from .locations import Location
    from .models import Rendered

LOCK_SECONDS = 5.0


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
