"""Whether this project has ever written a kernel where Jupyter looks, found out with next to nothing loaded.

Every transaction asks, and most of them have nothing to do with kernels.
"""

from __future__ import annotations

import os

from .jupyter_paths import are_plain, has_home, search_path

WORKSHOP = ".conda-jupyter-plugin"
"""Our own folder inside a Jupyter data folder, where Jupyter does not look."""


def may_have_written(*others: str) -> bool:
    """Whether there is a trace of ours in any Jupyter data folder.

    Args:
        *others: Prefixes whose Jupyter may be meant besides.

    Returns:
        False where there is none; True where there is one, or where only Jupyter could tell.
    """
    folders = data_folders(*others)
    return folders is None or any(os.path.isdir(os.path.join(folder, WORKSHOP)) for folder in folders)


def data_folders(*prefixes: str) -> list[str] | None:
    """Name every Jupyter data folder.

    Args:
        *prefixes: Prefixes whose Jupyter may be meant besides.

    Returns:
        The folders; None where only Jupyter could tell.
    """
    if not are_plain():
        return None
    # A relative one is as good: it is asked for from where the command runs.
    return [
        *(search_path() if has_home() else ()),
        *(os.path.join(prefix, "share", "jupyter") for prefix in prefixes),
    ]
