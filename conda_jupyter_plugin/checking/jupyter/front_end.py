"""Finds what the user's Jupyter lacks for a kernel: the location, the provisioner, the widgets."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.environment.environment import identify
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.jupyter.locations import Location
from ...core.system.reading import names_in, read_if_there
from .. import remedies
from ..notebooks.modules import import_folders
from ..verdicts import environment_of
from .provisioners import find_provisioners

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...core.results import Registration
    from .jupyters import Jupyter

_EXTENSION = Path("labextensions", "@jupyter-widgets", "jupyterlab-manager", "package.json")
_FORMER_EXTENSION = Path("nbextensions", "jupyter-js-widgets", "extension.js")

# Which ipywidgets a version of the front end is for: https://ipywidgets.readthedocs.io/en/stable/user_install.html
_FOR_WIDGETS = {1: 7, 2: 7, 3: 7, 4: 8, 5: 8}


def warnings_for(row: Registration, jupyter: Jupyter | None) -> tuple[str, ...]:
    """Say what keeps a kernel that works from being of use in a Jupyter.

    Args:
        jupyter: The Jupyter, None where none is known.

    Returns:
        Sentences with their way out.
    """
    with passing_over(UnreadableError, OSError):
        return tuple(_warnings(row, jupyter)) if jupyter else ()
    return ()


def _warnings(row: Registration, jupyter: Jupyter) -> Iterator[str]:
    environment, allowed = environment_of(row), jupyter.allowed
    if allowed and allowed.hides(row.name):
        where = f"allowed_kernelspecs in {allowed.file}"
        yield f"The Jupyter in {jupyter.prefix} hides this kernel, because {where} does not list it."
    if row.path is not None:
        data = Location(row.path.parent.parent)
        if not any(data.is_same_as(Location(folder)) for folder in jupyter.folders):
            warning = f"The Jupyter in {jupyter.prefix} does not search {data.data}."
            if environment:
                add = remedies.command_to_add(environment, "--jupyter-prefix", str(jupyter.prefix))
                warning += f" Register it there: {add}"
            yield warning
    if row.provisioner and row.provisioner not in find_provisioners(jupyter.prefix):
        yield (
            f"The Jupyter in {jupyter.prefix} does not list this kernel,"
            f" because it has no provisioner {row.provisioner}."
        )
    if environment and row.language.lower() == "python" and (widgets := _version_of_widgets(row)):
        yield from _about_widgets(widgets, environment.prefix, jupyter)


def _about_widgets(widgets: str, prefix: Path, jupyter: Jupyter) -> Iterator[str]:
    front_end, major = _front_end(jupyter), int(widgets.partition(".")[0])
    serving = identify(jupyter.prefix)
    package = "jupyterlab_widgets>=3" if major >= 8 else "jupyterlab_widgets<2"
    way_out = f" Install it there: {remedies.command_to_install(serving, package)}" if serving else ""
    if front_end is None:
        yield (
            f"Widgets appear as text, because {prefix} has ipywidgets {widgets},"
            f" but its front end (jupyterlab_widgets) is not in {jupyter.prefix}.{way_out}"
        )
    elif front_end != major:
        yield (
            f"Widgets do not work, because {prefix} has ipywidgets {widgets},"
            f" but {jupyter.prefix} has the front end of ipywidgets {front_end}.{way_out}"
        )


def _version_of_widgets(row: Registration) -> str | None:
    for folder in import_folders(row.prefix) if row.prefix else ():
        for name in names_in(folder):
            if match := re.fullmatch(r"ipywidgets-(\d{1,9}\.[^-]*)\.dist-info", name):
                return match[1]
    return None


def _front_end(jupyter: Jupyter) -> int | None:
    """The version of ipywidgets whose front end a Jupyter has."""
    for folder in jupyter.folders:
        if text := read_if_there(folder / _EXTENSION):
            match = re.search(r'"version"\s*:\s*"(\d{1,9})\.', text)
            return _FOR_WIDGETS.get(int(match[1]), 8) if match else None
    is_old = any((folder / _FORMER_EXTENSION).exists() for folder in jupyter.folders)
    return 7 if is_old else None
