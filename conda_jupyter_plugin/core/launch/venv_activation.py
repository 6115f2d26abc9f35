"""The activation of a virtual environment; conda's own comes from conda."""

from __future__ import annotations

from ..environment.environment import program_directories
from ..models import Activation, Environment


def activate_virtual_environment(environment: Environment) -> Activation:
    """Say what `source bin/activate` does to the variables that a program sees.

    Returns:
        Its activation: its own script, which each tool writes in its way, and where there is none what
        `Lib/venv/scripts/common/activate` has.
    """
    folders = program_directories(environment)
    return Activation(
        conda=False,
        path=tuple(map(str, folders)),
        variables={
            "VIRTUAL_ENV": str(environment.prefix),
            "VIRTUAL_ENV_PROMPT": environment.prefix.name,
        },
        unset=("PYTHONHOME",),
        script=str(folders[0] / "activate"),
    )
