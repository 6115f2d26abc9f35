"""Checks kernels in an empty folder, and in the folders of the notebooks that use them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.dataclass import replace
from ..core.environment.search import USUAL_NAMES, environments_at, folders_of_project
from ..core.errors import UnreadableError
from ..core.failures import passing_over
from ..core.system.permissions import is_safe_at
from ..core.verbs.find import by_name
from .jupyter.front_end import warnings_for
from .kernels import check_kernels
from .notebooks.substitutes import judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from ..core.jupyter.registry import Registry
    from ..core.models import Environment
    from ..core.results import Registration
    from ..core.verbs.find import Found
    from .jupyter.jupyters import Jupyter
    from .notebooks.notebooks import Notebook
    from .notebooks.substitutes import Judged
    from .verdicts import Checked

    Place = tuple[str, Path | None]
    """A kernel's name in small letters, and where it is to run; None for an empty folder."""


def places_of(
    registry: Registry, found: Iterable[Found], notebooks: Sequence[Notebook]
) -> dict[Place, Found]:
    """Say where kernels are to run: those that were asked for, and those that notebooks ask for by name."""
    kernels = by_name(registry) if notebooks else {}
    places = map(_place, notebooks)
    return {
        **{(kernel.item.name.lower(), None): kernel for kernel in found},
        **{place: kernels[place[0]] for place in places if place[0] in kernels},
    }


def _place(notebook: Notebook) -> Place:
    return notebook.started.lower(), notebook.path.absolute().parent


def check_places(
    places: Mapping[Place, Found],
    jupyter: Jupyter | None,
    *,
    timeout: float,
    jobs: int,
    is_checked: Callable[[], object],
) -> dict[Place, Checked]:
    """Check each kernel where it is to run.

    Args:
        jupyter: The Jupyter that is to show them.
        timeout: How many seconds each may take to answer.
        jobs: How many run at once.
        is_checked: Called after each.

    Raises:
        KeyboardInterrupt: A signal came; what was started is ended.
    """
    # What others have put beside a notebook is not run without being asked for.
    folders = [folder if folder and is_safe_at(folder) else None for _, folder in places]
    checked = check_kernels(list(places.values()), folders, timeout=timeout, jobs=jobs, is_checked=is_checked)
    return {
        place: replace(
            verdict,
            warnings=verdict.warnings + warnings_for(verdict.registration, jupyter) + _moved(place[1], used),
        )
        for verdict, place, used in zip(checked, places, folders, strict=True)
    }


def _moved(given: Path | None, used: Path | None) -> tuple[str, ...]:
    return (
        ()
        if given == used
        else (f"It was started in an empty folder, because other users can write to {given}.",)
    )


def worst_of_each(checked: Iterable[Checked]) -> list[Checked]:
    """Give one verdict for each kernel: that of a folder where it fails."""
    worst: dict[Path | None, Checked] = {}
    for verdict in checked:
        path = verdict.registration.path
        if path not in worst or worst[path].ok:
            worst[path] = verdict
    return list(worst.values())


def judge_notebooks(
    notebooks: Iterable[Notebook],
    results: Mapping[Place, Checked],
    rows: Sequence[Registration],
    command: str,
    environments: Sequence[Environment] = (),
) -> tuple[Judged, ...]:
    """Judge notebooks by their kernels' checks.

    Args:
        results: What became of the kernels where they ran.
        rows: Every kernel that might do, registered or not.
        command: The command that the ways out name.
        environments: All known environments.
    """
    return tuple(
        judge(notebook, results.get(_place(notebook)), rows, command, environments) for notebook in notebooks
    )


def environments_beside(notebooks: Iterable[Notebook]) -> Iterator[Environment]:
    """Find the environments of the projects that notebooks are in, if nobody else can change those."""
    folders: dict[Path, None] = {}
    for notebook in notebooks:
        with passing_over(UnreadableError):
            folders |= dict.fromkeys(folders_of_project(notebook.path.absolute().parent))
    for environment in environments_at(folder / name for folder in folders for name in USUAL_NAMES):
        if is_safe_at(environment.prefix):
            yield environment
