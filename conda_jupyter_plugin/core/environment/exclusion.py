"""Environments that are left out by patterns of their names and prefixes."""

from __future__ import annotations

import os
from fnmatch import fnmatch
from typing import TYPE_CHECKING

from .environment import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..models import Environment


def without_excluded(environments: Iterable[Environment], patterns: Iterable[str]) -> list[Environment]:
    """Leave out the environments that a pattern fits."""
    texts = list(patterns)
    return [environment for environment in environments if not is_excluded(environment, texts)]


def is_excluded(environment: Environment, patterns: Iterable[str]) -> bool:
    """Whether a pattern fits an environment.

    Args:
        patterns: As a shell has them, such as `build-*`, `/tmp/*` and `~/old/*`: one with a slash is for
            prefixes, where `*` stands for slashes too; every other one is for names.
    """
    return any(_fits(environment, pattern) for pattern in patterns)


def _fits(environment: Environment, pattern: str) -> bool:
    prefix = environment.prefix
    if "/" in pattern or os.sep in pattern:
        pattern = os.path.expandvars(os.path.expanduser(pattern)).rstrip("/\\")
        return any(fnmatch(path, pattern) for path in (str(prefix), canonical(prefix)))
    return any(fnmatch(name, pattern) for name in (environment.name, prefix.name))
