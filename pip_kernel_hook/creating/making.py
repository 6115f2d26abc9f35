"""A virtual environment is made: where nothing is yet, by one at a time, and taken back where that fails."""

from __future__ import annotations

import os
import shlex
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.environment.environment import environment_to_be, identify, python_of
from conda_jupyter_plugin.core.environment.versions import FILE_NAME
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.kernelspec.discovery import find_readable_kernels
from conda_jupyter_plugin.core.system.reading import is_present, names_in

from ..errors import CreationError
from .processes import run_to_end, without_other_pythons

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conda_jupyter_plugin.core.models import Environment

    from .pythons import Python


def check_free(prefix: Path) -> None:
    """Make sure that an environment can be made where nothing is yet.

    Args:
        prefix: Where it is to be made.

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
        python: The Python that it is for.

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
        way_out = "It is not complete: another process is making it, or was stopped. If so, delete it first."
    else:
        install = "" if any(find_readable_kernels(environment)) else " --install"
        way_out = f"Register it with: pip-kernel add {path}{install}"
    return UsageError(f"{prefix} exists already.", way_out)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
