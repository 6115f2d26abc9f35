"""A conda environment's activation, as its own files have it.

It is what conda's `activate.py`, `build_activate`, gives in a shell where nothing is active, without what
only the shell function of conda itself needs.
"""

from __future__ import annotations

import json
import os

from ...core.environment.environment import program_directories, same_prefix
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.models import Activation
from ...core.system.reading import names_in, read_if_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...core.models import Environment

_UNSET = "***unset***"
"""What conda's `conda-meta/state` says of a variable that is not wanted any more."""


def activate(environment: Environment, conda: Path | None) -> Activation:
    """Work out what activating an environment does.

    Args:
        environment: A conda environment.
        conda: The base environment of its conda, None where there is none.

    Returns:
        Its activation.
    """
    prefix = environment.prefix
    packages, chosen = _of_packages(prefix), _variables(prefix / "conda-meta" / "state", "env_vars")
    name = _name(prefix, conda)
    own = {key.upper(): value for key, value in {**packages, **chosen}.items() if value != _UNSET}
    ours = {"CONDA_PREFIX": str(prefix), "CONDA_SHLVL": "1", "CONDA_DEFAULT_ENV": name}
    return Activation(
        conda=True,
        path=tuple(map(str, program_directories(environment))),
        first_path=(str(conda / "condabin"),) if conda else (),
        variables={**ours, "CONDA_PROMPT_MODIFIER": f"({name}) ", **_of_conda(conda)},
        own=own,
        unset=("_CE_M", "_CE_CONDA"),
        private=bool(chosen),
        prompt={"PS1": f"({name}) "},
        script=str(conda / "etc" / "profile.d" / "conda.sh") if conda else "",
    )


def _name(prefix: Path, conda: Path | None) -> str:
    if conda and same_prefix(prefix, conda):
        return "base"
    return prefix.name if prefix.parent.name == "envs" else str(prefix)


def _of_conda(conda: Path | None) -> Mapping[str, str]:
    programs = {"CONDA_EXE": "conda", "CONDA_PYTHON_EXE": "python"}
    found = {name: conda / "bin" / program for name, program in programs.items()} if conda else {}
    return {name: str(path) for name, path in found.items() if os.path.exists(path)}


def _of_packages(prefix: Path) -> Mapping[str, str]:
    folder = prefix / "etc" / "conda" / "env_vars.d"
    found: dict[str, str] = {}
    with passing_over(UnreadableError):
        for name in names_in(folder):
            found.update(_variables(folder / name))
    return found


def _variables(path: Path, key: str = "") -> Mapping[str, str]:
    with passing_over(UnreadableError, ValueError, RecursionError):
        read = json.loads(read_if_there(path) or "{}")
        variables = read.get(key) if key and isinstance(read, dict) else read
        pairs = variables.items() if isinstance(variables, dict) else ()
        return {name: str(value) for name, value in pairs}
    return {}
