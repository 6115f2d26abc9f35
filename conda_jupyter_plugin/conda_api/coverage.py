"""Which environments can become kernels, and which do so by themselves."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from .. import settings
from ..core.environment.environment import canonical
from ..core.environment.platforms import Machine

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
        As `settings.covers`.
    """
    return settings.covers(auto, prefix, {canonical(base)}, set(map(canonical, envs_folders)))
