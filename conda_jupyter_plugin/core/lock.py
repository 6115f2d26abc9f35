"""A lock that one process at a time holds, with the name of who it is.

The system gives it, and takes it back whatever becomes of the process. Where a file system has no such locks
it is a file that is there or not: `filelock`'s, which is so on Windows altogether.
"""

from __future__ import annotations

import _thread
import errno
import os
import sys
import time
from contextlib import contextmanager, suppress

from .log import log_swallowed
from .permissions import fit_in

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from filelock import BaseFileLock

_PAUSE = 0.02
"""How many seconds pass between two attempts."""

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
def holding(path: Path, seconds: float) -> Iterator[bool]:
    """Hold a lock; one that this thread holds already is held once more.

    Args:
        path: The lock's file, in a folder that is there.
        seconds: How long to wait for another process.

    Yields:
        Whether it was not held before.

    Raises:
        TakenError: Another process held it all that time.
        OSError: The file cannot be opened.
    """
    key = (str(path), os.getpid(), _thread.get_ident())
    if key in _held:
        yield False
        return
    acquire = _flock if sys.platform != "win32" else _on_windows
    with acquire(path, time.monotonic() + seconds):
        _held.add(key)
        try:
            yield True
        finally:
            _held.discard(key)


@contextmanager
def _flock(path: Path, deadline: float) -> Iterator[None]:
    descriptor = _acquire(path, deadline)
    if descriptor is None:
        with _by_file(path, deadline):
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


def _acquire(path: Path, deadline: float) -> int | None:
    """Wait for the lock; None where the file system has none."""
    import fcntl

    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still(descriptor, path):
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
                raise TakenError(_holder(path)) from None
            time.sleep(_PAUSE)
        except BaseException:
            os.close(descriptor)
            raise


def _open(path: Path) -> int:
    """Open the lock's file; that of somebody else, who let others read it, locks as well."""
    flags = os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        descriptor = os.open(path, flags | os.O_RDWR | os.O_CREAT, 0o666)
    except PermissionError:
        return os.open(path, flags | os.O_RDONLY)
    fit_in(path)
    return descriptor


def _is_still(descriptor: int, path: Path) -> bool:
    """Whether a file is the one at its path: somebody may have deleted it before it was locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _write_holder(descriptor: int, text: str) -> None:
    # It may be somebody else's, on a full disk; then others are told less.
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text.encode(), 0)


def _holder(path: Path) -> str:
    """Say who holds a lock by what its file says: a process's number, and its host, in a line each."""
    from .reading import read_text

    with suppress(OSError):
        process, _, rest = read_text(path, 1000, errors="replace").partition("\n")
        host = rest.partition("\n")[0]
        if process.isdecimal() and host:
            return f"process {process} on {host}"
    return ""


def _by_file(path: Path, deadline: float) -> AbstractContextManager[None]:
    """Hold a lock that is a file; the library clears away what an ended process of this host has left."""
    from filelock import SoftFileLock

    file = path.with_name(f"{path.name}.held")
    return _by_library(SoftFileLock(file), deadline, file)


def _on_windows(path: Path, deadline: float) -> AbstractContextManager[None]:
    from filelock import FileLock

    return _by_library(FileLock(path), deadline)


@contextmanager
def _by_library(lock: BaseFileLock, deadline: float, file: Path | None = None) -> Iterator[None]:
    """Hold a lock of the library's; its file is given where that tells who holds it."""
    from filelock import Timeout

    try:
        lock.acquire(timeout=max(0.0, deadline - time.monotonic()))
    except Timeout:
        raise TakenError(_holder(file) if file else "", file) from None
    try:
        yield
    finally:
        lock.release()
