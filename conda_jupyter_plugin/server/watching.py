"""What tells that an environment has come, has gone or has changed: looked at by `stat` alone."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    # When its content and its modes were changed, and which file it is; None where none can be looked at.
    Stamp = list[int] | None

# A transaction adds and removes files of `conda-meta`; `conda env config vars` writes its state. A kernel may
# come before its program.
_PROGRAMS = "Scripts" if os.name == "nt" else "bin"
_TELLING = ("", _PROGRAMS, "conda-meta", "conda-meta/state", "pyvenv.cfg", "share/jupyter/kernels")


def stamps_of(folders: Iterable[Path], environments: Iterable[Path]) -> dict[str, Stamp]:
    """Note how things are.

    Args:
        folders: Folders and files that are looked at themselves; they need not be there.
        environments: Prefixes, where what they hold is looked at too; they need not be there.
    """
    paths = [str(folder) for folder in folders]
    paths += (path for prefix in environments for path in _in_environment(str(prefix)))
    return {path: stamp(path) for path in paths}


def is_as_it_was(stamps: Mapping[str, Stamp]) -> bool:
    """Whether nothing has changed since."""
    return all(stamp(path) == noted for path, noted in stamps.items())


def _in_environment(prefix: str) -> Iterator[str]:
    paths = [os.path.join(prefix, name) if name else prefix for name in _TELLING]
    yield from paths
    try:
        # A kernel.json may come after its folder.
        yield from (entry.path for entry in os.scandir(paths[-1]))
    except OSError:
        return


def stamp(path: str) -> Stamp:
    """Note how one path is."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return [status.st_mtime_ns, status.st_ctime_ns, status.st_ino]
