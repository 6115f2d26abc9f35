"""Folders are put in each other's place: in one step where the system has one, and on any file system."""

from __future__ import annotations

import errno
import itertools
import os
import sys
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_NOT_HAD = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)

_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # Linux: fcntl.h, linux/fs.h
_RENAME_SWAP = 2  # macOS: sys/stdio.h


def is_of_another_device(error: OSError) -> bool:
    """Whether a rename failed because it leaves a file system; overlayfs says so of an image's folders."""
    return error.errno == errno.EXDEV or getattr(error, "winerror", None) == 17  # ERROR_NOT_SAME_DEVICE


def put(fresh: Path, target: Path, old: Path) -> None:
    """Put a folder where another one may be.

    At no moment is there half of one, nor nothing where the system can swap. What was there can be found at
    `old`, whatever happens; where that is a complete folder, but `target` is none, it is to be put back.

    Args:
        fresh: The folder.
        target: Where it goes.
        old: Where what is there goes; its folder is made for that.

    Raises:
        OSError: It could not be done; all is as it was.
    """
    if not os.path.lexists(target):
        fresh.rename(target)
        return
    old.parent.mkdir()
    try:
        # Whether they were swapped or not, both are complete.
        fresh.rename(old)
        if _is_swapped(old, target, fresh):
            return
        target.rename(old)
        fresh.rename(target)
    except BaseException:
        # An interruption comes between any two steps.
        if os.path.lexists(old) and not os.path.lexists(target):
            old.rename(target)
        raise


def _is_swapped(old: Path, target: Path, fresh: Path) -> bool:
    """Swap, or put back what was to be swapped."""
    try:
        swapped = exchange(old, target)
    except OSError:
        old.rename(fresh)
        raise
    if not swapped:
        old.rename(fresh)
    return swapped


def delete(path: Path) -> None:
    """Delete a file or folder; a kernelspec is none any more from the first step on."""
    if path.is_symlink() or not path.is_dir():
        path.unlink()
        return
    import shutil

    (path / "kernel.json").unlink(missing_ok=True)
    try:
        shutil.rmtree(path)
    except RecursionError:
        _delete_deep(path)


def _delete_deep(path: Path) -> None:
    """Delete a folder that holds folders in folders without end: each is brought up before it is deleted."""
    import shutil

    numbers = itertools.count()
    while inside := [entry.path for entry in os.scandir(path) if entry.is_dir(follow_symlinks=False)]:
        for folder in inside:
            for entry in list(os.scandir(folder)):
                if entry.is_dir(follow_symlinks=False):
                    os.rename(entry.path, path / f".{next(numbers)}")
                else:
                    os.unlink(entry.path)
            os.rmdir(folder)
    shutil.rmtree(path)


def exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one step.

    Returns:
        False where the system, or the file system, has no such step: nothing is done then.

    Raises:
        OSError: It could not be done.
    """
    call = _system_call()
    if call is None or call(os.fsencode(one), os.fsencode(other)) == 0:
        return call is not None
    import ctypes

    number = ctypes.get_errno()
    if number in _NOT_HAD:
        return False
    raise OSError(number, os.strerror(number), str(one), None, str(other))


@cache
def _system_call() -> Any:
    """Find the call that swaps: `renameat2(2)` on Linux, `renamex_np(2)` on macOS."""
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            renameat2 = library.renameat2
            return lambda one, other: renameat2(_AT_FDCWD, one, _AT_FDCWD, other, _RENAME_EXCHANGE)
        if sys.platform == "darwin":
            renamex_np = library.renamex_np
            return lambda one, other: renamex_np(one, other, _RENAME_SWAP)
    except (ImportError, OSError, AttributeError, TypeError):
        pass
    return None
