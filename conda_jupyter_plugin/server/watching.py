"""Detects new, deleted and changed environments and kernels, without reading files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..core.system.fingerprint import entries_of, fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..core.models import Manager
    from ..core.system.fingerprint import Fingerprint

_PROGRAMS = "Scripts" if os.name == "nt" else "bin"
"""A kernel may come before its program."""


def fingerprints_of(folders: Iterable[Path], environments: Iterable[Path]) -> dict[str, Fingerprint]:
    """Note how things are.

    Args:
        folders: Folders and files to watch; they need not exist.
        environments: Prefixes to watch with their relevant files; they need not exist.
    """
    from ..core.environment.telling import KERNELS_INSIDE, telling_paths

    paths = [str(folder) for folder in folders]
    for prefix in map(str, environments):
        kernels = entries_of(f"{prefix}/{KERNELS_INSIDE}")
        manager: Manager = "conda" if os.path.isdir(f"{prefix}/conda-meta") else "venv"
        paths += (*telling_paths(prefix, manager, kernels), f"{prefix}/{_PROGRAMS}")
    return {path: fingerprint(path) for path in paths}


def fingerprints_of_kernels(folders: Iterable[Path]) -> dict[str, Fingerprint]:
    """Note how folders of kernelspecs are, and the files of each kernelspec that are ours."""
    from ..core.launch.command import FILE_NAME

    paths = [*map(str, folders)]
    for kernel in [f"{folder}/{name}" for folder in paths for name in entries_of(folder)]:
        paths += (kernel, f"{kernel}/kernel.json", f"{kernel}/{FILE_NAME}")
    return {path: fingerprint(path) for path in paths}


def is_as_it_was(seen: Mapping[str, Fingerprint]) -> bool:
    """Whether nothing has changed since."""
    return all(fingerprint(path) == noted for path, noted in seen.items())
