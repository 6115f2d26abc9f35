"""Two files or folders are swapped in one step, where the system has one."""

from __future__ import annotations

import errno
import os
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

_NOT_HAD = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)

_RENAME_EXCHANGE = 2  # Linux: linux/fs.h
_RENAME_SWAP = 2  # macOS: sys/stdio.h


def exchange(folder: int, name: str, other: int, other_name: str) -> bool:
    """Swap two entries of open folders in one step.

    Args:
        folder: The first one's folder, a descriptor.
        other: The other one's folder.

    Returns:
        False where the system, or the file system, has no such step: nothing is done then.

    Raises:
        OSError: It could not be done.
    """
    call = _system_call()
    if call is None or call(folder, os.fsencode(name), other, os.fsencode(other_name)) == 0:
        return call is not None
    import ctypes

    number = ctypes.get_errno()
    if number in _NOT_HAD:
        return False
    raise OSError(number, os.strerror(number))


@cache
def _system_call() -> Any:
    """Find the call that swaps: `renameat2(2)` on Linux, `renameatx_np(2)` on macOS."""
    try:
        import ctypes

        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            renameat2 = library.renameat2
            return lambda *entries: renameat2(*entries, _RENAME_EXCHANGE)
        if sys.platform == "darwin":
            renameatx_np = library.renameatx_np
            return lambda *entries: renameatx_np(*entries, _RENAME_SWAP)
    except (ImportError, OSError, AttributeError, TypeError):
        pass
    return None
