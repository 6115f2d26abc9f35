"""Whether something is there: where that cannot be found out, it is neither there nor gone."""

from __future__ import annotations

import errno
import os

from .errors import UnreadableError
from .path_text import is_system_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

# All other errors say nothing about what is there.
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
_NOT_THERE_ON_WINDOWS = (123,)  # ERROR_INVALID_NAME


def is_present(path: Path | str, *, as_link: bool = False) -> bool:
    """Whether something is there.

    Args:
        path: Its path.
        as_link: Whether a link counts that leads nowhere.

    Raises:
        UnreadableError: Its folder cannot be looked into: no permission, a server that does not answer, a bad
            disk.
    """
    text = str(path)
    if not is_system_text(text):
        return False
    try:
        os.stat(text, follow_symlinks=not as_link)
    except OSError as error:
        if says_absent(error):
            return False
        raise UnreadableError.by(os.path.dirname(text), error) from error
    return True


def names_in(folder: Path) -> list[str]:
    """Name what is in a folder, in order; nothing where there is no such folder.

    Raises:
        UnreadableError: It cannot be looked into.
    """
    if not is_system_text(str(folder)):
        return []
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        if says_absent(error):
            return []
        raise UnreadableError.by(folder, error) from error


def says_absent(error: OSError) -> bool:
    """Whether an error says that there is nothing, rather than that nobody can tell."""
    return error.errno in _NOT_THERE or getattr(error, "winerror", None) in _NOT_THERE_ON_WINDOWS


def find_on_path(program: str, path: str | None = None) -> str | None:
    """Find a program as `shutil.which` does, which takes long to load and is needed on Windows alone.

    Args:
        program: Its name.
        path: The folders to look into, as `PATH` has them; None for those of `PATH`.
    """
    if os.name == "nt":
        import shutil

        return shutil.which(program, path=path)
    folders = os.environ.get("PATH", os.defpath) if path is None else path
    places = (os.path.join(folder, program) for folder in folders.split(os.pathsep))
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), None)
