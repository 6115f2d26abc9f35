"""The files of a kernelspec as they lie in its folder: written, and compared with what would be written."""

from __future__ import annotations

import contextlib
import filecmp
import os
import stat
from functools import cache

from .errors import BrokenKernelspecError
from .kernelspec import files_in, is_program
from .permissions import make_folder
from .reading import read_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from .models import Rendered, RenderedFile


def matches(folder: Path, rendered: Rendered, spec: Mapping[str, Any] | None = None) -> bool:
    """Whether a folder holds exactly what would be written.

    Args:
        folder: The registered folder.
        rendered: What would be written.
        spec: What its kernel.json says, where that was read already.

    Returns:
        True if every file is there, is alike, and there is none besides.
    """
    try:
        present = {name: entry.path for name, entry in files_in(folder)}
        return present.keys() == rendered.files.keys() and all(
            _is_alike(present[name], file, private=rendered.private, spec=spec)
            for name, file in rendered.files.items()
        )
    except (OSError, BrokenKernelspecError):
        return False


def fill(folder: Path, present: Path, rendered: Rendered, *, for_all: bool) -> None:
    """Write a kernelspec's files into a new folder.

    Args:
        folder: The folder, which is made.
        present: Where the kernelspec lies now, if anywhere: what is just so there need not be flushed again.
        rendered: What to write.
        for_all: Whether every user is to be able to read it, whatever the umask.

    Raises:
        OSError: A file cannot be written.
    """
    from .staging import write_file

    make_folder(folder, for_all=for_all)
    mode = None
    # How the umask has it shows by the first one that is written, which is never taken over.
    for name in sorted(rendered.files, key=lambda name: name != "kernel.json"):
        file, path = rendered.files[name], folder / name
        make_folder(path.parent, for_all=for_all)
        if mode is None or not _link(present / name, path, file, mode):
            wanted = (0o777 if file.executable else 0o666) & (0o700 if rendered.private else 0o777)
            readable = for_all and not rendered.private
            write_file(path, file.source or file.content, wanted, for_all=readable)
            if file.source:
                times = os.stat(file.source)
                os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
        mode = os.stat(folder / "kernel.json").st_mode & 0o666 if mode is None else mode


def _link(present: Path, path: Path, file: RenderedFile, mode: int) -> bool:
    """Take a file over that lies there already just so."""
    try:
        if os.lstat(present).st_mode & 0o666 != mode or not _is_alike(str(present), file, private=False):
            return False
        os.link(present, path, follow_symlinks=False)
    except (OSError, NotImplementedError):
        return False
    return True


def _is_alike(path: str, file: RenderedFile, *, private: bool, spec: Mapping[str, Any] | None = None) -> bool:
    status = os.stat(path)
    if not stat.S_ISREG(status.st_mode):
        return False
    alike = is_program(status.st_mode) == file.executable and not (private and status.st_mode & 0o077)
    # Windows has no such modes.
    if not alike and os.name != "nt" and _holds_modes(os.path.dirname(path)):
        return False
    if file.source is not None:
        source = os.stat(file.source)
        if (source.st_size, source.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
            # The copy got the time of what it is a copy of; rsync goes by that too.
            return True
        return filecmp.cmp(path, file.source, shallow=False)
    if file.document is not None and spec == file.document:
        return True
    return status.st_size == len(file.content) and read_file(path) == file.content


@cache
def _holds_modes(folder: str) -> bool:
    """Whether the file system of a folder keeps a file's mode: CIFS, FAT and others show one of their own."""
    import tempfile

    held = True
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=folder) as probe:
        held = False
        os.fchmod(probe.fileno(), 0o700)
        held = os.fstat(probe.fileno()).st_mode & 0o777 == 0o700
    return held
