"""A lock that one process at a time holds, with the name of who it is.

The system gives it, and takes it back whatever becomes of the process. Where a file system has no such locks
it is a file that is there or not: `filelock`'s, which is so on Windows altogether.
"""

from __future__ import annotations

import _thread
import errno
import os
import stat
import sys
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..failures import log_swallowed
from .permissions import fit
from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from filelock import BaseFileLock

    from .open_folder import OpenFolder

FILE = "lock"

_PAUSE = 0.02
"""The seconds between two attempts."""

_TAKEN = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES)
_NO_LOCKS = (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.EINVAL)

_held: set[tuple[str, int, int]] = set()
"""The locks that are held, each by its path, and the process and thread that hold it."""


class TakenError(Exception):
    """Another process holds the lock.

    Attributes:
        holder: Who it is, as a clause; empty where that is not known.
        file: The file to be deleted, should that process have ended; None where the system sees to it.
    """

    def __init__(self, holder: str, file: Path | None = None) -> None:
        super().__init__(holder)
        self.holder = holder
        self.file = file


@contextmanager
def holding(folder: OpenFolder, seconds: float) -> Iterator[bool]:
    """Hold a folder's lock; one that this thread holds already is held once more.

    Args:
        folder: The folder that the lock's file is in.
        seconds: How long to wait for another process.

    Yields:
        Whether it was not held before.

    Raises:
        TakenError: Another process held it all that time.
        OSError, RefusedError: The file cannot be opened.
    """
    key = (str(folder.path), os.getpid(), _thread.get_ident())
    if key in _held:
        yield False
        return
    acquire = _flock if sys.platform != "win32" else _on_windows
    with acquire(folder, time.monotonic() + seconds):
        _held.add(key)
        try:
            yield True
        finally:
            _held.discard(key)


@contextmanager
def _flock(folder: OpenFolder, deadline: float) -> Iterator[None]:
    descriptor = _acquire(folder, deadline)
    if descriptor is None:
        with _by_file(folder, deadline):
            yield
        return
    try:
        _write_holder(descriptor, f"{os.getpid()}\n{os.uname().nodename}\n")
        yield
    finally:
        try:
            _write_holder(descriptor, "")
        finally:
            os.close(descriptor)


def _acquire(folder: OpenFolder, deadline: float) -> int | None:
    """Wait for the lock; None where the file system has none."""
    import fcntl

    while True:
        descriptor = _open(folder)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(descriptor, folder):
                return descriptor
            os.close(descriptor)
        except OSError as error:
            os.close(descriptor)
            if error.errno in _NO_LOCKS:
                log_swallowed()
                return None
            if error.errno not in _TAKEN:
                raise
            if time.monotonic() >= deadline:
                raise TakenError(_holder(folder, FILE)) from None
            time.sleep(_PAUSE)
        except BaseException:
            os.close(descriptor)
            raise


def _open(folder: OpenFolder) -> int:
    """Open the lock's file; that of somebody else, who let others read it, locks as well."""
    with suppress(FileExistsError):
        descriptor = folder.open(FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        # Nobody else's file is given another owner or mode, by whatever name it is here.
        fit(descriptor, folder.status)
        return descriptor
    status = folder.look(FILE)
    if status is None:
        return _open(folder)
    # A file with a second name may be another user's: it is locked, and not written.
    writing = os.O_RDWR if status.st_nlink == 1 else os.O_RDONLY
    try:
        descriptor = folder.open(FILE, writing | os.O_NONBLOCK)
    except PermissionError:
        descriptor = folder.open(FILE, os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return _open(folder)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RefusedError.of(folder.path / FILE, "it is not a lock file of this tool")
    return descriptor


def _is_still(descriptor: int, folder: OpenFolder) -> bool:
    """Whether a file is still at its path: it may have been deleted before it was locked."""
    status = folder.look(FILE)
    return status is not None and os.path.samestat(os.fstat(descriptor), status)


def _write_holder(descriptor: int, text: str) -> None:
    # It may be another user's, or the disk full; then others learn less.
    with suppress(OSError):
        if os.fstat(descriptor).st_nlink > 1:
            return
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _holder(folder: OpenFolder, name: str) -> str:
    """Say who holds a lock by what its file says: a process's number, and its host, in a line each."""
    with suppress(OSError, RefusedError):
        process, _, rest = folder.read(name, 1000).decode(errors="replace").partition("\n")
        host = rest.partition("\n")[0]
        if process.isdecimal() and host:
            return f"process {process} on {host}"
    return ""


def _by_file(folder: OpenFolder, deadline: float) -> AbstractContextManager[None]:
    """Hold a lock that is a file; the library clears away what an ended process of this host has left."""
    from filelock import SoftFileLock

    name = f"{FILE}.held"
    lock = SoftFileLock(folder.reachable / name)
    return _by_library(lock, deadline, lambda: TakenError(_holder(folder, name), folder.path / name))


def _on_windows(folder: OpenFolder, deadline: float) -> AbstractContextManager[None]:
    from filelock import FileLock

    return _by_library(FileLock(folder.path / FILE), deadline, lambda: TakenError(""))


@contextmanager
def _by_library(lock: BaseFileLock, deadline: float, taken: Callable[[], TakenError]) -> Iterator[None]:
    from filelock import Timeout

    try:
        lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
    except Timeout:
        raise taken() from None
    try:
        yield
    finally:
        lock.release()
