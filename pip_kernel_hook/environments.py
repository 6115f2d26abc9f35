"""Which virtual environment is meant."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.host import Meant
from conda_jupyter_plugin.core.environment.environment import environment_around, identify, identify_active
from conda_jupyter_plugin.core.environment.search import USUAL_NAMES, names_of_neighbours
from conda_jupyter_plugin.core.errors import (
    NotAnEnvironmentError,
    UnreadableError,
    UsageError,
    WrongManagerError,
)
from conda_jupyter_plugin.core.failures import passing_over
from conda_jupyter_plugin.core.near_misses import guessing
from conda_jupyter_plugin.core.system.path_text import as_typed

from .projects import find_of_project, missing_tool

if TYPE_CHECKING:
    from conda_jupyter_plugin.core.errors import KernelError

VARIABLE = "VIRTUAL_ENV"


def absolute(path: str) -> Path:
    """Make a path absolute, `~` expanded, links kept.

    Raises:
        UsageError: It is empty, as a variable is that is not set.
    """
    if not path:
        raise UsageError("The path is empty.", "Pass a path, or omit it.")
    return Path(os.path.abspath(os.path.expanduser(path)))


def find_environment(path: str | None) -> Meant:
    """Find the virtual environment that is meant.

    Args:
        path: What was given: an environment, or a project that has one; None for the active one, else the
            one of the project around.

    Returns:
        The environment, and what led to it.

    Raises:
        UsageError: None was given, is active, or was found.
        NotAnEnvironmentError: The path is none.
        WrongManagerError: It is conda's.
        UnreadableError: It cannot be read.
    """
    found = find_around() if path is None else _find_at(prefix_meant(path), path)
    if found is None:
        raise _why_none()
    if found.environment.manager != "venv":
        raise WrongManagerError(found.environment.prefix, found.environment.manager)
    return found


def prefix_meant(path: str) -> Path:
    """The prefix for a path: the path itself, or the environment of a program or `bin` folder.

    Raises:
        UsageError: It is empty.
    """
    prefix = absolute(path)
    is_program = os.path.lexists(prefix) and not prefix.is_dir()
    if is_program or prefix.name in ("bin", "Scripts"):
        environment = environment_around(prefix / "python" if prefix.is_dir() else prefix)
        return environment.prefix if environment else prefix
    return prefix


def _find_at(prefix: Path, given: str) -> Meant:
    if environment := identify(prefix):
        return Meant(environment)
    if found := find_of_project(prefix, parents=False):
        return found
    way_out = f"Create one with: pip-kernel create {as_typed(given)}"
    error = NotAnEnvironmentError.at(prefix, way_out, kind="a virtual environment")
    raise guessing(error, prefix.name, names_of_neighbours(prefix))


def find_around() -> Meant | None:
    """Find the virtual environment that the user works in: the active one, else that of the project."""
    active = os.environ.get(VARIABLE)
    if environment := identify_active(active):
        return Meant(environment, f"{environment.prefix} (from {VARIABLE})")
    found = None
    # The current folder may be gone or unreadable.
    with passing_over(OSError, UnreadableError):
        found = find_of_project(Path.cwd())
    if found and active:
        return Meant(found.environment, f"{found.source}; {_stale(active)}")
    return found


def _stale(active: str) -> str:
    return f"{VARIABLE} points to {active}, which is not a readable virtual environment"


def _why_none() -> KernelError:
    active, tool = os.environ.get(VARIABLE), None
    with passing_over(OSError, UnreadableError):
        tool = missing_tool(Path.cwd())
    way_out = "Activate one, or pass its path."
    reason = f"found in this folder or its parents ({', '.join(USUAL_NAMES)})."
    if tool:
        reason += f" This is a {tool} project, but {tool} is not on PATH."
    if active:
        return NotAnEnvironmentError(f"{_stale(active)}. No other {reason}", way_out)
    return UsageError(f"No active virtual environment, and none {reason}", way_out)
