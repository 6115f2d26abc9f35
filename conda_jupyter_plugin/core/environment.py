"""What a prefix tells about itself by its files: who made it, its name, its programs, its versions."""

from __future__ import annotations

import errno
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .environment_names import is_envs_folder, name_of
from .errors import UnreadableError
from .log import passing_over
from .models import Environment, Manager

if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOWS = os.name == "nt"

# All other errors say nothing about what is there.
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
_NOT_THERE_ON_WINDOWS = (123,)  # ERROR_INVALID_NAME

_PACKAGES = {"python": "python", "r": "r-base"}


def identify(prefix: Path) -> Environment | None:
    """Say what environment a folder is.

    Args:
        prefix: The folder, absolute or relative; symbolic links are kept as they are.

    Returns:
        The environment, or None where the folder is none.

    Raises:
        UnreadableError: It cannot be looked at: no permission, a server that does not answer, a bad disk.
    """
    prefix = Path(os.path.abspath(prefix))
    if _is_there(prefix / "conda-meta"):
        return environment_to_be(prefix, "conda")
    return environment_to_be(prefix, "venv") if _is_there(prefix / "pyvenv.cfg") else None


def active_environment(prefix: str | None) -> Environment | None:
    """Describe the environment that a variable calls the active one.

    Args:
        prefix: The value of `CONDA_PREFIX` or `VIRTUAL_ENV`, whatever it may be: it is inherited, from
            another user's shell perhaps.

    Returns:
        The environment; None where there is none, or none that this user may look into.
    """
    if not prefix or not os.path.isabs(prefix):
        return None
    with passing_over(UnreadableError):
        return identify(Path(prefix))
    return None


def is_there(prefix: Path) -> bool:
    """Whether a folder is an environment, or may be one that cannot be looked into."""
    with passing_over(UnreadableError):
        return identify(prefix) is not None
    return True


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except OSError as error:
        if error.errno in _NOT_THERE or getattr(error, "winerror", None) in _NOT_THERE_ON_WINDOWS:
            return False
        reason = (error.strerror or str(error)).lower()
        raise UnreadableError(path.parent, reason) from error
    except ValueError:
        return False
    return True


def is_deleted(prefix: Path) -> bool:
    """Whether what conda was told to delete is gone; it may leave an empty `conda-meta` behind.

    Args:
        prefix: The environment; for conda it is one that has a history: its `PREFIX_MAGIC_FILE`.
    """
    environment = identify(prefix)
    if environment is None:
        return True
    return environment.manager == "conda" and not os.path.exists(prefix / "conda-meta" / "history")


def environment_to_be(prefix: Path, manager: Manager = "venv") -> Environment:
    """Describe an environment that need not exist yet.

    Args:
        prefix: Its absolute path.
        manager: Who makes it.

    Returns:
        The environment with its name.
    """
    return Environment(prefix, name_of(prefix, manager), manager)


def environment_around(program: Path) -> Environment | None:
    """Find the environment that a program belongs to, by the folders that programs lie in.

    Args:
        program: The program's absolute path.

    Returns:
        The environment, or None where the program lies in none.
    """
    with passing_over(UnreadableError):
        # R's own program lies deepest: `lib/R/bin/R`.
        for folder in list(program.parents)[:4]:
            if environment := identify(folder):
                return environment
    return None


def creation_time(environment: Environment) -> float | None:
    """Say when an environment was made, by its own files.

    Args:
        environment: The environment.

    Returns:
        Seconds since the epoch: of the first entry in `conda-meta/history`, which has local time, or of when
        `pyvenv.cfg` was written; None where neither tells.
    """
    try:
        if environment.manager == "venv":
            return os.stat(environment.prefix / "pyvenv.cfg").st_mtime
        with open(environment.prefix / "conda-meta" / "history", encoding="utf-8", errors="replace") as file:
            return time.mktime(time.strptime(file.readline(100), "==> %Y-%m-%d %H:%M:%S <==\n"))
    except (OSError, ValueError, OverflowError):
        return None


def conda_root(prefix: Path, envs_folders: Iterable[Path] = ()) -> Path | None:
    """Find the conda that an environment belongs to by where it lies.

    Args:
        prefix: The environment.
        envs_folders: The folders of named environments that are known.

    Returns:
        The prefix of the conda whose `envs` folder holds it, or that it is the base of; None for one that
        lies elsewhere, which any conda may have made.
    """
    if prefix.parent.name == "envs" and is_conda(prefix.parent.parent):
        return prefix.parent.parent
    return prefix if is_conda(prefix) and not is_envs_folder(prefix.parent, envs_folders) else None


def is_conda(prefix: Path) -> bool:
    """Whether a conda lives in a prefix as its base environment."""
    return os.path.isdir(prefix / "condabin") and os.path.isdir(prefix / "conda-meta")


def same_prefix(one: Path, other: Path) -> bool:
    """Whether two paths name the same environment, links and the file system's case rules considered."""
    return one == other or canonical(one) == canonical(other)


def canonical(prefix: Path) -> str:
    """Write a prefix in the one way that all paths to it have in common."""
    return os.path.realpath(os.path.normcase(prefix))


def program_directories(environment: Environment, *, windows: bool = WINDOWS) -> tuple[Path, ...]:
    """Name the folders that hold an environment's programs, in the order activation puts them on PATH.

    Args:
        environment: The environment.
        windows: Whether the rules of Windows apply.

    Returns:
        The folders; on Windows those of conda's `activate.py`, `_get_path_dirs`.
    """
    prefix = environment.prefix
    if not windows:
        return (prefix / "bin",)
    if environment.manager == "venv":
        return (prefix / "Scripts",)
    library = prefix / "Library"
    return (
        prefix,
        library / "mingw-w64" / "bin",
        library / "usr" / "bin",
        library / "bin",
        prefix / "Scripts",
        prefix / "bin",
    )


def python_of(environment: Environment, *, windows: bool = WINDOWS) -> Path:
    """Name the environment's Python interpreter, whether or not it exists."""
    if windows:
        return program_directories(environment, windows=True)[0] / "python.exe"
    return environment.prefix / "bin" / "python"


def language_version(environment: Environment, language: str) -> str | None:
    """Read the version of a language from the environment's files; nothing is started.

    Args:
        environment: The environment.
        language: The kernel's language, as in its kernel.json.

    Returns:
        Major and minor version, such as `3.12`, or None where no file tells.
    """
    package = _PACKAGES.get(language.lower())
    if package is None:
        return None
    if environment.manager == "conda":
        return _major_minor(conda_packages(environment.prefix).get(package))
    return _pyvenv_version(environment.prefix) if package == "python" else None


def conda_packages(prefix: Path) -> dict[str, str]:
    """Name the conda packages that are installed, by their records in `conda-meta`.

    Args:
        prefix: The environment.

    Returns:
        Each package's version.
    """
    try:
        records = sorted(os.listdir(prefix / "conda-meta"))
    except OSError:
        return {}
    # A record's file is NAME-VERSION-BUILD.json, and neither version nor build holds a dash.
    parts = (record.rsplit("-", 2) for record in records if record.endswith(".json"))
    return {part[0]: part[1] for part in parts if len(part) == 3}


def _major_minor(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version else None


def _pyvenv_version(prefix: Path) -> str | None:
    # `version` is written by venv and pip's tools, `version_info` by virtualenv and uv.
    try:
        text = (prefix / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    match = re.search(r"(?im)^\s*version(?:_info)?\s*=\s*(\d+\.\d+)", text)
    return match[1] if match else None
