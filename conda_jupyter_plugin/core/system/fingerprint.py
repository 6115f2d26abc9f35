"""Detects that a file or folder has changed, without reading it."""

from __future__ import annotations

import os
import stat
from zlib import crc32

Fingerprint = list[int] | None
"""A file's mode, number and size, when its content and when its status changed; None if there is none."""

SECOND = 1_000_000_000
"""Times that are whole seconds, in nanoseconds, are those of a file system that counts seconds."""


def fingerprint(path: str) -> Fingerprint:
    """Look at a file or folder, wherever links lead; times are nanoseconds since the epoch."""
    try:
        return fingerprint_of(os.stat(path))
    except (OSError, ValueError):
        return None


def fingerprint_of(status: os.stat_result) -> list[int]:
    """Compute the fingerprint of a file from its status."""
    mode, changed = status.st_mode, status.st_ctime_ns
    if status.st_nlink > 1 and stat.S_ISREG(mode):
        # Package files of conda have one name in each environment: with another name nothing else changes.
        changed = 0
    return [mode, status.st_ino, status.st_size, status.st_mtime_ns, changed]


def in_short(found: object) -> str:
    """A digest of what was found."""
    return f"{crc32(str(found).encode(errors='surrogatepass')):08x}"


def entries_of(folder: str) -> list[str]:
    """List the names in a folder, sorted; empty if it is unreadable."""
    try:
        return sorted(os.listdir(folder))
    except (OSError, ValueError):
        return []
