"""Finds conda's environments: by name, by prefix, the active one, all; and those that become kernels."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from ..core.environment.environment import canonical, environment_to_be, identify, same_prefix
from ..core.environment.environment import identify_active as identify_active
from ..core.environment.exclusion import is_excluded
from ..core.environment.names import named
from ..core.environment.platforms import Machine
from ..core.environment.search import names_of_neighbours
from ..core.errors import NotAnEnvironmentError, UnreadableError, UsageError, WrongManagerError
from ..core.failures import passing_over
from ..core.models import Environment
from ..core.near_misses import guessing
from ..settings import covers, read_exclude

_SHOWN = "`conda env list` shows all environments."


def running_conda() -> Path:
    """The prefix of the conda that runs this."""
    from conda.base.context import context

    return Path(context.conda_prefix)


def named_prefix(name: str) -> Path:
    """Find the prefix of a name, as `conda -n NAME` does.

    Raises:
        NotAnEnvironmentError: There is no environment of that name.
    """
    from conda.base.context import locate_prefix_by_name
    from conda.exceptions import CondaError

    try:
        return Path(locate_prefix_by_name(name))
    except CondaError as error:
        known = (environment.name for environment in all_environments())
        raise guessing(NotAnEnvironmentError.named(name, _SHOWN), name, known) from error


def conda_environment(prefix: Path) -> Environment:
    """Describe a conda environment.

    Raises:
        NotAnEnvironmentError: There is no environment.
        WrongManagerError: It is a virtual environment.
    """
    environment = identify(prefix)
    if environment is None:
        raise guessing(NotAnEnvironmentError.at(prefix, _SHOWN), prefix.name, names_of_neighbours(prefix))
    if environment.manager != "conda":
        raise WrongManagerError(environment.prefix, environment.manager)
    return named(environment, envs_folders())


def active_environment() -> Environment:
    """Describe the active environment.

    Raises:
        UsageError: None is active.
        NotAnEnvironmentError: What is said to be active is none, or cannot be read.
    """
    prefix = os.environ.get("CONDA_PREFIX")
    environment = identify_active(prefix)
    way_out = "Name one with -n ENVIRONMENT or -p PATH."
    if not prefix:
        raise UsageError("No environment is active.", way_out)
    if environment is None:
        said = f"CONDA_PREFIX points to {prefix}, which is not a readable environment."
        raise NotAnEnvironmentError(said, way_out)
    return conda_environment(environment.prefix)


def all_environments() -> tuple[Environment, ...]:
    """Describe every environment that conda knows of, those too that cannot be read at the moment."""
    from conda.core.envs_manager import list_all_known_prefixes

    folders = envs_folders()
    found = (_identify_known(Path(prefix)) for prefix in list_all_known_prefixes())
    return tuple(
        named(environment, folders) for environment in found if environment and environment.manager == "conda"
    )


def _identify_known(prefix: Path) -> Environment | None:
    with passing_over(UnreadableError):
        return identify(prefix)
    # Whoever does something with it says why that cannot be done.
    return Environment(prefix, prefix.name, "conda")


def selector(environment: Environment) -> str:
    """Write an environment as conda's options name it: `-n opencv`, or `-p PATH` where that is not it."""
    with passing_over(NotAnEnvironmentError):
        if same_prefix(named_prefix(environment.name), environment.prefix):
            return f"-n {shlex.quote(environment.name)}"
    return f"-p {shlex.quote(str(environment.prefix))}"


def envs_folders() -> tuple[Path, ...]:
    """Name the folders of the running conda's named environments."""
    from conda.base.context import context

    return tuple(map(Path, context.envs_dirs))


def is_foreign_platform() -> bool:
    """Whether the command works for a platform whose programs do not run on this machine."""
    from conda.base.context import context

    return context.subdir != context._native_subdir() and not Machine.this().runs(context.subdir)


def is_covered(prefix: Path, auto: str) -> bool:
    """Whether an environment automatically becomes a kernel."""
    from conda.base.context import context

    folders = envs_folders()
    if not covers(auto, prefix, {canonical(Path(context.root_prefix))}, set(map(canonical, folders))):
        return False
    patterns = read_exclude()
    return not patterns or not is_excluded(named(environment_to_be(prefix, "conda"), folders), patterns)
