"""The activation of a virtual environment; conda's own comes from conda."""

from __future__ import annotations

from .environment import program_directories
from .models import Activation, Environment


def activate_virtual_environment(environment: Environment) -> Activation:
    """Say what `source bin/activate` does to the variables that a program sees.

    Args:
        environment: A virtual environment.

    Returns:
        Its activation, as `Lib/venv/scripts/common/activate` has it.
    """
    return Activation(
        conda=False,
        path=tuple(str(folder) for folder in program_directories(environment)),
        variables={"VIRTUAL_ENV": str(environment.prefix), "VIRTUAL_ENV_PROMPT": environment.prefix.name},
        unset=("PYTHONHOME",),
    )
