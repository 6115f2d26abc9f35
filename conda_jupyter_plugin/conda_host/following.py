"""Updates kernels after conda's commands without `--kernel`.

Every transaction passes here. Most concern no kernel: what follows is in `changed_environments`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..conda_api.transaction import changed_prefixes
from ..settings import OFF, location_prefix, read_auto

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any


def follow_command(command: str, *, registers: bool = True) -> None:
    """Bring the kernels in line with what a command has changed, and say so in a line for each.

    Args:
        command: The conda command's name, as its post-command hook gives it.
        registers: Whether what is not registered becomes a kernel: not where the project itself is gone.

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
    from .changed_environments import follow_changed

    follow_changed(command, prefixes, auto if registers else OFF)


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
    """The new prefix of an environment without packages after `conda rename`, which has no transaction."""
    from conda.base.context import context

    if "/" in destination or "\\" in destination:
        return Path(destination).absolute()
    folders = [Path(folder, destination) for folder in context.envs_dirs]
    return next((folder for folder in folders if folder.is_dir()), folders[0])
