"""Where what is about to be written, or was just replaced, lies for a moment: in our own folder."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import LocationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .locations import Location

STAGING, REPLACED = "staging-", "replaced"


@contextlib.contextmanager
def staging(location: Location) -> Iterator[Path]:
    """Make a folder that is gone afterwards, with what is in it.

    Where it is left by an error, what was replaced stays in it for the next one who holds the lock.
    """
    folder = Path(tempfile.mkdtemp(prefix=STAGING, dir=location.workshop))
    try:
        yield folder
    except BaseException:
        if not any(folder.glob(f"{REPLACED}/*")):
            shutil.rmtree(folder, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def writing(location: Location) -> Iterator[None]:
    """Say in our own words why a location cannot be written.

    Raises:
        LocationError: It cannot.
    """
    try:
        yield
    except OSError as error:
        problem = f"{error.filename or location.kernels}: {error.strerror or error}"
        raise LocationError.unwritable(location.kernels, problem) from error


def write_file(path: Path, content: bytes, mode: int) -> None:
    """Write a new file, and wait until the disk has it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
