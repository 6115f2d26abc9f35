"""Jupyter's data folders, and whether they have managed kernels.

The folders are those of `jupyter_core.paths`, which is loaded only where its rules differ from those below.

Every command needs them, and so does each of conda's transactions; loading it takes a third of a `list`.
"""

from __future__ import annotations

import os
import site
import sys

WORKSHOP = ".conda-jupyter-plugin"
"""Our own folder inside a Jupyter data folder, where Jupyter does not look."""

ENVIRONMENT = os.path.join(sys.prefix, "share", "jupyter")
SYSTEM = ("/usr/local/share/jupyter", "/usr/share/jupyter")

_FALSE = ("no", "n", "false", "off", "0", "0.0")


def are_plain() -> bool:
    """Whether the few rules here determine the folders: on Linux and macOS, without special variables."""
    return os.name == "posix" and not _is_set("JUPYTER_PLATFORM_DIRS")


def data_folder() -> str:
    """The user's data folder: what `jupyter_core.paths.jupyter_data_dir` gives.

    Raises:
        LocationError: The user has no home folder.
    """
    _check_home()
    if not are_plain():
        from jupyter_core.paths import jupyter_data_dir

        return jupyter_data_dir()
    if given := os.environ.get("JUPYTER_DATA_DIR"):
        return given
    home = os.path.realpath(os.path.expanduser("~"))
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Jupyter")
    data = os.environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    return os.path.join(data, "jupyter")


def has_home() -> bool:
    """Whether the user's data folder is known."""
    return bool(os.environ.get("JUPYTER_DATA_DIR")) or not os.path.expanduser("~").startswith("~")


def _check_home() -> None:
    if not has_home():
        from ..errors import LocationError

        raise LocationError.without_home()


def system_folder() -> str:
    """The first data folder of all users: that of `jupyter_core.paths.SYSTEM_JUPYTER_PATH`."""
    if not are_plain():
        from jupyter_core.paths import SYSTEM_JUPYTER_PATH

        return SYSTEM_JUPYTER_PATH[0]
    return SYSTEM[0]


def search_path() -> list[str]:
    """Every data folder, in the order that counts: what `jupyter_core.paths.jupyter_path` gives.

    Raises:
        LocationError: The user has no home folder.
    """
    if not are_plain():
        _check_home()
        from jupyter_core.paths import jupyter_path

        return list(dict.fromkeys(jupyter_path()))
    user = [data_folder(), *_in_user_site("share")]
    own = [] if ENVIRONMENT in SYSTEM else [ENVIRONMENT]
    others = own + user if _prefers_environment() else user + own
    return list(dict.fromkeys((*_named_in("JUPYTER_PATH"), *others, *SYSTEM)))


def search_path_of(prefix: str) -> list[str]:
    """Every data folder that the Jupyter in another prefix looks at, in no order that counts."""
    return [
        *(path for path in search_path() if path != ENVIRONMENT),
        os.path.join(prefix, "share", "jupyter"),
    ]


def config_path_of(prefix: str) -> list[str]:
    """Every configuration folder of the Jupyter in a prefix, in the order that counts."""
    if os.environ.get("JUPYTER_NO_CONFIG"):
        return []
    if not are_plain():
        from jupyter_core.paths import ENV_CONFIG_PATH, jupyter_config_path

        others = [path for path in jupyter_config_path() if path not in ENV_CONFIG_PATH]
        return [os.path.join(prefix, "etc", "jupyter"), *others]
    user = [given] if (given := os.environ.get("JUPYTER_CONFIG_DIR")) else []
    if not user and has_home():
        user = [os.path.join(os.path.realpath(os.path.expanduser("~")), ".jupyter")]
    user += _in_user_site("etc")
    own = [os.path.join(prefix, "etc", "jupyter")]
    # In an environment of the user's, it goes before what is for all of that user's.
    others = user + own if prefix in ("/usr", "/usr/local") else own + user
    system = ("/usr/local/etc/jupyter", "/etc/jupyter")
    return list(dict.fromkeys((*_named_in("JUPYTER_CONFIG_PATH"), *others, *system)))


def _named_in(variable: str) -> list[str]:
    """The folders that a variable names, which count most."""
    given = os.environ.get(variable)
    return [path.rstrip(os.sep) for path in given.split(os.pathsep)] if given else []


def _in_user_site(kind: str) -> list[str]:
    """Jupyter's folder where pip installs for one user, if that counts."""
    base = site.getuserbase() if site.ENABLE_USER_SITE else None
    return [os.path.join(base, kind, "jupyter")] if base and not base.startswith("~") else []


def _prefers_environment() -> bool:
    """Whether our own environment's folder goes before the user's: `prefer_environment_over_user`."""
    if "JUPYTER_PREFER_ENV_PATH" in os.environ:
        return _is_set("JUPYTER_PREFER_ENV_PATH")
    if sys.prefix != sys.base_prefix and _is_owned(sys.prefix):
        return True
    conda = os.environ.get("CONDA_PREFIX")
    in_conda = conda is not None and sys.prefix.startswith(conda)
    return in_conda and os.environ.get("CONDA_DEFAULT_ENV", "base") != "base" and _is_owned(sys.prefix)


def _is_owned(folder: str) -> bool:
    """Whether a folder is this user's: of whom is logged in, or of whom the process runs for."""
    import pwd

    owner = os.stat(folder).st_uid
    try:
        if pwd.getpwuid(owner).pw_name == os.getlogin():
            return True
    except (OSError, KeyError):
        pass
    return owner == os.geteuid()


def _is_set(name: str) -> bool:
    return name in os.environ and os.environ[name].lower() not in _FALSE


def may_have_written(*others: str) -> bool:
    """Whether there is a trace of ours in any Jupyter data folder.

    Args:
        *others: Additional prefixes whose Jupyter may be meant.

    Returns:
        False if there is none; True if there is one, or if only Jupyter knows.
    """
    folders = data_folders(*others)
    return folders is None or any(os.path.isdir(os.path.join(folder, WORKSHOP)) for folder in folders)


def data_folders(*prefixes: str) -> list[str] | None:
    """Name every Jupyter data folder.

    Args:
        *prefixes: Additional prefixes whose Jupyter may be meant.

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
