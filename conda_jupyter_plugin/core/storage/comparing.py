"""The files of a kernelspec as they lie in its folder, compared with what would be written."""

from __future__ import annotations

import contextlib
import filecmp
import os
import stat
from functools import cache
from typing import TYPE_CHECKING

from ..errors import BrokenKernelspecError
from ..kernelspec.kernel_json import files_in, is_program
from ..system.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any

    from ..rendered import Rendered, RenderedFile


def matches(folder: Path, rendered: Rendered, spec: Mapping[str, Any] | None = None) -> bool:
    """Whether a folder holds exactly what would be written.

    Args:
        spec: What its kernel.json says, where that was read already.

    Returns:
        True if both have the same files with the same content.
    """
    try:
        present = {name: entry.path for name, entry in files_in(folder)}
        return present.keys() == rendered.files.keys() and all(
            is_alike(present[name], file, private=rendered.private, spec=spec)
            for name, file in rendered.files.items()
        )
    except (OSError, BrokenKernelspecError):
        return False


def is_alike(path: str, file: RenderedFile, *, private: bool, spec: Mapping[str, Any] | None = None) -> bool:
    """Whether a file is what would be written; see `matches`."""
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
    """Whether the file system of a folder keeps a file's mode: CIFS, FAT and others show one of their own.

    It serves users whose home is such a share: each of their kernels would be stale forever.
    """
    import tempfile

    held = True
    with contextlib.suppress(OSError), tempfile.TemporaryFile(dir=folder) as probe:
        held = False
        os.fchmod(probe.fileno(), 0o700)
        held = os.fstat(probe.fileno()).st_mode & 0o777 == 0o700
    return held
