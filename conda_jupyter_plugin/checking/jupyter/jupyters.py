"""The Jupyter that serves kernels: the one that is named, the one in front of the user, or our own."""

from __future__ import annotations

import os
import sys
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.environment.environment import environment_around, identify
from ...core.jupyter.paths import search_path_of
from ...core.system.reading import find_on_path
from .allowed import allowed_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .allowed import Allowed

# `jupyter` itself comes with every kernel: it serves nothing.
_SERVERS = ("jupyter-lab", "jupyter-notebook", "jupyter-nbclassic")

# They start kernels too, without showing any.
_STARTING = ("jupyter-enterprisegateway", "jupyter-kernelgateway", "jupyter-server", "jupyter-nbconvert")


@dataclass(frozen=True)
class Jupyter:
    """The Jupyter that serves the kernels.

    Attributes:
        prefix: Where it is installed.
        folders: The data folders that it looks at.
    """

    prefix: Path
    folders: tuple[Path, ...]

    @cached_property
    def allowed(self) -> Allowed | None:
        """The kernels that it shows; None if it shows all, or if that is unknown."""
        return allowed_in(self.prefix)


def find_jupyter(prefix: str | None) -> Jupyter | None:
    """Find the Jupyter in front of the user.

    Returns:
        It, else the one that `JUPYTER_PATH` leads to, else the one on PATH; None if there is none.
    """
    given = Path(os.path.abspath(os.path.expanduser(prefix))) if prefix else None
    root = given or _of_jupyter_path() or _on_path()
    return jupyter_at(root) if root else None


def jupyter_of(data: Path) -> Jupyter:
    """Name the Jupyter that kernels in a data folder are for.

    Args:
        data: The folder: `PREFIX/share/jupyter`, or one that every Jupyter reads.

    Returns:
        The Jupyter in that prefix, else the one in front of the user, else the one that came with us.
    """
    prefix = data.parent.parent
    own = data.parts[-2:] == ("share", "jupyter") and identify(prefix) is not None
    if found := find_jupyter(str(prefix) if own else None):
        return found
    return jupyter_at(_on_path(_STARTING) or Path(sys.prefix))


def found_on_path() -> set[Path]:
    """The prefixes of the Jupyters that a user runs by their names alone."""
    return {prefix for programs in (_SERVERS, _STARTING) if (prefix := _on_path(programs))}


def jupyter_at(prefix: Path) -> Jupyter:
    """Describe the Jupyter in a prefix."""
    return Jupyter(prefix, tuple(map(Path, search_path_of(str(prefix)))))


def _of_jupyter_path() -> Path | None:
    """The environment that a folder of `JUPYTER_PATH` is in: `PREFIX/share/jupyter`."""
    for folder in os.environ.get("JUPYTER_PATH", "").split(os.pathsep):
        prefix = Path(os.path.abspath(folder)).parent.parent
        programs = os.pathsep.join((str(prefix / "bin"), str(prefix / "Scripts")))
        if folder and any(map(partial(find_on_path, path=programs), _SERVERS)):
            return prefix
    return None


def _on_path(programs: Iterable[str] = _SERVERS) -> Path | None:
    found = next(filter(None, map(find_on_path, programs)), None)
    if found is None:
        return None
    program = Path(found).absolute()
    environment = environment_around(program)
    return environment.prefix if environment else program.parent.parent
