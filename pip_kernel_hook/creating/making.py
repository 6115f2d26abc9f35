"""A virtual environment is made with the interpreter that `--python` means.

It is made where nothing is yet, by one at a time, and taken back where that fails.
"""

from __future__ import annotations

import logging
import os
import shlex
import shutil
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.dataclass import dataclass
from conda_jupyter_plugin.core.environment.environment import environment_to_be, identify, python_of
from conda_jupyter_plugin.core.environment.versions import FILE_NAME
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.kernelspec.survey import find_readable_kernels
from conda_jupyter_plugin.core.system.reading import is_present, names_in

from ..errors import CreationError
from .installing import has_other_installer
from .processes import run_to_end, without_other_pythons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conda_jupyter_plugin.core.models import Environment

_FIRST = "3.6"
"""The oldest Python that python-discovery finds."""

_ASK = "from importlib.util import find_spec; print(*filter(find_spec, ('venv', 'ensurepip')))"


@dataclass(frozen=True)
class Python:
    """An interpreter that makes virtual environments.

    Attributes:
        program: The absolute path of its program.
        brings_pip: Whether what it makes has pip: Debian's without python3-venv does not.
    """

    program: str
    brings_pip: bool


def find_python(given: str | None) -> Python:
    """Find an interpreter to make an environment with, as virtualenv does.

    Args:
        given: `3.11`, `python3.11`, `pypy3`, `>=3.10`, a path, or an environment's; None for the running one.

    Raises:
        UsageError: There is none, or it cannot create environments.
    """
    program = sys.executable if given is None else _discover(given)
    status, printed = run_to_end([program, "-I", "-c", _ASK], without_other_pythons())
    modules = () if status else printed.split()
    if "venv" not in modules:
        raise UsageError(
            f"{program} cannot create virtual environments, because it lacks the module venv.",
            "Choose another interpreter with --python.",
        )
    brings_pip = "ensurepip" in modules
    if not brings_pip and not has_other_installer():
        raise UsageError(
            f"{program} cannot create virtual environments with pip, because it lacks the module ensurepip.",
            "Install the package python3-venv, or put uv on PATH."
            if _is_debians(program)
            else "Choose another interpreter with --python, or put uv on PATH.",
        )
    return Python(program, brings_pip)


def _discover(given: str) -> str:
    from python_discovery import get_interpreter

    is_path = os.sep in given or given.startswith("~") or (os.altsep and os.altsep in given)
    path = Path(os.path.abspath(os.path.expanduser(given)))
    if path.is_dir() and (environment := identify(path)):
        path, is_path = python_of(environment), True
    # What it says of interpreters that it passes over is nobody's news.
    logging.getLogger("python_discovery").setLevel(logging.CRITICAL)
    try:
        found = get_interpreter(str(path) if is_path else given) if given else None
    except (RuntimeError, ValueError, OSError):
        found = None
    if found is None:
        called = shlex.quote(given)
        is_none = (
            f"{called} is not an interpreter"
            if is_path and path.exists()
            else f"There is no interpreter {called}"
        )
        raise UsageError(
            f"{is_none} of Python {_FIRST} or newer.",
            "Pass --python a version such as 3.12, a name on PATH, or a path.",
        )
    # Not what only leads there, as pyenv's shims and another environment's programs do.
    return str(found.system_executable or found.executable)


def _is_debians(program: str) -> bool:
    return os.path.exists("/etc/debian_version") and os.path.realpath(program).startswith("/usr/")


def check_free(prefix: Path) -> None:
    """Make sure that an environment can be made where nothing is yet.

    Raises:
        UsageError: Something is there already.
    """
    if os.path.lexists(prefix) and not (prefix.is_dir() and not names_in(prefix)):
        raise _taken(prefix)


@contextmanager
def claiming(prefix: Path) -> Iterator[None]:
    """Keep a folder for an environment; where the block fails, all that was made is taken back.

    Of several processes that want it one gets it: that which makes the file that every environment has.

    Args:
        prefix: Where the environment is to be made: nothing is there, or an empty folder, which stays.

    Raises:
        UsageError: Something is there already, or has just been put there.
        OSError: It cannot be made there.
    """
    made = [folder for folder in (prefix, *prefix.parents) if not os.path.lexists(folder)]
    check_free(prefix)
    try:
        prefix.mkdir(parents=True, exist_ok=True)
        os.close(os.open(prefix / FILE_NAME, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError as error:
        raise _taken(prefix) from error
    try:
        yield
    except BaseException:
        for name in names_in(prefix):
            _delete(prefix / name)
        with suppress(OSError):
            for folder in made:
                folder.rmdir()
        raise


def make_environment(prefix: Path, python: Python) -> Environment:
    """Make a virtual environment.

    Args:
        prefix: Where; see `claiming`.

    Raises:
        CreationError: It could not be made.
    """
    options = [] if python.brings_pip else ["--without-pip"]
    command = [python.program, "-I", "-m", "venv", *options, str(prefix)]
    status, printed = run_to_end(command, without_other_pythons())
    if status:
        raise CreationError.by_venv(python.program, prefix, printed)
    if not is_present(prefix / ".gitignore"):
        # As virtualenv, uv and venv from 3.13 on do: nobody means to have these files in a repository.
        (prefix / ".gitignore").write_text("*\n", encoding="utf-8")
    return environment_to_be(prefix)


def _taken(prefix: Path) -> UsageError:
    environment = identify(prefix) if prefix.is_dir() else None
    path = shlex.quote(str(prefix))
    if environment is None:
        way_out = "Choose another path."
    elif environment.manager == "venv" and not is_present(python_of(environment)):
        way_out = "It is incomplete. If no other process is creating it, delete it first."
    else:
        install = "" if any(find_readable_kernels(environment)) else " --install"
        way_out = f"Register it with: pip-kernel add {path}{install}"
    return UsageError(f"{prefix} already exists.", way_out)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
