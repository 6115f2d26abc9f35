"""Where what is about to be written, or was just replaced, lies for a moment: in our own folder."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from .errors import LocationError
from .locations import STAGING
from .permissions import fit_in, hand_over, make_folder, owner_of
from .swapping import delete, is_of_another_device

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .locations import Location

_BLOCK = 1_000_000

REPLACED = "replaced"


@contextlib.contextmanager
def staging(location: Location, root: Path | None = None) -> Iterator[Path]:
    """Make a folder that is gone afterwards, with what is in it.

    Where it is left by an error, what was replaced stays in it for the next one who holds the lock.

    Args:
        location: The data folder; hold its lock.
        root: The folder to make it in, one of the location's `stagings`; None for the first one.
    """
    root = root or location.workshop
    make_folder(root, for_all=location.for_all)
    folder = root / f"{STAGING}{os.urandom(8).hex()}"
    folder.mkdir(0o700)
    try:
        fit_in(folder)
        yield folder
    except BaseException:
        if not any(folder.glob(f"{REPLACED}/*")):
            clear(location, folder)
        raise
    clear(location, folder)


def on_one_device(location: Location, step: Callable[[Path], object]) -> bool:
    """Do what needs a folder on the same file system: with one in the workshop, else with one beside kernels.

    Args:
        location: The data folder; hold its lock.
        step: Does it with the folder; where it needs another one it has changed nothing.

    Returns:
        False where neither of them is on that file system; nothing is done then.

    Raises:
        OSError: It could not be done for another reason.
    """
    for root in location.stagings:
        with staging(location, root) as folder:
            try:
                step(folder)
            except OSError as error:
                if not is_of_another_device(error):
                    raise
            else:
                return True
    return False


def move(location: Location, source: Path, target: Path) -> None:
    """Move a file or folder to where nothing is, as a whole, be it to another file system.

    Args:
        location: The data folder; hold its lock.
        source: What to move.
        target: Where it goes, in the folder of kernels or in the workshop.

    Raises:
        OSError: It could not be moved.
    """
    try:
        source.rename(target)
    except OSError as error:
        if not is_of_another_device(error):
            raise
        workshop, beside = location.stagings
        with staging(location, beside if target.parent == location.kernels else workshop) as folder:
            copy(source, folder / "copy")
            (folder / "copy").rename(target)
        delete(source)


def copy(source: Path, target: Path) -> None:
    """Copy a file or folder as it is, links as links."""
    import shutil

    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def throw_away(location: Location, path: Path) -> None:
    """Take a file or folder away in one step, and delete it then.

    Where no step takes it away as a whole, it is deleted where it lies, so that it is no kernelspec from the
    first step on.

    Args:
        location: The data folder; hold its lock.
        path: What is not wanted any more.

    Raises:
        OSError: It could not be taken away.
    """
    if not on_one_device(location, lambda folder: path.rename(folder / "removed")):
        delete(path)


def clear(location: Location, folder: Path) -> None:
    """Delete what is not needed any more; what cannot be deleted is in nobody's way."""
    with contextlib.suppress(OSError):
        delete(folder)
    if folder.parent != location.workshop:
        # It is where Jupyter looks, where it has nothing to look for.
        with contextlib.suppress(OSError):
            folder.parent.rmdir()


@contextlib.contextmanager
def writing(location: Location) -> Iterator[None]:
    """Say in our own words why a location cannot be written.

    Raises:
        LocationError: It cannot.
    """
    try:
        yield
    except OSError as error:
        path = Path(error.filename or location.kernels)
        problem = f"{path}: {error.strerror or error}"
        if isinstance(error, PermissionError) and (owner := owner_of(path) or owner_of(path.parent)):
            problem += f" (it belongs to {owner})"
        raise LocationError.unwritable(location.kernels, problem) from error


def write_file(path: Path, content: bytes | Path, mode: int, *, for_all: bool = False) -> None:
    """Write a new file, and wait until the disk has it; a copy can be made again.

    Args:
        path: The file.
        content: What goes into it, or the file that it is copied from, which may not fit into memory.
        mode: Who may use it, as far as the umask lets them.
        for_all: Whether every user is to be able to read it, whatever the umask.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(descriptor, "wb") as file:
        if isinstance(content, bytes):
            file.write(content)
        else:
            with open(content, "rb") as source:
                while block := source.read(_BLOCK):
                    file.write(block)
        file.flush()
        if isinstance(content, bytes):
            os.fsync(descriptor)
    if mode & 0o077:
        fit_in(path, for_all=for_all)
    else:
        hand_over(path)
