"""Kernelspecs are put in each other's place: in one step where the system has one, and on any file system."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..system.open_folder import OpenFolder

REPLACED = "replaced"
"""The folder in a staging folder that holds what was there before."""


def is_of_another_device(error: OSError) -> bool:
    """Whether a rename failed because it leaves a file system; overlayfs says so of an image's folders."""
    return error.errno == errno.EXDEV or getattr(error, "winerror", None) == 17  # ERROR_NOT_SAME_DEVICE


def put(source: OpenFolder, fresh: str, into: OpenFolder, name: str, staging: OpenFolder) -> None:
    """Put a kernelspec where another one may be.

    At no moment is there half of one, nor nothing where the system can swap. What was there can be found in
    the staging folder, in `REPLACED`, whatever happens; where that is complete, but nothing is in its place,
    it is to be put back.

    Args:
        source: The folder that it lies in.
        fresh: What it is called there.
        into: The folder of kernels.
        name: What it is to be called.
        staging: A staging folder on the same file system.

    Raises:
        OSError: It could not be done; all is as it was.
    """
    if into.look(name) is None:
        source.move(fresh, into, name)
        return
    with staging.make(REPLACED) as replaced:
        try:
            # Whether they were swapped or not, both are complete.
            source.move(fresh, replaced, name)
            swapped = False
            try:
                swapped = replaced.exchange(name, into, name)
            finally:
                if not swapped:
                    replaced.move(name, source, fresh)
            if not swapped:
                into.move(name, replaced, name)
                source.move(fresh, into, name)
        except BaseException:
            # An interruption comes between any two steps.
            if replaced.look(name) and not into.look(name):
                replaced.move(name, into, name)
            raise
