"""Kernelspecs are put in each other's place: in one step where the system has one, and on any file system."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from ..system.open_folder import Entry

if TYPE_CHECKING:
    from ..system.open_folder import OpenFolder

REPLACED = "replaced"
"""The folder in a staging folder that holds what was there before."""


def is_of_another_device(error: OSError) -> bool:
    """Whether a rename failed because it leaves a file system; overlayfs says so of an image's folders."""
    return error.errno == errno.EXDEV or getattr(error, "winerror", None) == 17  # ERROR_NOT_SAME_DEVICE


def put(fresh: Entry, target: Entry, staging: OpenFolder) -> None:
    """Put a kernelspec where another one may be.

    At no moment is there half of one, nor nothing where the system can swap. What was there can be found in
    the staging folder, in `REPLACED`, whatever happens; where that is complete, but nothing is in its place,
    it is to be put back.

    Args:
        fresh: The kernelspec.
        target: Where it goes, in the folder of kernels.
        staging: A staging folder on the same file system.

    Raises:
        OSError: It could not be done; all is as it was.
    """
    if target.look() is None:
        fresh.move(target)
        return
    with staging.make(REPLACED) as folder:
        replaced = Entry(folder, target.name)
        try:
            # Whether they were swapped or not, both are complete.
            fresh.move(replaced)
            swapped = False
            try:
                swapped = folder.exchange(target.name, target.folder, target.name)
            finally:
                if not swapped:
                    replaced.move(fresh)
            if not swapped:
                target.move(replaced)
                fresh.move(target)
        except BaseException:
            # An interruption comes between any two steps.
            if replaced.look() and not target.look():
                replaced.move(target)
            raise
