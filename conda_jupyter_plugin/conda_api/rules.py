"""The rules by which kernels are written, as conda and its settings have them."""

from __future__ import annotations

from ..core.rules import Rules
from ..settings import read_template
from .activation import ACTIVATORS, what_activates
from .environments import envs_folders, running_conda


def read_rules() -> Rules:
    """Read the rules.

    Raises:
        CondaError: A setting is not valid.
    """
    return Rules(
        ACTIVATORS,
        {"conda": read_template()},
        running_conda(),
        envs_folders(),
        activation=what_activates(),
    )
