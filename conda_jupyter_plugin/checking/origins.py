"""Where each variable of a kernel comes from: conda, its user, a package's script, kernel.json."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ..core.dataclass import dataclass
from ..core.errors import UnreadableError
from ..core.log import passing_over
from ..core.presence import names_in
from ..core.reading import read_if_there
from .activating import around, trace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ..core.models import Installed, Owner
    from .activating import Trace

_LONGEST = 10.0
"""How many seconds an activation may take that is looked at."""

# What every shell sets, and what carries a variable past it.
_OF_THE_SHELL = ("_", "SHLVL", "PWD", "OLDPWD", "PS1")
_CARRIED = "CONDA_JUPYTER_PLUGIN_"


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


def variables_of(item: Installed) -> tuple[tuple[Variable, ...], Trace | None]:
    """Say which variables a kernel gets, and from where.

    Args:
        item: The kernel as it is registered; its activation is run, its kernel is not.

    Returns:
        Its variables by name; and how the activation went, None where there is none to be run.
    """
    went = trace(item, _LONGEST)
    found = went.variables if went and went.variables is not None else around(item)
    before = dict(os.environ)
    names = [name for name in (*found, *before) if found.get(name) != before.get(name)]
    told = sorted(name for name in set(names) if not _is_the_shells(name))
    return tuple(_variable(name, found.get(name), before, item, went) for name in told), went


def _is_the_shells(name: str) -> bool:
    return name in _OF_THE_SHELL or name.startswith((_CARRIED, "__CONDA_SHLVL_", "BASH_FUNC_"))


def _variable(
    name: str, value: str | None, before: Mapping[str, str], item: Installed, went: Trace | None
) -> Variable:
    if name == "PATH" and value is not None:
        behind = before.get("PATH", "").split(os.pathsep)
        value = os.pathsep.join(folder for folder in value.split(os.pathsep) if folder not in behind)
    owner = item.owner
    if owner and name in owner.choices.env:
        return Variable(name, value, "--env")
    if name in item.spec.get("env", {}):
        return Variable(name, value, "kernel.json", item.folder / "kernel.json")
    script = (
        next((step.script for step in reversed(went.steps) if name in step.changed), None) if went else None
    )
    if script and owner:
        return _of_script(name, value, Path(script), owner)
    with passing_over(UnreadableError):
        if owner and (file := _said_by(name, owner.prefix)):
            source = "conda env config vars" if file.name == "state" else "package"
            return Variable(name, value, source, file, _package_of(file, owner.prefix))
    return Variable(name, value, "conda activate" if owner and owner.manager == "conda" else "activate")


def _of_script(name: str, value: str | None, script: Path, owner: Owner) -> Variable:
    if owner.manager == "venv":
        return Variable(name, value, "bin/activate", script)
    with passing_over(UnreadableError):
        return Variable(name, value, "script", script, _package_of(script, owner.prefix))
    return Variable(name, value, "script", script)


def _said_by(name: str, prefix: Path) -> Path | None:
    """The file that tells conda to set a variable: what its user has set goes before what packages set."""
    folder = prefix / "etc" / "conda" / "env_vars.d"
    state = prefix / "conda-meta" / "state"
    for file in (state, *(folder / entry for entry in reversed(names_in(folder)))):
        if name in set(_names_in(file)):
            return file
    return None


def _names_in(file: Path) -> Iterator[str]:
    try:
        document = json.loads(read_if_there(file) or "{}")
    except ValueError:
        return
    named = document.get("env_vars", {}) if file.name == "state" else document
    # conda writes them in capitals.
    yield from (str(name).upper() for name in named)


def _package_of(file: Path, prefix: Path) -> str | None:
    """The conda package that a file came with, by the records in `conda-meta`; None where none brought it."""
    place = file.relative_to(prefix).as_posix() if file.is_relative_to(prefix) else ""
    for name in names_in(prefix / "conda-meta") if place else ():
        if name.endswith(".json"):
            text = read_if_there(prefix / "conda-meta" / name) or ""
            if f'"{place}"' in text:
                return name.removesuffix(".json").rsplit("-", 2)[0]
    return None
