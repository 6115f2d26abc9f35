"""Owner and mode of the files that we write, as their folder or a shared location needs.

Where a group shares a data folder, each of them can write in what one of them has made. What root makes in
somebody's folder, after a `sudo`, is that one's.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def fit(descriptor: int, parent: os.stat_result, *, for_all: bool = False) -> None:
    """Give a new file or folder the owner, and those who may write, of the folder that it is made for.

    Args:
        descriptor: What was made, opened: its path may lead to something else by now.
        parent: The folder.
        for_all: Whether every user is to be able to read it.
    """
    if os.name == "nt":
        return
    own = os.fstat(descriptor).st_mode
    is_folder = stat.S_ISDIR(own)
    mode = wanted = stat.S_IMODE(own)
    for writing, all_of_them in ((stat.S_IWGRP, stat.S_IRWXG), (stat.S_IWOTH, stat.S_IRWXO)):
        if parent.st_mode & writing:
            wanted |= all_of_them if is_folder or mode & stat.S_IXUSR else all_of_them & 0o666
    if is_folder:
        wanted |= parent.st_mode & (stat.S_ISGID | stat.S_ISVTX)
    if for_all:
        wanted |= 0o755 if is_folder or mode & stat.S_IXUSR else 0o644
    # A file system without modes, or one that is not ours any more, stays as it is.
    with suppress(OSError):
        if wanted != mode:
            os.fchmod(descriptor, wanted)
    hand_over(descriptor, parent)


def hand_over(descriptor: int, parent: os.stat_result) -> None:
    """Give what root created to the owner of the folder for which it was created."""
    if os.name == "nt" or os.geteuid() != 0:
        return
    with suppress(OSError):
        if os.fstat(descriptor).st_uid == 0 and parent.st_uid != 0:
            os.fchown(descriptor, parent.st_uid, parent.st_gid)


def is_own(status: os.stat_result) -> bool:
    """Whether this user made a file or folder, and nobody else may write in it."""
    return os.name == "nt" or (status.st_uid == os.geteuid() and not others_may_write(status))


def is_trusted(status: os.stat_result) -> bool:
    """Whether this user or the administrator made a file, folder or link."""
    # In a container without privileges, the owner of its root folder is the administrator.
    return os.name == "nt" or status.st_uid in (os.geteuid(), 0, os.stat("/").st_uid)


def is_safe(status: os.stat_result) -> bool:
    """Whether nobody but this user and the administrator made a file or folder, or may write in it."""
    return os.name == "nt" or (is_trusted(status) and not others_may_write(status))


def is_safe_at(path: Path) -> bool:
    """The same for a file or folder at a path; False if there is none."""
    with suppress(OSError):
        return is_safe(os.stat(path))
    return False


def may_delete(status: os.stat_result, parent: os.stat_result) -> bool:
    """Whether something in our own folder may be deleted: what this user or the administrator made.

    Args:
        parent: The folder that it is in: the administrator also deletes what its owner made.
    """
    return is_trusted(status) or (os.geteuid() == 0 and status.st_uid == parent.st_uid)


def others_may_write(status: os.stat_result) -> bool:
    """Whether others than its owner may write in a file or folder; a group of one user is that user."""
    if status.st_mode & stat.S_IWOTH:
        return True
    return bool(status.st_mode & stat.S_IWGRP) and not _is_private_group(status)


def _is_private_group(status: os.stat_result) -> bool:
    """Whether a group is its user's alone, as many systems give each user one."""
    try:
        import grp
        import pwd

        user, group = pwd.getpwuid(status.st_uid), grp.getgrgid(status.st_gid)
    except (ImportError, KeyError):
        return False
    return (
        group.gr_gid == user.pw_gid and group.gr_name == user.pw_name and set(group.gr_mem) <= {user.pw_name}
    )


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
    """Name the other user who owns a file; empty for this user."""
    with suppress(OSError, ImportError, KeyError):
        import pwd

        number = os.stat(path).st_uid
        return "" if number == os.geteuid() else pwd.getpwuid(number).pw_name
    return ""
