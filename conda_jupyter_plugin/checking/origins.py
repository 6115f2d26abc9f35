"""Finds the source of each variable of a kernel: conda, the user, a package's script, kernel.json."""

from __future__ import annotations

import os
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from ..core.environment.env_vars import env_var_files
from ..core.errors import UnreadableError
from ..core.failures import passing_over
from ..core.launch.launcher import CARRIER
from ..core.state.judging import launcher_as_written
from ..core.system.reading import names_in, read_if_there
from .activation_trace import OF_THE_SHELL, surroundings_of, trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.models import Installed
    from ..core.verbs.find import Found
    from .activation_trace import Trace

    Source = tuple[str] | tuple[str, Path] | tuple[str, Path, str | None]

_LONGEST = 10.0
"""The most seconds that an activation may take."""


@dataclass(frozen=True)
class Variable:
    """A variable as a kernel finds it.

    Attributes:
        name: Its name.
        value: Its value, None where it is taken away; of PATH what is put in front.
        source: Where it comes from, in a word or two.
        file: The script or file that says so, where there is one.
        package: The conda package which that came with.
    """

    name: str
    value: str | None
    source: str
    file: Path | None = None
    package: str | None = None


def variables_of(found: Found) -> tuple[tuple[Variable, ...], Trace | None]:
    """Say which variables a kernel gets, and from where.

    Args:
        found: The kernel as it is registered; its activation is run if its launcher is ours, its kernel is
            not.

    Returns:
        Its variables by name; and how the activation went, None without one.
    """
    item = found.item
    went = trace(item, launcher_as_written(found.registry, item), _LONGEST)
    values = went.variables if went and went.variables is not None else surroundings_of(item)
    before = dict(os.environ)
    names = {name for name in (*values, *before) if values.get(name) != before.get(name)}
    sources = _sources(item, went)
    by_itself = "conda activate" if item.owner and item.owner.manager == "conda" else "activate"
    return tuple(
        Variable(name, _shown_value(name, values.get(name), before), *sources.get(name, (by_itself,)))
        for name in sorted(names)
        if not _is_the_shells(name)
    ), went


def _is_the_shells(name: str) -> bool:
    return name in (*OF_THE_SHELL, "PS1") or name.startswith((CARRIER, "__CONDA_SHLVL_", "BASH_FUNC_"))


def _shown_value(name: str, value: str | None, before: Mapping[str, str]) -> str | None:
    """The displayed value: of PATH only the folders that the surroundings lack."""
    if name != "PATH" or value is None:
        return value
    behind = before.get("PATH", "").split(os.pathsep)
    return os.pathsep.join(folder for folder in value.split(os.pathsep) if folder not in behind)


def _sources(item: Installed, went: Trace | None) -> dict[str, Source]:
    """The source, file and package that set each variable last."""
    sources: dict[str, Source] = {}
    owner = item.owner
    if owner:
        package_of = cache(partial(_package_of, owner.prefix))
        for file, variables in env_var_files(owner.prefix):
            if not variables:
                continue
            by_user = file.name == "state"
            said: Source = ("conda env config vars", file) if by_user else ("package", file, package_of(file))
            sources |= dict.fromkeys(variables, said)
        for step in went.steps if went else ():
            script = Path(step.script)
            of_venv = owner.manager == "venv"
            said = ("bin/activate", script) if of_venv else ("script", script, package_of(script))
            sources |= dict.fromkeys(step.changed, said)
    sources |= dict.fromkeys(item.spec.get("env", {}), ("kernel.json", item.folder / "kernel.json"))
    if owner:
        sources |= dict.fromkeys(owner.choices.env, ("--env",))
    return sources


def _package_of(prefix: Path, file: Path) -> str | None:
    """The conda package that a file came with, by the records in `conda-meta`; None where none brought it."""
    place = file.relative_to(prefix).as_posix() if file.is_relative_to(prefix) else ""
    with passing_over(UnreadableError):
        for name in names_in(prefix / "conda-meta") if place else ():
            if name.endswith(".json"):
                text = read_if_there(prefix / "conda-meta" / name) or ""
                if f'"{place}"' in text:
                    return name.removesuffix(".json").rsplit("-", 2)[0]
    return None
