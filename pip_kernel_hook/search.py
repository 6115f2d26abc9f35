"""Every virtual environment below a folder."""

from __future__ import annotations

import os
from pathlib import Path

from conda_jupyter_plugin.core.environment import environment_to_be
from conda_jupyter_plugin.core.errors import NotAnEnvironmentError
from conda_jupyter_plugin.core.pyvenv import FILE_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from conda_jupyter_plugin.core.models import Environment

# Many files, and no environment that anybody works in.
_PASSED_OVER = frozenset(
    {"node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn", "__pypackages__"}
)

_OF_ENVIRONMENT = frozenset({"bin", "lib", "lib64", "include", "share", "etc", "man", "scripts"})
"""The folders of an environment itself; beside them may lie a project with environments of its own."""


def environments_below(folder: Path) -> Iterator[Environment]:
    """Find every virtual environment in a folder and the folders below; links to folders are not followed.

    Args:
        folder: Its absolute path.

    Yields:
        The environments, in the order of their paths.

    Raises:
        NotAnEnvironmentError: There is no such folder.
    """
    if not folder.is_dir():
        raise NotAnEnvironmentError.at(folder, "Give --all a folder to search.", kind="a folder")
    yield from _search(str(folder))


def _search(folder: str) -> Iterator[Environment]:
    try:
        with os.scandir(folder) as entries:
            names = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError:
        # What nobody may look into holds nothing to be registered.
        return
    if "conda-meta" in names:
        return
    passed_over = _PASSED_OVER
    if names.get(FILE_NAME) is False:
        yield environment_to_be(Path(folder))
        passed_over |= _OF_ENVIRONMENT
    for name in sorted(names):
        if names[name] and name.lower() not in passed_over:
            yield from _search(os.path.join(folder, name))
