"""Kernels that follow their environments by themselves, after each of conda's commands.

Every transaction passes here: what the most of them need not load is imported where it is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..conda_api.transaction import DELETING, changed_prefixes
from ..settings import OFF, default_location, location_prefix, read_auto, read_template

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..core.jupyter.registry import Registry
    from ..core.results import Result


def follow_command(command: str) -> None:
    """Bring the kernels in line with what a command has changed, and say so in a line for each.

    Args:
        command: The conda command's name, as its post-command hook gives it.

    Raises:
        KernelError: It could not be done.
        CondaError: A setting is not valid.
    """
    from conda.base.context import context

    options = dict(context._argparse_args)
    auto = read_auto()
    # `conda rename --dry-run` comes here too.
    if auto == OFF or context.dry_run or options.get("dry_run"):
        return
    prefixes = _changed(command, options)
    if not _may_concern_kernels(prefixes):
        return
    from ..core.errors import LocationError

    result = _follow(command, prefixes, auto)
    if result.changes and not (context.json or context.quiet):
        from ..cli import report, streams

        streams.say_all(report.result_as_text(result), sys.stdout)
    # All else has been done by now.
    for error in result.errors:
        if isinstance(error, LocationError) and error.another_would_do:
            # Whatever the command was, it is done.
            error.hint = "Mend that, and run `conda kernel sync`."
        raise error


def _follow(command: str, prefixes: Sequence[Path], auto: str) -> Result:
    from ..conda_api.environments import is_covered, is_foreign_platform
    from ..core.dataclass import replace
    from ..core.environment.environment import canonical
    from ..core.results import Result
    from ..core.verbs.find import environments_inside
    from ..core.verbs.sync import follow

    if is_foreign_platform():
        return Result()
    registry, todo = _open_registry(), list(prefixes)
    if command == "rename":
        moved = _renamed(registry, prefixes)
        todo = list(moved)
        registry = replace(
            registry, previous_prefixes={canonical(new): old for new, old in moved.items() if old}
        )
    elif command in DELETING:
        # What lies inside an environment goes with it.
        gone = [prefix for prefix in prefixes if not prefix.is_dir()]
        todo += [inside for prefix in gone for inside in environments_inside(registry, prefix)]
    deleted = prefixes if command in DELETING else ()
    results = [
        follow(replace(registry), prefix, new=is_covered(prefix, auto), deleted=prefix in deleted)
        for prefix in todo
    ]
    return replace(Result.merged(results), unchanged=())


def _open_registry() -> Registry:
    from ..conda_api.activation import ACTIVATORS
    from ..conda_api.environments import envs_folders, running_conda
    from ..core.jupyter.locations import visible
    from ..core.jupyter.registry import Registry
    from ..core.storage.store import recover

    location = default_location()
    everywhere = visible(os.environ.get("CONDA_PREFIX"), location)
    recover(location, *everywhere)
    registry = Registry(
        location, everywhere, ACTIVATORS, {"conda": read_template()}, running_conda(), envs_folders()
    )
    return registry.remembering()


def _renamed(registry: Registry, prefixes: Sequence[Path]) -> dict[Path, Path | None]:
    """Say where each environment was before: the renamed one, and those inside it; None for what is gone."""
    from conda.base.context import context

    from ..core.environment.environment import is_there
    from ..core.verbs.find import environments_inside

    previous = Path(context.target_prefix)
    moved: dict[Path, Path | None] = dict.fromkeys(prefixes, previous)
    for old, inside in environments_inside(registry, previous).items():
        new = prefixes[-1] / inside
        moved.update({new: old} if is_there(new) else {old: None})
    return moved


def _may_concern_kernels(prefixes: Sequence[Path]) -> bool:
    """Whether an environment holds a kernel, or any kernel has ever been written that could go."""
    if any((prefix / "share" / "jupyter" / "kernels").is_dir() for prefix in prefixes):
        return True
    from ..core.jupyter.paths import may_have_written

    return may_have_written(os.environ.get("CONDA_PREFIX", ""), location_prefix())


def _changed(command: str, options: Mapping[str, Any]) -> list[Path]:
    """The environments that a command has changed, be they gone now."""
    from conda.base.context import context

    # Where a link led is another environment only if the command has taken the link away.
    once = {os.path.realpath(prefix): Path(prefix) for prefix in reversed(changed_prefixes)}
    prefixes = list(reversed(once.values()))
    changed_prefixes.clear()
    if command == "rename":
        return prefixes or [_renamed_to(str(options["destination"]))]
    # Up to 26.5 `env create` and `env update` leave base as the target where the name stands in the file.
    is_named = options.get("name") or options.get("prefix") or command not in ("env_create", "env_update")
    target = Path(context.target_prefix)
    return prefixes if os.path.realpath(target) in once or not is_named else [*prefixes, target]


def _renamed_to(destination: str) -> Path:
    """Where `conda rename` put an environment without packages, which has no transaction."""
    from conda.base.context import context

    if "/" in destination or "\\" in destination:
        return Path(destination).absolute()
    folders = [Path(folder, destination) for folder in context.envs_dirs]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
