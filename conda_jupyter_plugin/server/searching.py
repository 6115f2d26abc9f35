"""Searches environments below folders, and skips folders that have not changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..core.environment.search import environments_below, scan_folder
from ..core.environment.versions import FILE_NAME
from ..core.system.fingerprint import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from ..core.environment.search import Names
    from ..core.models import Environment
    from ..core.system.fingerprint import Fingerprint


def search(
    folders: Iterable[Path], earlier: Mapping[str, Fingerprint]
) -> tuple[list[Environment], dict[str, Fingerprint]]:
    """Find the environments below folders.

    Args:
        earlier: What was seen the last time, from which it is known what is in a folder that is as it was.

    Returns:
        The environments, and a fingerprint of each folder that was searched.
    """
    known = _by_folder(earlier)
    seen: dict[str, Fingerprint] = {}

    def look(folder: str) -> Names:
        # Noted before it is searched, so that the next search finds later changes.
        seen[folder] = now = fingerprint(folder)
        is_as_it_was = now is not None and earlier.get(folder) == now
        return known.get(folder, {}) if is_as_it_was else scan_folder(folder)

    return [environment for folder in folders for environment in environments_below(folder, look)], seen


def _by_folder(seen: Mapping[str, Fingerprint]) -> dict[str, dict[str, bool]]:
    """The known entries of each folder, from the fingerprints."""
    known: dict[str, dict[str, bool]] = {}
    for path in (path for path, noted in seen.items() if noted is not None):
        folder, name = os.path.split(path)
        known.setdefault(folder, {})[name] = name != FILE_NAME
    return known
