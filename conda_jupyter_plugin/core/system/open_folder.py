"""Folders held open: what is done in one is done there, wherever its path leads by then.

No link inside is followed, so another user who can write to a folder redirects nobody. Windows cannot hold a
folder open like that: there each step looks for a link (a reparse point) first.
"""

from __future__ import annotations

import errno
import os
import stat
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from .exchange import exchange
from .permissions import fit, is_own
from .reading import check_regular, read_descriptor
from .refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

CAN_HOLD = os.open in os.supports_dir_fd
WITHOUT_LINKS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
# Linux goes through a folder that may be searched, but not listed.
PASSING = FOLDER | getattr(os, "O_PATH", 0)
READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)

# What the systems say of a link that is not to be followed: open(2).
MAY_BE_LINK = (errno.ELOOP, errno.ENOTDIR, errno.EMLINK)

_BLOCK = 1_000_000


class OpenFolder:
    """A folder that is held open; close it, or use it in a `with` statement.

    Every method raises an OSError that names the whole path, and RefusedError where a link is in the way.

    Attributes:
        path: What led to it.
        descriptor: What holds it open; None where it is not.
    """

    def __init__(self, path: Path, descriptor: int | None) -> None:
        self.path = path
        self.descriptor = descriptor

    def __enter__(self) -> OpenFolder:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def again(self) -> OpenFolder:
        """Opens it once more, to be closed apart from this one."""
        return OpenFolder(self.path, None if self.descriptor is None else os.dup(self.descriptor))

    def close(self) -> None:
        """Lets go of it."""
        if self.descriptor is not None:
            os.close(self.descriptor)

    @property
    def status(self) -> os.stat_result:
        """Its owner and mode."""
        return os.stat(self._held)

    @property
    def reachable(self) -> Path:
        """A path for those who take paths alone; on Linux it leads to this very folder."""
        held = Path(f"/proc/self/fd/{self.descriptor}")
        return held if self.descriptor is not None and os.path.isdir(held) else self.path

    def names(self) -> list[str]:
        """Lists what is in it, in order."""
        return sorted(os.listdir(self._held))

    def look(self, name: str) -> os.stat_result | None:
        """Describes an entry, a link as a link; None if there is none."""
        with self._naming(name):
            try:
                return os.stat(self._at(name), dir_fd=self.descriptor, follow_symlinks=False)
            except FileNotFoundError:
                return None

    def is_folder(self, name: str) -> bool:
        """Whether an entry is a folder, and no link to one."""
        status = self.look(name)
        return status is not None and stat.S_ISDIR(status.st_mode) and not is_link(status)

    def enter(self, name: str, flags: int = FOLDER) -> OpenFolder:
        """Opens a folder in it, with `PASSING` to go on from there alone."""
        path = self.path / name
        with self._naming(name):
            if self.descriptor is not None:
                return OpenFolder(path, os.open(name, flags | WITHOUT_LINKS, dir_fd=self.descriptor))
            self._refuse_link(name)
            os.listdir(path)
            return OpenFolder(path, None)

    def make(self, name: str, *, for_all: bool = False, fitting: os.stat_result | None = None) -> OpenFolder:
        """Opens a folder in it, which is made where it is missing.

        Args:
            for_all: Whether every user is to be able to look into it, whatever the umask.
            fitting: The folder whose owner and modes it gets; None for this one.
        """
        with self._naming(name):
            try:
                os.mkdir(self._at(name), dir_fd=self.descriptor)
            except FileExistsError:
                return self.enter(name)
        folder = self.enter(name)
        if folder.descriptor is not None:
            fit(folder.descriptor, fitting or self.status, for_all=for_all)
        return folder

    def make_private(self, name: str) -> OpenFolder:
        """Makes and opens a folder that is this user's alone, whatever becomes of the one around it."""
        # On Windows what is made in there would stay closed to others when it is moved.
        mode = 0o777 if os.name == "nt" else 0o700
        with self._naming(name):
            os.mkdir(self._at(name), mode, dir_fd=self.descriptor)
        folder = self.enter(name)
        if not is_own(folder.status):
            # Somebody has put another one in its place.
            folder.close()
            raise RefusedError.of(self.path / name, "another user created it")
        return folder

    def open(self, name: str, flags: int, mode: int = 0o666) -> int:
        """Opens a file, as `os.open`."""
        with self._naming(name):
            if self.descriptor is None:
                self._refuse_link(name)
            return os.open(self._at(name), flags | WITHOUT_LINKS, mode, dir_fd=self.descriptor)

    def read(self, name: str, maximum: int) -> bytes:
        """Reads a regular file of at most so many bytes."""
        descriptor = self.open(name, READING)
        try:
            return read_descriptor(descriptor, self.path / name, maximum)
        finally:
            os.close(descriptor)

    def move(self, name: str, into: OpenFolder, as_name: str) -> None:
        """Moves an entry, in place of a file of that name or an empty folder."""
        with self._naming(name):
            rename = os.replace if self.descriptor is None else os.rename
            rename(self._at(name), into._at(as_name), src_dir_fd=self.descriptor, dst_dir_fd=into.descriptor)

    def exchange(self, name: str, other: OpenFolder, other_name: str) -> bool:
        """Swaps two entries in one step; False where the system, or the file system, has no such step."""
        if self.descriptor is None or other.descriptor is None:
            return False
        with self._naming(name):
            return exchange(self.descriptor, name, other.descriptor, other_name)

    def link(self, name: str, into: OpenFolder, as_name: str) -> None:
        """Gives a file one more name."""
        with self._naming(name):
            at, target = self._at(name), into._at(as_name)
            os.link(at, target, src_dir_fd=self.descriptor, dst_dir_fd=into.descriptor, follow_symlinks=False)

    def copy(self, name: str, into: OpenFolder, as_name: str) -> None:
        """Copies a file or folder with times and modes, a link as a link."""
        status = self.look(name)
        if status and is_link(status):
            target = os.readlink(self._at(name), dir_fd=self.descriptor)
            os.symlink(target, into._at(as_name), dir_fd=into.descriptor)
        elif status and stat.S_ISDIR(status.st_mode):
            with self.enter(name) as source, into.make_private(as_name) as folder:
                for inner in source.names():
                    source.copy(inner, folder, inner)
                _copy_status(source.status, folder._held)
        else:
            self._copy_file(name, into, as_name)

    def _copy_file(self, name: str, into: OpenFolder, as_name: str) -> None:
        with open(self.open(name, READING), "rb") as source:
            check_regular(self.path / name, os.fstat(source.fileno()))
            new = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            with open(into.open(as_name, new, 0o600), "wb") as file:
                while block := source.read(_BLOCK):
                    file.write(block)
                file.flush()
                held = file.fileno() if self.descriptor is not None else into.path / as_name
                _copy_status(os.fstat(source.fileno()), held)

    def set_times(self, name: str, status: os.stat_result) -> None:
        """Gives a file the times of another one."""
        with self._naming(name):
            os.utime(self._at(name), ns=(status.st_atime_ns, status.st_mtime_ns), dir_fd=self.descriptor)

    def unlink(self, name: str) -> None:
        """Deletes a file or link."""
        with self._naming(name):
            os.unlink(self._at(name), dir_fd=self.descriptor)

    def remove_empty(self, name: str) -> None:
        """Deletes an empty folder."""
        with self._naming(name):
            os.rmdir(self._at(name), dir_fd=self.descriptor)

    def delete(self, name: str) -> None:
        """Deletes a file, a link or a folder with all that is in it, however deep; kernel.json first."""
        if not self.is_folder(name):
            self.unlink(name)
            return
        with self.enter(name) as folder:
            if folder.look("kernel.json") and not folder.is_folder("kernel.json"):
                folder.unlink("kernel.json")
            numbers = count()
            while folders := folder._delete_files():
                for inner in folders:
                    folder._empty(inner, numbers)
        self.remove_empty(name)

    def _delete_files(self) -> list[str]:
        """Deletes what is in it but its folders, and lists those."""
        folders = []
        for name in self.names():
            if self.is_folder(name):
                folders.append(name)
            else:
                self.unlink(name)
        return folders

    def _empty(self, name: str, numbers: Iterator[int]) -> None:
        """Deletes a folder in it; the folders in that one are brought up here, so that none is too deep."""
        with self.enter(name) as inner:
            for folder in inner._delete_files():
                free = next(number for number in numbers if self.look(f".{number}") is None)
                inner.move(folder, self, f".{free}")
        self.remove_empty(name)

    @property
    def _held(self) -> int | Path:
        """The folder itself, as system calls accept it."""
        return self.path if self.descriptor is None else self.descriptor

    def _at(self, name: str) -> str:
        """An entry, as system calls accept it with the descriptor."""
        return os.path.join(self.path, name) if self.descriptor is None else name

    def _refuse_link(self, name: str) -> None:
        status = self.look(name)
        if status and is_link(status):
            raise RefusedError.link(self.path / name)

    def _naming(self, name: str) -> _Naming:
        return _Naming(self, name)


