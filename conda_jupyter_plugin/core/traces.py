"""Whether this project has ever written a kernel where Jupyter looks, found out with next to nothing loaded.

Every transaction asks, and most of them have nothing to do with kernels.
"""

from __future__ import annotations

import os
import sys

WORKSHOP = ".conda-jupyter-plugin"
"""Our own folder inside a Jupyter data folder, where Jupyter does not look."""

_FALSE = ("0", "false", "no", "n", "off")


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
    """Name every Jupyter data folder, as `jupyter_core.paths.jupyter_path` does on Linux and macOS.

    Args:
        *prefixes: Prefixes whose Jupyter may be meant besides.

    Returns:
        The folders, more than that gives perhaps; None where it would go by other rules.
    """
    environ = os.environ
    if os.name != "posix" or environ.get("JUPYTER_PLATFORM_DIRS", "0").lower() not in _FALSE:
        return None
    home = os.path.expanduser("~")
    data_home = os.path.join(home, "Library") if sys.platform == "darwin" else environ.get("XDG_DATA_HOME")
    name = "Jupyter" if sys.platform == "darwin" else "jupyter"
    usual = os.path.join(data_home or os.path.join(home, ".local", "share"), name)
    base = environ.get("PYTHONUSERBASE") or os.path.join(home, ".local")
    within = (sys.prefix, base, environ.get("PROGRAMDATA"), "/usr/local", "/usr", *prefixes)
    # A relative one is as good: it is asked for from where the command runs.
    return [
        *filter(None, environ.get("JUPYTER_PATH", "").split(os.pathsep)),
        environ.get("JUPYTER_DATA_DIR") or usual,
        *(os.path.join(prefix, "share", "jupyter") for prefix in within if prefix),
    ]
