"""Whether an environment that is not there is known to be gone: absence alone proves nothing.

Its disk may not be mounted, or it is on another host that shares the home folder. So each kernel records
on which host and file system its environment lay. Known to be gone is what is missing where both are as they
were.
"""

from __future__ import annotations

import os
import re
import sys
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UnreadableError
from ..failures import passing_over
from ..models import Origin
from .environment import identify

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..models import Owner


def observe(prefix: Path) -> Origin:
    """Find out on which host and file system a prefix is, or would be.

    Args:
        prefix: The absolute path of an environment, which may be gone.
    """
    real = os.path.realpath(prefix)
    mount, file_system = _linux_mount(real) if sys.platform == "linux" else _mount(real)
    return Origin(_host(), mount, file_system)


def _host() -> str:
    if hasattr(os, "uname"):
        return os.uname().nodename
    import platform

    return platform.node()


def why_kept(owner: Owner) -> str | None:
    """Say why a missing environment may still exist.

    Returns:
        A clause, or None where the environment is known to be gone.
    """
    origin = owner.origin
    if origin is None or (now := observe(owner.prefix)) == origin:
        return None
    if now.host != origin.host:
        return f"the environment is not on this machine (it was on {origin.host})"
    return f"the environment is on a disk that is not mounted ({origin.mount})"


def is_gone(owner: Owner) -> bool:
    """Whether a kernel's environment is known to be gone."""
    with passing_over(UnreadableError):
        return identify(owner.prefix) is None and why_kept(owner) is None
    return False


def is_missing(owner: Owner) -> bool:
    """Whether a kernel's environment is missing, deleted or on a disk that is not mounted.

    An unreadable one may exist.
    """
    with passing_over(UnreadableError):
        return identify(owner.prefix) is None
    return False


def _linux_mount(real: str) -> tuple[str, str]:
    """The mount point, and what is mounted there: a folder of a file system, by that one's own number."""
    found = ("/", "/", "")
    for mount, root, source in _mounts():
        # Of several on top of each other the last one is seen.
        if len(mount) >= len(found[0]) and (real + "/").startswith(mount.rstrip("/") + "/"):
            found = (mount, root, source)
    mount, root, source = found
    try:
        number = os.statvfs(mount).f_fsid
    except OSError:
        return mount, ""
    # Network file systems have no number.
    return mount, f"{number:x}:{root}" if number else f"{source}:{root}"


def _mounts() -> Iterator[tuple[str, str, str]]:
    """Mount points with the mounted folder and its source, as proc(5) has `/proc/pid/mountinfo`."""
    try:
        with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as file:
            yield from _parsed(file.read())
    except OSError:
        return


@lru_cache(maxsize=1)
def _parsed(table: str) -> tuple[tuple[str, str, str], ...]:
    """Take the table of mounts apart: it is read each time, and mostly the same."""
    found = []
    for line in table.splitlines():
        before, _, behind = line.partition(" - ")
        words, rest = before.split(" "), behind.split(" ")
        if len(words) > 5 and len(rest) > 1:
            found.append((_unescaped(words[4]), _unescaped(words[3]), _unescaped(rest[1])))
    return tuple(found)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([0-7]{3})", lambda match: chr(int(match[1], 8)), text)


def _mount(real: str) -> tuple[str, str]:
    """The mount point, and on Windows the volume's serial number; elsewhere no number lasts."""
    folder = next((parent for parent in (real, *map(str, Path(real).parents)) if os.path.ismount(parent)), "")
    try:
        return folder, f"{os.stat(folder).st_dev:x}" if os.name == "nt" else ""
    except OSError:
        return folder, ""
