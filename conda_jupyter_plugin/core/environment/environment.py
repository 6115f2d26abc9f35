"""Reads a prefix from its files: its manager, name, programs and versions."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .. import system
from ..errors import UnreadableError
from ..failures import passing_over
from ..models import Environment
from ..system.reading import is_present, read_if_there
from .names import is_envs_folder, name_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..models import Manager


def identify(prefix: Path) -> Environment | None:
    """Say what environment a folder is.

    Args:
        prefix: The folder, absolute or relative; symbolic links are kept as they are.

    Returns:
        The environment, or None where the folder is none.

    Raises:
        UnreadableError: It cannot be read.
    """
    folder = os.path.abspath(prefix)
    manager: Manager = "conda"
    if not is_present(os.path.join(folder, "conda-meta")):
        if not is_present(os.path.join(folder, "pyvenv.cfg")):
            return None
        manager = "venv"
    return environment_to_be(Path(folder), manager)


def is_frozen(prefix: Path) -> bool:
    """Whether conda changes an environment only with `--override-frozen`.

    https://conda.org/learn/ceps/cep-0022
    """
    return is_present(prefix / "conda-meta" / "frozen")


def identify_active(prefix: str | None) -> Environment | None:
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
    """Whether a folder is an environment, or may be one that cannot be read."""
    with passing_over(UnreadableError):
        return identify(prefix) is not None
    return True


def is_deleted(prefix: Path) -> bool:
    """Whether conda deleted an environment; it may leave an empty `conda-meta`.

    Args:
        prefix: The environment; for conda it is one that has a history: its `PREFIX_MAGIC_FILE`.
    """
    environment = identify(prefix)
    if environment is None:
        return True
    return environment.manager == "conda" and not is_present(prefix / "conda-meta" / "history")


def environment_to_be(prefix: Path, manager: Manager = "venv") -> Environment:
    """Describe an environment that need not exist yet."""
    return Environment(prefix, name_of(prefix, manager), manager)


def environment_around(program: Path) -> Environment | None:
    """Find the environment that a program belongs to, by the folders that programs lie in.

    Args:
        program: The program's absolute path.

    Returns:
        The environment, or None where the program is in none.
    """
    with passing_over(UnreadableError):
        # R's own program is deepest: `lib/R/bin/R`.
        for folder in list(program.parents)[:4]:
            if environment := identify(folder):
                return environment
    return None


def creation_time(environment: Environment) -> float | None:
    """Say when an environment was made, by its own files.

    Returns:
        Seconds since the epoch: of the first entry in `conda-meta/history`, which has local time, or of when
        `pyvenv.cfg` was written; None where neither tells.
    """
    try:
        if environment.manager == "venv":
            return os.stat(environment.prefix / "pyvenv.cfg").st_mtime
        first, _, _ = history_of(environment.prefix).partition("\n")
        return time.mktime(time.strptime(first, "==> %Y-%m-%d %H:%M:%S <=="))
    except (OSError, ValueError, OverflowError):
        return None


def history_of(prefix: Path) -> str:
    """Read what conda has done in an environment, by its `conda-meta/history`; empty if there is none.

    Raises:
        UnreadableError: It cannot be read.
    """
    return read_if_there(prefix / "conda-meta" / "history") or ""


def conda_root(prefix: Path, envs_folders: Iterable[Path] = ()) -> Path | None:
    """Find the conda that an environment belongs to by where it is.

    Args:
        envs_folders: The folders of named environments that are known.

    Returns:
        The prefix of the conda whose `envs` folder holds it, or that it is the base of; None for one that
        is elsewhere, which any conda may have made.
    """
    if prefix.parent.name == "envs" and is_conda(prefix.parent.parent):
        return prefix.parent.parent
    return prefix if is_conda(prefix) and not is_envs_folder(prefix.parent, envs_folders) else None


def is_conda(prefix: Path) -> bool:
    """Whether a conda lives in a prefix as its base environment."""
    return is_present(prefix / "condabin") and is_present(prefix / "conda-meta")


def same_prefix(prefix: Path, other: Path) -> bool:
    """Whether two paths name the same environment, links and the file system's case rules considered."""
    return prefix == other or canonical(prefix) == canonical(other)


def canonical(prefix: Path) -> str:
    """Write a prefix in the one way that all paths to it have in common."""
    return os.path.realpath(os.path.normcase(prefix))


def program_directories(environment: Environment) -> tuple[Path, ...]:
    """Name the folders that hold an environment's programs, in the order activation puts them on PATH.

    Returns:
        The folders; on Windows those of conda's `activate.py`, `_get_path_dirs`.
    """
    prefix = environment.prefix
    if not system.WINDOWS:
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


def python_of(environment: Environment) -> Path:
    """Name the environment's Python interpreter, whether or not it exists."""
    if system.WINDOWS:
        return program_directories(environment)[0] / "python.exe"
    return environment.prefix / "bin" / "python"
