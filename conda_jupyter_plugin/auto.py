"""Kernels that follow their environments by themselves, after each of conda's commands.

Every transaction passes here: what the most of them need not load is imported where it is needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .settings import Auto, default_location, read_auto, read_template
from .transaction import changed_prefixes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from .core.models import Result


def follow_command(command: str) -> None:
    """Bring the kernels in line with what a command has changed, and say so in a line.

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
    if auto is Auto.OFF or context.dry_run or options.get("dry_run"):
        return
    prefixes = _changed(command, options)
    if not _may_concern_kernels(prefixes):
        return
    result = _follow(prefixes, auto, former=Path(context.target_prefix) if command == "rename" else None)
    if result.changes and not (context.json or context.quiet):
        from .cli import report

        report.say("; ".join(report.result_as_text(result)), sys.stdout)


def _follow(prefixes: Sequence[Path], auto: Auto, *, former: Path | None) -> Result:
    from dataclasses import replace

    from .activation import ACTIVATORS
    from .core.environment import canonical
    from .core.following import follow
    from .core.locations import visible
    from .core.models import Result
    from .core.places import Registry
    from .coverage import foreign_platform, is_covered

    if foreign_platform():
        return Result()
    location = default_location()
    places = visible(os.environ.get("CONDA_PREFIX"), location)
    registry = Registry(location, places, ACTIVATORS, {"conda": read_template()})
    if former:
        registry = replace(registry, former={canonical(prefix): former for prefix in prefixes})
    results = [follow(replace(registry), prefix, new=is_covered(prefix, auto)) for prefix in prefixes]
    return replace(Result.merged(results), unchanged=())


def _may_concern_kernels(prefixes: Sequence[Path]) -> bool:
    """Whether an environment holds a kernel, or any kernel has ever been written that could go."""
    if any((prefix / "share" / "jupyter" / "kernels").is_dir() for prefix in prefixes):
        return True
    from .core.locations import visible

    places = visible(os.environ.get("CONDA_PREFIX"), default_location())
    return any(location.workshop.is_dir() for location in places)


def _changed(command: str, options: Mapping[str, Any]) -> list[Path]:
    """The environments that a command has changed, be they gone now."""
    from conda.base.context import context

    prefixes = [Path(prefix) for prefix in dict.fromkeys(changed_prefixes)]
    changed_prefixes.clear()
    if command == "rename":
        return prefixes or [_renamed_to(str(options["destination"]))]
    # Up to 26.5 `env create` and `env update` leave base as the target where the name stands in the file.
    told = options.get("name") or options.get("prefix") or command not in ("env_create", "env_update")
    target = Path(context.target_prefix)
    return prefixes if target in prefixes or not told else [*prefixes, target]


def _renamed_to(destination: str) -> Path:
    """Where `conda rename` put an environment without packages, which has no transaction."""
    from conda.base.context import context

    if "/" in destination or "\\" in destination:
        return Path(destination).absolute()
    folders = [Path(folder, destination) for folder in context.envs_dirs]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
