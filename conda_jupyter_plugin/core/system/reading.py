"""Files and folders of others: whether they are there, and what they hold.

Reads are limited in size and take regular files only. What nobody can tell is not taken for a no.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING

from ..errors import UnreadableError
from .path_text import is_system_text

if TYPE_CHECKING:
    from pathlib import Path

MAXIMUM = 10_000_000
"""The default limit of bytes that are read of a file."""

_AT_ONCE = 1_000_000

# If a pipe replaced it after the check, opening it would wait for a writer.
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOCTTY", 0)

_UNLINKED = _FLAGS | getattr(os, "O_NOFOLLOW", 0)

# All other errors say nothing about what is there.
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
_NOT_THERE_ON_WINDOWS = (123,)  # ERROR_INVALID_NAME


def is_present(path: Path | str, *, as_link: bool = False) -> bool:
    """Whether something is there.

    Args:
        as_link: Whether a link counts that leads nowhere.

    Raises:
        UnreadableError: Its folder cannot be read: no permission, a server that does not answer, a bad
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
        UnreadableError: It cannot be read.
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
    """Whether an error means that the file does not exist, and not that it is unreadable."""
    return error.errno in _NOT_THERE or getattr(error, "winerror", None) in _NOT_THERE_ON_WINDOWS


def find_on_path(program: str, path: str | None = None) -> str | None:
    """Find a program as `shutil.which` does, which takes long to load and is needed on Windows alone.

    Args:
        path: The folders to look into, as `PATH` has them; None for those of `PATH`.
    """
    if os.name == "nt":
        import shutil

        return shutil.which(program, path=path)
    folders = os.environ.get("PATH", os.defpath) if path is None else path
    places = (os.path.join(folder, program) for folder in folders.split(os.pathsep))
    return next((place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)), None)


def read_file(path: Path | str, maximum: int = MAXIMUM) -> bytes:
    """Read a file of at most so many bytes; links are followed.

    Raises:
        OSError: It cannot be read, is no regular file (EINVAL) or is larger (EFBIG).
    """
    _check(path, os.stat(path), maximum)
    descriptor = os.open(path, _FLAGS)
    try:
        return read_descriptor(descriptor, path, maximum)
    finally:
        os.close(descriptor)


def read_unlinked(path: str, maximum: int = MAXIMUM) -> bytes:
    """Read a regular file that is no link: with one look less than `read_file`.

    Raises:
        OSError: It cannot be read, is no regular file or too large, or is a link where the system can tell.
    """
    return read_with_status(path, maximum)[0]


def read_with_status(path: str, maximum: int = MAXIMUM) -> tuple[bytes, os.stat_result]:
    """Read a file as `read_unlinked`; its status is that of before."""
    descriptor = os.open(path, _UNLINKED)
    try:
        status = os.fstat(descriptor)
        return _read(descriptor, status, path, maximum), status
    finally:
        os.close(descriptor)


def read_descriptor(descriptor: int, path: Path | str, maximum: int = MAXIMUM) -> bytes:
    """Read an open file, as `read_file`."""
    return _read(descriptor, os.fstat(descriptor), path, maximum)


def _read(descriptor: int, status: os.stat_result, path: Path | str, maximum: int) -> bytes:
    _check(path, status, maximum)
    content = os.read(descriptor, status.st_size + 1)
    if len(content) != status.st_size:
        # It grows, or its file system does not know how large it is.
        while len(content) <= maximum and (more := os.read(descriptor, _AT_ONCE)):
            content += more
    if len(content) > maximum:
        raise _too_large(path, maximum)
    return content


def read_text(path: Path | str, maximum: int = MAXIMUM, *, errors: str = "strict") -> str:
    """Read a file of UTF-8 text, with a byte order mark or without.

    Args:
        errors: What becomes of bytes that are no UTF-8, as `bytes.decode` has it.

    Raises:
        OSError: As `read_file`.
        UnicodeDecodeError: It is not UTF-8.
    """
    return read_file(path, maximum).removeprefix(b"\xef\xbb\xbf").decode("utf-8", errors)


def read_if_there(path: Path, maximum: int = MAXIMUM) -> str | None:
    """Read a file of text, whatever bytes it holds; None where there is no such file.

    Raises:
        UnreadableError: It cannot be found out what it says.
    """
    try:
        return read_text(path, maximum, errors="replace")
    except OSError as error:
        if says_absent(error) or error.errno == errno.EFBIG:
            return None
        raise UnreadableError.by(path, error) from error


def check_regular(path: Path | str, status: os.stat_result) -> None:
    """Make sure that what was opened is a regular file.

    Raises:
        OSError: It is none (EINVAL).
    """
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file", str(path))


def _check(path: Path | str, status: os.stat_result, maximum: int) -> None:
    check_regular(path, status)
    if status.st_size > maximum:
        raise _too_large(path, maximum)


def _too_large(path: Path | str, maximum: int) -> OSError:
    return OSError(errno.EFBIG, f"it is larger than {maximum} bytes", str(path))
