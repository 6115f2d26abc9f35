"""The locations where Jupyter looks for kernelspecs and where we write them."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..environment.environment import canonical, identify_active, same_prefix
from ..errors import LocationError
from ..failures import passing_over
from .paths import WORKSHOP, data_folder, search_path, system_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

STAGING = "staging-"
"""The prefix of the names of staging folders."""

DISCARDED = "discarded-"
"""The prefix of the names of folders that are about to be deleted."""


@dataclass(frozen=True)
class Location:
    """A Jupyter data folder.

    Attributes:
        data: The data folder, which `jupyter --paths` lists under `data`.
        option: The option that chooses it, for messages.
    """

    data: Path
    option: str = ""

    def is_same_as(self, other: Location) -> bool:
        """Whether it is the same folder, by whatever path."""
        return self.data == other.data or _identity(self.data) == _identity(other.data)

    @cached_property
    def workshop(self) -> Path:
        """Our own folder inside it, where Jupyter does not look: for the lock and what is half done."""
        return self.data / WORKSHOP

    @cached_property
    def kernels(self) -> Path:
        """The folder of kernelspecs inside it."""
        return self.data / "kernels"

    @property
    def stagings(self) -> tuple[Path, ...]:
        """The folders that may have staging folders: the workshop, and `kernels` on another disk."""
        return (self.workshop, self.kernels / WORKSHOP)

    @cached_property
    def for_all(self) -> bool:
        """Whether every user is to read it, whatever the umask: it was asked for, or is in no home."""
        return self.option.startswith(("--system", "--jupyter-prefix")) or is_shared(self)


def user_location() -> Location:
    """The current user's data folder; follows `JUPYTER_DATA_DIR` as Jupyter does."""
    # Jupyter takes a relative JUPYTER_DATA_DIR as it is: a kernel is to be found from elsewhere too.
    return Location(Path(os.path.abspath(data_folder())), "--user")


def system_location() -> Location:
    """The data folder that every user of this machine's Jupyters sees."""
    return Location(Path(system_folder()), "--system")


def prefix_location(prefix: str) -> Location:
    """The data folder of the Jupyter that lives in a prefix.

    Raises:
        LocationError: The prefix is not a folder.
    """
    folder = Path(os.path.abspath(os.path.expanduser(prefix)))
    if not os.path.isdir(folder):
        raise LocationError.not_a_folder(prefix)
    return Location(folder / "share" / "jupyter", f"--jupyter-prefix {prefix}")


def visible(active_prefix: str | None, *extra: Location) -> tuple[Location, ...]:
    """Every data folder that Jupyter reads, in the order in which a kernel's name is looked up.

    Args:
        active_prefix: The active environment: a Jupyter started in it sees its kernels too.
        extra: Locations to look at even where this Jupyter would not.

    Returns:
        The locations, each once, however many paths lead to it.
    """
    folders = [Path(os.path.abspath(folder)) for folder in search_path()]
    if environment := identify_active(active_prefix):
        # As jupyter_core's `prefer_environment_over_user` has it for the Jupyter in an environment.
        base = environment.manager == "conda" and os.environ.get("CONDA_DEFAULT_ENV", "base") == "base"
        own = not base and os.access(environment.prefix, os.W_OK)
        behind = folders.index(user_location().data) + (0 if own else 1)
        folders.insert(behind, environment.prefix / "share" / "jupyter")
    folders += [location.data for location in extra]
    once = {_identity(folder): folder for folder in reversed(folders)}
    return tuple(Location(folder) for folder in reversed(once.values()))


def check_writable(location: Location) -> None:
    """Make sure that a kernelspec can be written, without writing anything.

    Raises:
        LocationError: Something is in the way.
    """
    folder = location.kernels
    while not os.path.lexists(folder) and folder != folder.parent:
        folder = folder.parent
    if not os.path.isdir(folder):
        raise LocationError.unwritable(location.kernels, f"{folder} is not a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise LocationError.unwritable(location.kernels, f"you do not have permission to write to {folder}")


def is_writable(location: Location) -> bool:
    """Whether a kernelspec can probably be written, without writing anything."""
    with passing_over(LocationError):
        check_writable(location)
        return True
    return False


def is_shared(location: Location) -> bool:
    """Whether other users' Jupyter may look there: outside the user's data folder and home."""
    if same_prefix(location.data, user_location().data):
        return False
    return not Path(canonical(location.data)).is_relative_to(canonical(Path(os.path.expanduser("~"))))


def is_leftover(name: str) -> bool:
    """Whether what is called so in our own folder is there only while a process is at work, or was killed."""
    return name.startswith((STAGING, DISCARDED))


def leftovers(location: Location) -> Iterator[Path]:
    """Find what a killed process has left half done."""
    for root in location.stagings:
        with suppress(OSError):
            names = sorted(os.listdir(root))
            yield from (root / name for name in names if is_leftover(name))


def _identity(folder: Path) -> tuple[int | str, ...]:
    """The identity of a folder in the file system; of a missing one, its nearest parent and the names."""
    folder = Path(os.path.realpath(folder))
    for parent in (folder, *folder.parents):
        try:
            status = os.stat(parent)
        except OSError:
            continue
        # Some file systems number nothing.
        known = (status.st_dev, status.st_ino) if status.st_ino else (str(parent),)
        return (*known, *map(os.path.normcase, folder.relative_to(parent).parts))
    return (str(folder),)
