"""Whose the files are that we write, and who may use them: as those around them, or as a place for all needs.

Where a group shares a data folder, each of them can write in what one of them has made. What root makes in
somebody's folder, after a `sudo`, is that one's.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path


def make_folder(folder: Path, *, for_all: bool = False) -> None:
    """Make a folder, and those around it, where they are missing.

    Args:
        folder: The folder.
        for_all: Whether every user is to be able to look into it, whatever the umask.

    Raises:
        OSError: It cannot be made.
    """
    if os.path.isdir(folder):
        return
    if folder.parent != folder:
        make_folder(folder.parent, for_all=for_all)
    folder.mkdir(exist_ok=True)
    fit_in(folder, for_all=for_all)


def fit_in(path: Path, *, for_all: bool = False) -> None:
    """Give a new file or folder the owner, and those who may write, of the folder that it lies in.

    Args:
        path: What was made.
        for_all: Whether every user is to be able to read it.
    """
    if os.name == "nt":
        return
    around, own = os.stat(path.parent).st_mode, os.stat(path).st_mode
    is_folder = stat.S_ISDIR(own)
    mode = wanted = stat.S_IMODE(own)
    for writing, all_of_them in ((stat.S_IWGRP, stat.S_IRWXG), (stat.S_IWOTH, stat.S_IRWXO)):
        if around & writing:
            wanted |= all_of_them if is_folder or mode & stat.S_IXUSR else all_of_them & 0o666
    if is_folder:
        wanted |= around & (stat.S_ISGID | stat.S_ISVTX)
    if for_all:
        wanted |= 0o755 if is_folder or mode & stat.S_IXUSR else 0o644
    # A file system without modes, or one that is not ours any more, stays as it is.
    with suppress(OSError):
        if wanted != mode:
            os.chmod(path, wanted)
    hand_over(path)


def hand_over(path: Path) -> None:
    """Let what root has made belong to whoever owns the folder that it lies in."""
    if os.name == "nt" or os.geteuid() != 0:
        return
    with suppress(OSError):
        around, own = os.stat(path.parent), os.stat(path)
        if own.st_uid == 0 and around.st_uid != 0:
            os.chown(path, around.st_uid, around.st_gid)


def closed_to_others(folder: Path) -> Path | None:
    """Find what keeps other users from reading in a folder: itself, one around it, or nothing."""
    if os.name == "nt":
        return None
    for path, needed in ((folder, 0o005), *((parent, 0o001) for parent in folder.parents)):
        with suppress(OSError):
            if os.stat(path).st_mode & needed != needed:
                return path
    return None


def owner_of(path: Path) -> str:
    """Name the user that a file belongs to; empty where that is nobody else."""
    with suppress(OSError, ImportError, KeyError):
        import pwd

        number = os.stat(path).st_uid
        return "" if number == os.geteuid() else pwd.getpwuid(number).pw_name
    return ""
