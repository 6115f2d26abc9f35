"""Which virtual environment is meant."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from conda_jupyter_plugin.core.environment import active_environment, identify
from conda_jupyter_plugin.core.errors import NotAnEnvironmentError, UsageError, WrongManagerError
from conda_jupyter_plugin.core.models import Environment


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