class _Naming:
    """Lets errors name the whole path of an entry; one about a link that is in the way is a refusal."""

    def __init__(self, folder: OpenFolder, name: str) -> None:
        self._folder, self._name = folder, name

    def __enter__(self) -> None:
        """Begins."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            path = self._folder.path / self._name
            if error.errno in MAY_BE_LINK and (status := self._folder.look(self._name)) and is_link(status):
                raise RefusedError.link(path) from error
            error.filename, error.filename2 = str(path), None


def is_link(status: os.stat_result) -> bool:
    """Whether an entry is a link, on Windows also another kind of reparse point."""
    # https://learn.microsoft.com/windows/win32/fileio/file-attribute-constants
    return stat.S_ISLNK(status.st_mode) or bool(getattr(status, "st_file_attributes", 0) & 0x400)


def _copy_status(status: os.stat_result, held: int | Path) -> None:
    os.chmod(held, stat.S_IMODE(status.st_mode))
    os.utime(held, ns=(status.st_atime_ns, status.st_mtime_ns))


@dataclass(frozen=True)
class Entry:
    """An existing or future entry of an open folder, by its name."""

    folder: OpenFolder
    name: str

    def move(self, into: Entry) -> None:
        """Moves it to where nothing is, as a whole."""
        self.folder.move(self.name, into.folder, into.name)

    def look(self) -> os.stat_result | None:
        """Describes it, a link as a link; None if there is none."""
        return self.folder.look(self.name)
