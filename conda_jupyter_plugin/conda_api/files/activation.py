"""A conda environment's activation, as its own files have it.

It is what conda's `activate.py`, `build_activate`, gives in a shell where nothing is active, without what
only the shell function of conda itself needs.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ...core.environment.env_vars import UNSET, env_var_files
from ...core.environment.environment import program_directories, same_prefix
from ...core.models import Activation

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ...core.models import Environment


def read_activation(environment: Environment, conda: Path | None) -> Activation:
    """Work out what activating an environment does.

    Args:
        conda: The base environment of its conda, None if there is none.
    """
    prefix = environment.prefix
    name, said = _name(prefix, conda), [variables for _, variables in env_var_files(prefix)]
    merged = {key: value for variables in said for key, value in variables.items()}
    own = {key: value for key, value in merged.items() if value != UNSET}
    shown = {"CONDA_PREFIX": str(prefix), "CONDA_SHLVL": "1", "CONDA_DEFAULT_ENV": name}
    return Activation(
        conda=True,
        path=tuple(map(str, program_directories(environment))),
        first_path=(str(conda / "condabin"),) if conda else (),
        variables={**shown, "CONDA_PROMPT_MODIFIER": f"({name}) ", **_of_conda(conda)},
        own=own,
        unset=("_CE_M", "_CE_CONDA"),
        private=bool(said[-1]),
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
