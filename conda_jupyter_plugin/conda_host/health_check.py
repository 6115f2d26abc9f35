"""`conda doctor`: checks and starts an environment's kernels; `--fix` updates them.

conda 26.1 has fixers; before, there is the check alone.
"""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from ..cli.report import result_as_text
from ..cli.selection import open_registry
from ..cli.streams import printable
from ..conda_api.environments import is_covered
from ..conda_api.host import CondaHost
from ..core.dataclass import dataclass, replace
from ..core.environment.environment import identify, same_prefix
from ..core.planning.following import Change
from ..core.storage.remembered import is_removed
from ..core.verbs.find import find_of
from ..core.verbs.list import list_kernels
from ..core.verbs.sync import follow
from ..settings import read_auto

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from ..checking.verdicts import Checked
    from ..core.jupyter.registry import Registry
    from ..core.results import Registration

NAME = "jupyter-kernels"

# conda's own marks: `conda.base.constants` has them since 25.9.
_OK_MARK, _X_MARK = "✅", "❌"
_TIMEOUT = 60.0
_JOBS = 2


def declare() -> Iterator[Any]:
    """Declare the check, and its fixer where conda knows of fixers."""
    from conda.plugins.types import CondaHealthCheck

    try:
        yield CondaHealthCheck(
            name=NAME,
            action=check_health,
            fixer=fix,
            summary="Start the environment's Jupyter kernels and verify that they work",
            fix="Update the environment's Jupyter kernels",
        )
    except TypeError:
        yield CondaHealthCheck(name=NAME, action=check_health)


@dataclass(frozen=True)
class Health:
    """The health of an environment's kernels.

    Attributes:
        working: Those that were started and work.
        troubles: A line for each of the others.
        fixable: Those that the fixer updates.
    """

    working: tuple[str, ...]
    troubles: tuple[str, ...]
    fixable: tuple[Registration, ...]


def check_health(prefix: str, verbose: bool) -> None:
    """Print how an environment's kernels are, as conda's own checks do.

    Args:
        verbose: Whether to say more of each.
    """
    health = _examine(prefix)
    if health.troubles:
        print(f"{_X_MARK} Jupyter kernels:\n")
        print(*map(printable, health.troubles), sep="\n")
        print("\nRun `conda kernel sync` to update them.\n" if health.fixable else "")
    elif not health.working:
        print(f"{_OK_MARK} The environment has no unregistered Jupyter kernel.\n")
    if health.working and (verbose or not health.troubles):
        print(f"{_OK_MARK} Working Jupyter kernels: {', '.join(health.working)}.\n")


def fix(prefix: str, args: Namespace, confirm: Callable[[str], object]) -> int:  # noqa: ARG001
    """Bring an environment's kernels in line, once the user agrees.

    Args:
        args: The options of `conda doctor`.
        confirm: Asks; raises where the answer is no, and in a dry run.

    Returns:
        The exit status.
    """
    fixable = _fixable(_rows(_registry(), prefix))
    if not fixable:
        print("All Jupyter kernels are up to date.")
        return 0
    print("Jupyter kernels to update:")
    print(*(f"  {printable(row.name)}: {_state(row)}" for row in fixable), sep="\n", end="\n\n")
    confirm("Update these kernels?")
    new = any(row.status == "unregistered" for row in fixable)
    result = follow(_registry(), Path(prefix), Change(new=new))
    if result.changes:
        print(*map(printable, result_as_text(replace(result, unchanged=()))), sep="\n")
    for error in result.errors:
        print(printable(str(error)))
    return result.exit_status


def _registry() -> Registry:
    return open_registry(Namespace(), CondaHost())


def _rows(registry: Registry, prefix: str) -> list[Registration]:
    """The rows of an environment's kernels, including unregistered ones."""
    environment = identify(Path(prefix))
    known = [environment] if environment and is_covered(Path(prefix), read_auto()) else []
    held = registry.survey(environment).kernels if environment else {}
    # What somebody removed on purpose is not missed.
    away = {name for name, kernel in held.items() if is_removed(registry, kernel)}
    return [
        row
        for row in list_kernels(registry, known)
        if row.prefix
        and same_prefix(row.prefix, Path(prefix))
        and (row.managed or (row.status == "unregistered" and row.kernel not in away))
    ]


def _fixable(rows: Iterable[Registration]) -> tuple[Registration, ...]:
    return tuple(row for row in rows if row.fixable or row.status == "unregistered")


def _examine(prefix: str) -> Health:
    from ..checking.kernels import check_kernels

    registry = _registry()
    rows = _rows(registry, prefix)
    checked = check_kernels(find_of(registry, Path(prefix), force=True), timeout=_TIMEOUT, jobs=_JOBS)
    return Health(
        tuple(
            verdict.registration.name
            for verdict in checked
            if verdict.ok and verdict.registration.status == "ok"
        ),
        tuple(line for line in (*map(_trouble, checked), *map(_missing, rows)) if line),
        _fixable(rows),
    )


def _trouble(checked: Checked) -> str | None:
    row = checked.registration
    if row.status == "ok" and not checked.ok:
        return f"{row.name}: failing: {checked.error}. {checked.hint}".rstrip()
    return f"{row.name}: {_state(row)}" if row.status != "ok" else None


def _missing(row: Registration) -> str | None:
    return f"{row.name}: unregistered" if row.status == "unregistered" else None


def _state(row: Registration) -> str:
    return f"{row.status}: {row.reason}" if row.reason else row.status
