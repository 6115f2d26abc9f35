"""Kernels brought in line, without a conda.

A conda that has this project in it sees to its environments itself, by `conda kernel sync`; all others, and
virtual environments, are handled here.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..cli.report import result_as_text
from ..conda_api.files.environments import ENVIRONMENTS_TXT, find_known
from ..core.environment.exclusion import without_excluded
from ..core.environment.search import environments_at
from ..core.errors import LocationError, LockedError, NotAnEnvironmentError, UnexpectedError, UnreadableError
from ..core.failures import collecting, passing_over
from ..core.jupyter.locations import visible
from ..core.jupyter.registry import Registry
from ..core.models import Why
from ..core.planning.candidates import Environments
from ..core.storage.remembered import remembered_owners
from ..core.system.reading import names_in
from ..core.verbs.sync import sync
from .condas import (
    conda_command,
    configured_location,
    covered_environments,
    rules_of_files,
)
from .running import CommandError, run_command
from .searching import search
from .watching import fingerprints_of, fingerprints_of_kernels

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ..core.errors import KernelError
    from ..core.system.fingerprint import Fingerprint

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
    asked_for += environments_at(path for path in _inside(named) if path.is_symlink())
    # Half of an environment is none yet, and the folder that it is in does not tell when the rest comes.
    found = {environment.prefix for environment in asked_for}
    prefixes = {*known.condas, *known.listed, *_inside(of_conda), *found}
    seen |= fingerprints_of((), prefixes)
    condas, location = known.condas_with_plugin, configured_location(known)
    active = os.environ.get("CONDA_PREFIX") or os.environ.get("VIRTUAL_ENV")
    registry = Registry(location, visible(active, location), rules_of_files(known))
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
            let_sync(conda)
    with collecting(errors, "kernels"):
        wanted = without_excluded(asked_for, known.configuration.exclude)
        missing = [*wanted, *covered_environments(known, environments.values())]
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


def _inside(folders: Iterable[Path]) -> Iterator[Path]:
    """The paths of everything in some folders."""
    for folder in folders:
        with passing_over(UnreadableError):
            yield from (folder / name for name in names_in(folder))


def _prefixes(registry: Registry) -> Iterator[Path]:
    """The environments that have a kernel, or had one until they went."""
    for readable in registry.everywhere():
        yield from (item.owner.prefix for item in readable.inventory if item.owner)
        yield from (owner.prefix for owner in remembered_owners(readable.location))


def let_sync(conda: Path) -> None:
    """Have a conda that has this project installed update the kernels of its environments.

    Raises:
        CommandError, RefusedError: It failed, or somebody else can change that conda.
    """
    run_command(conda_command(conda, "kernel", "sync", "--quiet"), cwd=conda, timeout=_SECONDS)
