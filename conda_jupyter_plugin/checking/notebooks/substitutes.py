"""Checks the kernel that a notebook uses, and finds others that fit."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.environment.environment import is_frozen
from ...core.kernelspec.kernel_packages import kernel_package_for
from ...core.naming.valid_names import is_valid, why_reserved
from ...core.verbs.list import without_rows
from .. import remedies
from ..remedies import Fix
from ..verdicts import environment_of
from .modules import missing_modules
from .naming_habits import environments_meant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ...core.models import Environment
    from ...core.results import Registration
    from ..verdicts import Checked
    from .notebooks import Notebook

_SHOWN = 3
"""The most kernels that are suggested."""


@dataclass(frozen=True)
class Candidate:
    """A kernel that fits a notebook.

    Attributes:
        registration: The kernel, registered or not.
        missing: The modules that it lacks.
        command: What makes it the kernel that the notebook asks for; empty where no command does.
        fix: The command, as data.
    """

    registration: Registration
    missing: tuple[str, ...]
    command: str
    fix: Fix | None = None


@dataclass(frozen=True)
class Judged:
    """A notebook whose kernel was looked for.

    Attributes:
        notebook: The notebook.
        checked: The kernel of the name that it asks for; None where none is registered.
        error: What is wrong, as a clause; None where the kernel is here and works.
        hint: The way out, as a sentence.
        fix: The way out, as data; None where no single command is one.
        missing: The modules that the kernel lacks and the notebook imports.
        candidates: The kernels that would do, the best first.
    """

    notebook: Notebook
    checked: Checked | None
    error: str | None = None
    hint: str = ""
    fix: Fix | None = None
    missing: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the notebook can probably run as it is."""
        return self.error is None


def judge(
    notebook: Notebook,
    checked: Checked | None,
    rows: Sequence[Registration],
    command: str,
    environments: Iterable[Environment] = (),
) -> Judged:
    """Judge whether a notebook has its kernel.

    Args:
        checked: The kernel of its name, after it was started; None if there is none.
        rows: All kernels, those of environments too that are not registered.
        command: `conda kernel`, or `pip-kernel`.
        environments: All known environments.
    """
    if notebook.flaw:
        return Judged(notebook, checked, *notebook.flaw)
    error = _why_not(notebook, checked)
    missing = lacking(notebook, checked.registration) if checked else ()
    if error is None:
        return Judged(notebook, checked, missing=missing)
    is_broken = checked is not None and not checked.ok
    if checked and checked.spoilt_by:
        # No other kernel would do there.
        return Judged(notebook, checked, error, checked.hint, missing=missing)
    others = [row for row in rows if not (checked and row.path == checked.registration.path)]
    found = candidates(notebook, others, is_free=checked is None)
    if checked and is_broken and checked.hint:
        return Judged(notebook, checked, error, checked.hint, checked.fix, missing, found)
    if checked is None and (bare := _environment_meant(notebook, rows, environments)):
        hint, fix = _installing(notebook, bare)
        return Judged(notebook, checked, error, hint, fix, missing, found)
    fix = found[0].fix if found else None
    return Judged(notebook, checked, error, way_out_of(notebook, found, command), fix, missing, found)


def _environment_meant(
    notebook: Notebook, rows: Iterable[Registration], environments: Iterable[Environment]
) -> Environment | None:
    """Find the environment that a notebook names and that has no kernel."""
    meant = environments_meant(notebook.kernel, notebook.display_name)
    for environment in without_rows(environments, rows):
        if not meant.isdisjoint({environment.name.lower(), environment.prefix.name.lower()}):
            return environment
    return None


def _installing(notebook: Notebook, environment: Environment) -> tuple[str, Fix | None]:
    """Write how to install a kernel into an environment, under the name that a notebook asks for."""
    name = _name_to_give(notebook, is_free=True)
    options = ["--kernel-name", name] if name and name != environment.name.lower() else []
    command = remedies.command_to_add(environment, "--install", *options)
    fix = Fix("add", environment.prefix, kernel_package_for(environment), name)
    is_closed = is_frozen(environment.prefix)
    return f"The environment {environment.name} has no kernel. Add one: {command}", None if is_closed else fix


def _why_not(notebook: Notebook, checked: Checked | None) -> str | None:
    name = notebook.started
    if checked is None:
        none = "" if notebook.kernel else "it does not name a kernel, and "
        return f"{none or 'its kernel '}{name} is not registered"
    if not checked.ok:
        return f"its kernel {name} does not work: {checked.error}"
    row = checked.registration
    if row.language and notebook.languages and not _speaks(row, notebook):
        return f"it is written in {notebook.language}, but the kernel {name} is for {row.language}"
    return None


