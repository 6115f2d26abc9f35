"""Kernels that follow their environments by themselves, after each of conda's commands."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .cli import report
from .cli.verbs import open_registry
from .core.following import follow
from .core.models import Result
from .coverage import is_covered
from .request import foreign_platform
from .settings import Auto, read
from .subcommand import CondaDoor
from .transaction import changed_prefixes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


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
    settings = read()
    # `conda rename --dry-run` comes here too.
    if settings.auto is Auto.OFF or context.dry_run or options.get("dry_run") or foreign_platform():
        return
    registry = open_registry(Namespace(), CondaDoor())
    former = Path(context.target_prefix) if command == "rename" else None
    results = [
        follow(replace(registry, former_prefix=former), prefix, new=is_covered(prefix, settings.auto))
        for prefix in _changed(command, options)
    ]
    result = Result.merged(results)
    if result.changes and not (context.json or context.quiet):
        report.say("; ".join(report.result_as_text(replace(result, unchanged=()))), sys.stdout)


def _changed(command: str, options: Mapping[str, Any]) -> list[Path]:
    """The environments that a command has changed, be they gone now."""
    from conda.base.context import context

    prefixes = [Path(prefix) for prefix in dict.fromkeys(changed_prefixes)]
    changed_prefixes.clear()
    if command == "rename":
        return prefixes or [_renamed_to(str(options["destination"]))]
    # Up to 26.5 `env create` and `env update` leave base as the target where the name stands in the file.
    told = options.get("name") or options.get("prefix") or not command.startswith("env_")
    target = Path(context.target_prefix)
    return prefixes if target in prefixes or not told else [*prefixes, target]


def _renamed_to(destination: str) -> Path:
    """Where `conda rename` put an environment without packages, which has no transaction."""
    from conda.base.context import context

    if "/" in destination or "\\" in destination:
        return Path(destination).absolute()
    folders = [Path(folder, destination) for folder in context.envs_dirs]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
