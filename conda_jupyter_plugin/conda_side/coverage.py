"""Which environments can become kernels, and which do so by themselves."""

from __future__ import annotations

from pathlib import Path

from ..core.environment import same_prefix
from ..settings import ALL, NAMED


def foreign_platform() -> bool:
    """Whether the command works for another platform than this machine's."""
    from conda.base.context import context

    return bool(context.subdir != context._native_subdir())


def is_covered(prefix: Path, auto: str) -> bool:
    """Whether an environment becomes a kernel by itself.

    Args:
        prefix: The environment.
        auto: The setting `plugins.kernel_auto`.

    Returns:
        True for base and what lies right in an envs directory under `named`, for every one under `all`.
    """
    from conda.base.context import context

    if auto != NAMED:
        return auto == ALL
    if same_prefix(prefix, Path(context.root_prefix)):
        return True
    return any(same_prefix(prefix.parent, Path(folder)) for folder in context.envs_dirs)
