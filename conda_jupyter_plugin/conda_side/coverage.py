"""Which environments can become kernels, and which do so by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..core.environment import same_prefix
from ..core.platforms import Machine
from ..settings import ALL, NAMED

if TYPE_CHECKING:
    from collections.abc import Iterable


def foreign_platform() -> bool:
    """Whether the command works for a platform whose programs do not run on this machine."""
    from conda.base.context import context

    return context.subdir != context._native_subdir() and not Machine.this().runs(context.subdir)


def is_covered(prefix: Path, auto: str) -> bool:
    """Whether an environment becomes a kernel by itself.

    Args:
        prefix: The environment.
        auto: The setting `plugins.kernel_auto`.
    """
    from conda.base.context import context

    return covers(auto, prefix, Path(context.root_prefix), map(Path, context.envs_dirs))


def covers(auto: str, prefix: Path, base: Path, envs_folders: Iterable[Path]) -> bool:
    """Say what the setting `plugins.kernel_auto` means for an environment.

    Args:
        auto: The setting.
        prefix: The environment.
        base: The base environment.
        envs_folders: The folders of named environments.

    Returns:
        True for base and what lies right in an envs folder under `named`, for every one under `all`.
    """
    if auto != NAMED:
        return auto == ALL
    return same_prefix(prefix, base) or any(same_prefix(prefix.parent, folder) for folder in envs_folders)
