"""The condas that the server knows by their files: their settings, their environments, their own command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..conda_api.files.activation import read_activation
from ..core import system
from ..core.environment.environment import conda_root, environment_to_be, python_of, same_prefix
from ..core.errors import LocationError
from ..core.failures import passing_over
from ..core.jupyter.locations import user_location
from ..core.launch.venv_activation import activate_virtual_environment
from ..core.rules import Rules
from ..core.system.trust import check_trusted
from ..settings import location_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from ..conda_api.files.environments import Known
    from ..core.jupyter.locations import Location
    from ..core.models import Activators, Environment

_OF_CONDA = ("", "bin/python", "condabin/conda", "conda-meta", "lib")
"""The files and folders of a conda that nobody else may be able to change before it is run."""


def conda_command(conda: Path, *words: str) -> list[str]:
    """Write a command of a conda.

    Raises:
        RefusedError: Somebody else can change that conda.
    """
    check_trusted(conda, _OF_CONDA)
    return [str(python_of(environment_to_be(conda, "conda"))), "-I", "-m", "conda", *words]


def configured_location(known: Known) -> Location:
    """The location of `plugins.kernel_location`, or the user's where that cannot be used."""
    with passing_over(LocationError):
        return location_of(known.configuration.location)
    return user_location()


def rules_of_files(known: Known) -> Rules:
    """The rules by which kernels are written where no conda runs."""
    activators: Activators = {"venv": activate_virtual_environment}
    if not system.WINDOWS:
        # There a conda runs the environment's scripts, and tells what they set.
        activators = {
            **activators,
            "conda": lambda environment: read_activation(environment, known.root_of(environment)),
        }
    template = known.configuration.template
    return Rules(
        activators,
        {"conda": template} if template else {},
        envs_folders=known.envs_folders,
        left_to=known.condas_with_plugin,
        activation=f"files {', '.join(map(str, known.condas))}",
    )


def covered_environments(known: Known, environments: Iterable[Environment]) -> Iterator[Environment]:
    """The environments that `plugins.kernel_auto` lets become kernels, without those of `left_to`."""
    for environment in environments:
        root = conda_root(environment.prefix, known.envs_folders)
        left = any(root and same_prefix(root, conda) for conda in known.condas_with_plugin)
        if environment.manager == "conda" and not left and known.covers(environment):
            yield environment
