"""Kernels brought in line, without a conda.

A conda that has this project in it sees to its environments itself, by `conda kernel sync`; all others, and
virtual environments, are handled here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..cli.report import result_as_text
from ..conda_api.files.activation import read_activation
from ..conda_api.files.environments import ENVIRONMENTS_TXT, find_known, has_plugin
from ..core import system
from ..core.environment.environment import (
    conda_root,
    environment_to_be,
    identify,
    python_of,
    same_prefix,
)
from ..core.environment.exclusion import without_excluded
from ..core.errors import LocationError, LockedError, NotAnEnvironmentError, UnexpectedError, UnreadableError
from ..core.failures import collecting, passing_over
from ..core.jupyter.locations import user_location, visible
from ..core.jupyter.registry import Registry
from ..core.launch.venv_activation import activate_virtual_environment
from ..core.models import Why
from ..core.planning.candidates import Environments
from ..core.rules import Rules
from ..core.storage.remembered import remembered_owners
from ..core.system.reading import names_in
from ..core.system.trust import check_trusted
from ..core.verbs.sync import sync
from ..settings import location_of
from .running import CommandError, run_command
from .searching import search
from .watching import fingerprints_of, fingerprints_of_kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..conda_api.files.environments import Known
    from ..core.errors import KernelError
    from ..core.jupyter.locations import Location
    from ..core.models import Activators, Environment
    from ..core.system.fingerprint import Fingerprint

_OF_CONDA = ("", "bin/python", "condabin/conda", "conda-meta", "lib")
"""The files and folders of a conda that nobody else may be able to change before it is run."""

_PASSING = (LocationError, LockedError, UnexpectedError, CommandError)
"""Errors that may pass without a change of any environment: a full disk, a read-only folder."""

_SECONDS = 600
"""The time limit for a conda to update its own kernels."""


def bring_in_line(
    folders: Sequence[str], earlier: Mapping[str, Fingerprint] | None = None
) -> tuple[Mapping[str, Fingerprint], Mapping[str, Any]]:
    """Bring kernels in line.

    Args:
        folders: The folders whose environments become kernels too, and those of all folders below.
        earlier: How all was the last time.

    Returns:
        How all was before, so that what changes in the meantime is seen again; and what was `done`, with the
        `errors`, as sentences, and whether it is to be tried `again`.
    """
    # Each is noted before it is read, so that a later change is noticed.
    seen = fingerprints_of([Path(os.path.expanduser(ENVIRONMENTS_TXT))], ())
    known, named = find_known(), [Path(os.path.abspath(os.path.expanduser(folder))) for folder in folders]
    of_conda = (*known.envs_folders, *known.other_folders)
    seen |= fingerprints_of(of_conda, ())
    asked_for, searched = search(named, earlier or {})
    seen |= searched
    # Somebody has put these links there to have what they lead to.
    asked_for += _identified(path for path in _inside(named) if path.is_symlink())
    # Half of an environment is none yet, and the folder that it is in does not tell when the rest comes.
    found = {environment.prefix for environment in asked_for}
    prefixes = {*known.condas, *known.listed, *_inside(of_conda), *found}
    seen |= fingerprints_of((), prefixes)
    condas = tuple(conda for conda in known.condas if has_plugin(conda))
    registry = _open_registry(known, condas)
    environments = {environment.prefix: environment for environment in (*known.environments(), *asked_for)}
    kernels = [location.kernels for location in registry.locations]
    of_kernels = fingerprints_of_kernels(kernels)
    with_kernel = {*_prefixes(registry)} - prefixes
    seen |= fingerprints_of((), with_kernel)
    prefixes |= with_kernel
    errors: list[KernelError] = [_not_there(folder) for folder in named if not os.path.isdir(folder)]
    done: list[str] = []
    for conda in condas:
        with collecting(errors, f"{conda}'s kernels"):
            _let_see_to_its_own(conda)
    with collecting(errors, "kernels"):
        wanted = without_excluded(asked_for, known.configuration.exclude)
        missing = [*wanted, *_covered(known, environments.values(), condas)]
        result = sync(registry.reread(), Environments(tuple(missing), why=Why.AUTOMATIC))
        errors += result.errors
        done = result_as_text(result) if result.changes else []
    if done or condas:
        # What was just written is no change, unlike what somebody may have written meanwhile.
        of_kernels = fingerprints_of_kernels(kernels)
        seen |= fingerprints_of((), {*_prefixes(registry)} - prefixes)
    document = {"done": done, "errors": list(dict.fromkeys(map(str, errors)))}
    return {**seen, **of_kernels}, {**document, "again": any(isinstance(error, _PASSING) for error in errors)}


def _not_there(folder: Path) -> KernelError:
    return NotAnEnvironmentError(f"The folder {folder} in `KernelSync.folders` does not exist.")


def _open_registry(known: Known, condas: tuple[Path, ...]) -> Registry:
    activators: Activators = {"venv": activate_virtual_environment}
    if not system.WINDOWS:
        # There a conda runs the environment's scripts, and tells what they set.
        activators = {
            **activators,
            "conda": lambda environment: read_activation(environment, known.root_of(environment)),
        }
    location, template = _location(known.configuration.location), known.configuration.template
    return Registry(
        location,
        visible(os.environ.get("CONDA_PREFIX") or os.environ.get("VIRTUAL_ENV"), location),
        Rules(
            activators,
            {"conda": template} if template else {},
            envs_folders=known.envs_folders,
            left_to=condas,
            activation=f"files {', '.join(map(str, known.condas))}",
        ),
    )


def _location(setting: str) -> Location:
    with passing_over(LocationError):
        return location_of(setting)
    return user_location()


def _inside(folders: Iterable[Path]) -> Iterator[Path]:
    """The paths of everything in some folders."""
    for folder in folders:
        with passing_over(UnreadableError):
            yield from (folder / name for name in names_in(folder))


def _identified(prefixes: Iterable[Path]) -> Iterator[Environment]:
    """The environments at some prefixes."""
    for prefix in prefixes:
        with passing_over(UnreadableError):
            if environment := identify(prefix):
                yield environment


def _covered(
    known: Known, environments: Iterable[Environment], condas: Iterable[Path]
) -> Iterator[Environment]:
    """The environments that `plugins.kernel_auto` lets become kernels, without those that a conda sees to."""
    for environment in environments:
        root = conda_root(environment.prefix, known.envs_folders)
        left = any(root and same_prefix(root, conda) for conda in condas)
        if environment.manager == "conda" and not left and known.covers(environment):
            yield environment


def _prefixes(registry: Registry) -> Iterator[Path]:
    """The environments that have a kernel, or had one until they went."""
    for readable in registry.everywhere():
        yield from (item.owner.prefix for item in readable.inventory if item.owner)
        yield from (owner.prefix for owner in remembered_owners(readable.location))


def _let_see_to_its_own(conda: Path) -> None:
    check_trusted(conda, _OF_CONDA)
    python = python_of(environment_to_be(conda, "conda"))
    run_command([str(python), "-I", "-m", "conda", "kernel", "sync", "--quiet"], cwd=conda, timeout=_SECONDS)
