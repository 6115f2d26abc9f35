"""uv's workspaces: several projects with one environment at the root.

https://docs.astral.sh/uv/concepts/projects/workspaces/
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.environment.search import PROJECT
from conda_jupyter_plugin.core.system.reading import is_present, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterator

_TABLE = re.compile(r"(?ms)^\[tool\.uv\.workspace\][ \t]*$(.*?)(?=^\[|\Z)")


def workspaces_of(folder: Path) -> Iterator[Path]:
    """Give the root of the workspace that a project is a member of, if it is one.

    Raises:
        UnreadableError: A folder cannot be read.
    """
    if not is_present(folder / PROJECT) or _table_of(folder) is not None:
        return
    for root in folder.parents:
        if (table := _table_of(root)) is not None:
            path = folder.relative_to(root)
            if _is_named(path, table, "members") and not _is_named(path, table, "exclude"):
                yield root
            return


def _table_of(folder: Path) -> str | None:
    match = _TABLE.search(read_if_there(folder / PROJECT) or "")
    return match[1] if match else None


def _is_named(path: Path, table: str, key: str) -> bool:
    match = re.search(rf"(?ms)^\s*{key}\s*=\s*\[(.*?)\]", table)
    patterns = [Path(text) for text in re.findall(r"[\"']([^\"'\n]+)[\"']", match[1] if match else "")]
    return any(len(pattern.parts) == len(path.parts) and path.match(str(pattern)) for pattern in patterns)