def lacking(notebook: Notebook, row: Registration) -> tuple[str, ...]:
    """Name the modules that a notebook imports and a kernel's environment does not have."""
    if row.prefix is None:
        return ()
    return missing_modules(row.prefix, row.language, notebook.modules, notebook.path.absolute().parent)


def candidates(notebook: Notebook, rows: Iterable[Registration], *, is_free: bool) -> tuple[Candidate, ...]:
    """Find the kernels that fit a notebook, the best first.

    Args:
        rows: All kernels, those of environments too that are not registered.
        is_free: Whether the name that it asks for belongs to no kernel.
    """
    suitable = [row for row in rows if row.status != "broken" and _speaks(row, notebook)]
    found = [
        Candidate(
            row,
            lacking(notebook, row),
            _command(notebook, row, is_free=is_free),
            _registering(notebook, row, is_free=is_free),
        )
        for row in suitable
    ]
    return tuple(sorted(found, key=partial(_rank, notebook))[:_SHOWN])


def _speaks(row: Registration, notebook: Notebook) -> bool:
    # A notebook that says nothing is opened with Jupyter's own kernel.
    return _plain(row.language) in set(map(_plain, notebook.languages or ("python",)))


def _plain(language: str) -> str:
    """A language without its version, by the name that its own kernel has for it."""
    plain = re.sub(r"[\s\d.]+$", "", language.lower())
    return {"ipython": "python", "sagemath": "sage"}.get(plain, plain)


def _rank(notebook: Notebook, candidate: Candidate) -> tuple[int, int, int, bool, str]:
    """How well a kernel fits: the smaller, the better."""
    row = candidate.registration
    meant = environments_meant(notebook.kernel, notebook.display_name)
    names = {row.name, row.environment or "", row.prefix.name if row.prefix else ""}
    alike = len(meant.intersection(map(str.lower, names))) + (notebook.display_name == row.display_name)
    folders = list(notebook.path.absolute().parents)
    # The environment in its own folder comes first, those of the folders above next.
    distance = (
        folders.index(row.prefix.parent) if row.prefix and row.prefix.parent in folders else len(folders)
    )
    return -alike, len(candidate.missing), distance, row.status == "unregistered", row.name


def _command(notebook: Notebook, row: Registration, *, is_free: bool) -> str:
    """Write the command that makes a kernel the one that a notebook asks for."""
    environment, name = environment_of(row), _name_to_give(notebook, is_free=is_free)
    if environment is None or name is None:
        return remedies.command_to_add(environment) if environment and row.status == "unregistered" else ""
    if row.status == "unregistered" and row.name == name:
        return remedies.command_to_add(environment)
    return remedies.command_to_add(environment, "--kernel-name", name)


def _registering(notebook: Notebook, row: Registration, *, is_free: bool) -> Fix | None:
    """Give the command that registers a kernel, as data."""
    if row.status != "unregistered" or row.prefix is None:
        return None
    return Fix("add", row.prefix, kernel_name=_name_to_give(notebook, is_free=is_free))


def _name_to_give(notebook: Notebook, *, is_free: bool) -> str | None:
    """The name that a notebook asks for, if another kernel can have it."""
    name = notebook.started
    return name if name and is_free and is_valid(name) and not why_reserved(name) else None


def way_out_of(notebook: Notebook, found: Iterable[Candidate], command: str) -> str:
    """Say what to do for a notebook whose kernel is not here, or does not work.

    Args:
        found: The kernels that would do.
        command: `conda kernel`, or `pip-kernel`.
    """
    for candidate in found:
        row = candidate.registration
        if not candidate.command:
            return f"Choose {row.display_name} in Jupyter (Kernel > Change Kernel)."
        lacks = f"is closest, but lacks {', '.join(candidate.missing)}" if candidate.missing else "fits"
        is_asked_for = row.name == notebook.started or "--kernel-name" in candidate.command
        choice = "" if is_asked_for else ", then choose it in Jupyter (Kernel > Change Kernel)"
        return f"{_called(row)} {lacks}. Register it{choice}: {candidate.command}"
    name = notebook.kernel if is_valid(notebook.kernel) and not why_reserved(notebook.kernel) else "NAME"
    if _plain(notebook.language) not in ("", "python", *(["r"] if command == "conda kernel" else [])):
        called = f", named {notebook.kernel}" if notebook.kernel else ""
        return f"Install a kernel for {notebook.language}{called}."
    create = f"{command} create -n {name}" if command == "conda kernel" else f"{command} create {name}"
    return f"No environment has a suitable kernel. Create one: {create}"


def _called(row: Registration) -> str:
    return f"The environment {row.environment}" if row.status == "unregistered" else f"The kernel {row.name}"
