"""Virtual environments: which one is meant, making one, installing into one."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.environment import active_environment, identify, python_of
from conda_jupyter_plugin.core.errors import (
    InstallError,
    NotAnEnvironmentError,
    UsageError,
    WrongManagerError,
)
from conda_jupyter_plugin.core.models import Environment

if TYPE_CHECKING:
    from collections.abc import Sequence


def absolute(path: str) -> Path:
    """Make a path absolute, `~` expanded, links kept."""
    return Path(os.path.abspath(os.path.expanduser(path)))


def find_environment(path: str | None) -> Environment:
    """Find the virtual environment that is meant.

    Args:
        path: What was given; None for the active one, else `./.venv`.

    Returns:
        The environment.

    Raises:
        UsageError: None was given, none is active and there is no `./.venv`.
        NotAnEnvironmentError: The path is none.
        WrongManagerError: It is conda's.
    """
    active = os.environ.get("VIRTUAL_ENV")
    given = path or (active if active_environment(active) else ".venv" if _is_here(".venv") else None)
    if given is None:
        way_out = "Name one: pip-kernel add PATH"
        if active:
            besides = " There is no .venv here either."
            raise NotAnEnvironmentError.active(
                "virtual environment", "VIRTUAL_ENV", active, way_out, besides=besides
            )
        raise UsageError("No virtual environment is active and there is no .venv here.", way_out)
    prefix = absolute(given)
    environment = identify(prefix)
    if environment is None:
        way_out = f"Make one with: pip-kernel create {shlex.quote(given)}"
        raise NotAnEnvironmentError.at(prefix, way_out, kind="a virtual environment")
    if environment.manager != "venv":
        raise WrongManagerError(prefix, environment.manager)
    return environment


def _is_here(folder: str) -> bool:
    try:
        return identify(Path(folder)) is not None
    except OSError:
        # The current folder is gone.
        return False


def check_free(prefix: Path) -> None:
    """Make sure that an environment can be made where nothing is yet.

    Args:
        prefix: Where it is to be made.

    Raises:
        UsageError: Something is there already.
    """
    if os.path.lexists(prefix) and not (prefix.is_dir() and not any(prefix.iterdir())):
        way_out = (
            f"Register it with: pip-kernel add {shlex.quote(str(prefix))}"
            if identify(prefix)
            else "Choose another path."
        )
        raise UsageError(f"{prefix} exists already.", way_out)


def make_environment(prefix: Path, python: str | None) -> Environment:
    """Make a virtual environment.

    Args:
        prefix: Where.
        python: The interpreter, as a path or a name on PATH; None for the running one.

    Returns:
        The new environment.

    Raises:
        UsageError: There is no such interpreter.
        InstallError: It could not be made; nothing is left of it.
    """
    interpreter = shutil.which(python) if python else sys.executable
    if interpreter is None:
        raise UsageError(f"There is no interpreter {python}.", "Give --python a path, or a name on PATH.")
    finished = _run([interpreter, "-m", "venv", str(prefix)], to_stderr=True)
    environment = identify(prefix)
    if finished or environment is None:
        raise InstallError.by_venv(interpreter, prefix)
    return environment


def pip_install(environment: Environment, words: Sequence[str], *, quiet: bool, to_stderr: bool) -> None:
    """Let pip install into an environment, with pip's own progress.

    Args:
        environment: The environment; where it has no pip, the running interpreter's installs into it.
        words: Requirements and options for `pip install`.
        quiet: Whether pip says nothing.
        to_stderr: Whether stdout is kept free.

    Raises:
        InstallError: pip failed; it has said why.
    """
    python = python_of(environment)
    pip = [str(python), "-m", "pip"]
    if _run([str(python), "-c", "import pip"], stderr=subprocess.DEVNULL):
        pip = [sys.executable, "-m", "pip", "--python", str(python)]
    command = [*pip, "install", *(["--quiet"] if quiet else []), *words]
    if _run(command, to_stderr=to_stderr):
        raise InstallError.by_pip(words, environment.prefix)


def _run(command: Sequence[str], *, to_stderr: bool = False, stderr: int | None = None) -> int:
    """Run a program and give its exit status."""
    stdout = (sys.stderr or subprocess.DEVNULL) if to_stderr else None
    try:
        return subprocess.run(command, stdout=stdout, stderr=stderr, check=False).returncode
    except OSError as error:
        raise InstallError.not_started(command[0], error.strerror) from error
