"""The kernelspecs that lie where Jupyter looks: who owns them; written and removed as a whole."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import BrokenKernelspecError, LockedError
from .failures import collecting
from .kernelspec import files_in, is_program, read_spec
from .models import Installed
from .presence import is_present, names_in
from .record import has_record, is_later, read_record
from .set_aside import set_aside
from .staging import REPLACED, STAGING, staging, write_file, writing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .errors import KernelError
    from .locations import Location
    from .models import Rendered, RenderedFile

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
    return Installed(folder.name.lower(), folder, {}, problem=errors[0].message)


def read_copy(path: Path) -> Installed:
    """Read a kernel.json that was kept, which lies in no kernelspec."""
    return _read(path, path.with_suffix(""))


def _read(path: Path, folder: Path) -> Installed:
    try:
        spec = read_spec(path)
    except BrokenKernelspecError as error:
        return Installed(folder.name.lower(), folder, {}, problem=error.message)
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


def matches(folder: Path, rendered: Rendered) -> bool:
    """Whether a folder holds exactly what would be written.

    Args:
        folder: The registered folder.
        rendered: What would be written.

    Returns:
        True if every file is there, is alike, and there is none besides.
    """
    try:
        present = {name: entry.path for name, entry in files_in(folder)}
        return present.keys() == rendered.files.keys() and all(
            _is_alike(present[name], file, private=rendered.private) for name, file in rendered.files.items()
        )
    except OSError:
        return False


@contextlib.contextmanager
def locked(location: Location, seconds: float = LOCK_SECONDS) -> Iterator[bool]:
    """Hold a location against other writers; a lock that is held already is held once more.

    Args:
        location: The data folder.
        seconds: How long to wait for another process.

    Yields:
        Whether the lock was not held before.

    Raises:
        LockedError: Another process held it all that time.
        LocationError: The location cannot be written.
    """
    from filelock import FileLock, Timeout

    with writing(location):
        location.workshop.mkdir(parents=True, exist_ok=True)
        lock = FileLock(location.workshop / "lock", is_singleton=True)
        newly = not lock.is_locked
    with writing(location):
        try:
            lock.acquire(timeout=seconds)
        except Timeout as error:
            raise LockedError(location.kernels, seconds) from error
    try:
        if newly:
            with writing(location):
                _sweep(location)
        yield newly
    finally:
        lock.release()


def write(location: Location, target: Path, rendered: Rendered) -> None:
    """Write a kernelspec, in place of what lies there, as a whole; what is not ours is set aside.

    Args:
        location: The data folder; hold its lock.
        target: The kernelspec's folder in it.
        rendered: What to write.

    Raises:
        LocationError: It cannot be written; what was there is there still.
    """
    with writing(location), staging(location) as folder:
        fresh = folder / "new"
        for name, file in rendered.files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not _link(target / name, path, file, private=rendered.private):
                mode = (0o777 if file.executable else 0o666) & (0o700 if rendered.private else 0o777)
                write_file(path, file.content, mode)
        location.kernels.mkdir(parents=True, exist_ok=True)
        old = folder / REPLACED / target.name
        _swap(fresh, target, old)
        set_aside(location, old)


def remove(location: Location, target: Path) -> None:
    """Remove a kernelspec as a whole.

    Args:
        location: The data folder; hold its lock.
        target: The kernelspec's folder in it.

    Raises:
        LocationError: It cannot be removed.
    """
    with writing(location), staging(location) as folder:
        target.rename(folder / "removed")


def _link(present: Path, path: Path, file: RenderedFile, *, private: bool) -> bool:
    """Take a file over that lies there already just so: it need not be flushed again."""
    try:
        if present.is_symlink() or not _is_alike(str(present), file, private=private):
            return False
        os.link(present, path)
    except (OSError, NotImplementedError):
        return False
    return True


def _swap(fresh: Path, target: Path, old: Path) -> None:
    """Put a folder in another one's place; on failure the old one comes back."""
    try:
        if os.path.lexists(target):
            old.parent.mkdir()
            target.rename(old)
        fresh.rename(target)
    except BaseException:
        # An interruption comes between any two steps.
        if os.path.lexists(old) and not os.path.lexists(target):
            old.rename(target)
        raise


def _sweep(location: Location) -> None:
    """Clear what a killed process left; a kernelspec that it had taken away to replace comes back."""
    for left in location.workshop.glob(f"{STAGING}*"):
        for old in left.glob(f"{REPLACED}/*"):
            if not os.path.lexists(location.kernels / old.name):
                old.rename(location.kernels / old.name)
            set_aside(location, old)
        shutil.rmtree(left, ignore_errors=True)


def _is_alike(path: str, file: RenderedFile, *, private: bool) -> bool:
    mode = os.stat(path).st_mode
    alike = is_program(mode) == file.executable and not (private and mode & 0o077)
    # Windows has no such modes.
    if not alike and os.name != "nt" and _holds_modes(os.path.dirname(path)):
        return False
    with open(path, "rb") as present:
        return present.read() == file.content


@cache
def _holds_modes(folder: str) -> bool:
    """Whether the file system of a folder keeps a file's mode: CIFS, FAT and others show one of their own."""
    held = True
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=folder) as probe:
        held = False
        os.fchmod(probe.fileno(), 0o700)
        held = os.fstat(probe.fileno()).st_mode & 0o777 == 0o700
    return held
