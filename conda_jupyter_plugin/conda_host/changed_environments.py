"""The kernels of the environments that one of conda's commands has changed are brought in line."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conda.base.context import context

from ..cli import report, streams
from ..conda_api.environments import is_covered, is_foreign_platform
from ..conda_api.rules import read_rules
from ..conda_api.transaction import DELETING
from ..core.dataclass import replace
from ..core.environment.environment import is_there
from ..core.errors import LocationError
from ..core.planning.following import Change
from ..core.results import Result
from ..core.verbs.find import environments_inside
from ..core.verbs.looking import look_everywhere
from ..core.verbs.sync import follow
from ..settings import default_location

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.jupyter.registry import Registry


def follow_changed(command: str, prefixes: Sequence[Path], auto: str) -> None:
    """Bring kernels in line, and print a line for each that was changed.

    Args:
        command: The conda command's name, as its post-command hook gives it.
        prefixes: The environments that it has changed, which may be gone.

    Raises:
        KernelError: It could not be done.
    """
    result = _follow(command, prefixes, auto)
    if result.changes and not (context.json or context.quiet):
        streams.say_all(report.result_as_text(result), sys.stdout)
    # All else has been done by now.
    for error in result.errors:
        if isinstance(error, LocationError) and error.another_would_do:
            # Whatever the command was, it is done.
            error.hint = "Fix this, then run `conda kernel sync`."
        raise error


def _follow(command: str, prefixes: Sequence[Path], auto: str) -> Result:
    if is_foreign_platform():
        return Result()
    registry, _ = look_everywhere(default_location(), read_rules(), os.environ.get("CONDA_PREFIX"))
    todo = list(prefixes)
    previous: Mapping[Path, Path | None] = {}
    if command == "rename":
        previous = _renamed(registry, prefixes)
        todo = list(previous)
    elif command in DELETING:
        # What is inside an environment goes with it.
        gone = [prefix for prefix in prefixes if not prefix.is_dir()]
        todo += [inside for prefix in gone for inside in environments_inside(registry, prefix)]
    deleted = prefixes if command in DELETING else ()
    results = [
        follow(
            registry.reread(),
            prefix,
            Change(previous.get(prefix), new=is_covered(prefix, auto), deleted=prefix in deleted),
        )
        for prefix in todo
    ]
    return replace(Result.merged(results), unchanged=())


def _renamed(registry: Registry, prefixes: Sequence[Path]) -> dict[Path, Path | None]:
    """Say where each environment was before: the renamed one, and those inside it; None for what is gone."""
    previous = Path(context.target_prefix)
    moved: dict[Path, Path | None] = dict.fromkeys(prefixes, previous)
    for old, inside in environments_inside(registry, previous).items():
        new = prefixes[-1] / inside
        moved.update({new: old} if is_there(new) else {old: None})
    return moved
