"""Which environments are others that were moved, or renamed while nobody followed."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .discovery import find_readable_kernels
from .environment import canonical, identify
from .errors import UnreadableError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .models import Environment


def former_prefixes(environments: Iterable[Environment], known: Iterable[Path]) -> dict[str, Path]:
    """Find out which environments had another prefix before.

    Args:
        environments: Environments that no kernel is registered for.
        known: Prefixes that kernels are registered for.

    Returns:
        The former prefix of each environment that has one, by the environment's canonical prefix now.
    """
    gone = [prefix for prefix in known if not _is_there(prefix)]
    moved = {}
    for environment in environments if gone else ():
        former = next((prefix for prefix in gone if _came_from(environment, prefix)), None)
        if former:
            gone.remove(former)
            moved[canonical(environment.prefix)] = former
    return moved


def _is_there(prefix: Path) -> bool:
    try:
        return identify(prefix) is not None
    except UnreadableError:
        return True


def _came_from(environment: Environment, former: Path) -> bool:
    with suppress(UnreadableError):
        kernels, _ = find_readable_kernels(environment)
        # What was moved by hand still names the place where it was installed.
        if any(Path(kernel.spec["argv"][0]).is_relative_to(former) for kernel in kernels):
            return True
    return _was_renamed(environment, former)


def _was_renamed(environment: Environment, former: Path) -> bool:
    """Whether `conda rename` made the environment, by the first command in its `conda-meta/history`."""
    try:
        text = (environment.prefix / "conda-meta" / "history").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    command = re.search(r"(?m)^# cmd: (.*)$", text)
    source = "|".join(map(re.escape, (former.name, str(former), os.path.join(former, ""))))
    renamed = rf" rename (.* )?(-n|--name|-p|--prefix)[ =]({source})( |$)"
    return command is not None and re.search(renamed, command[1]) is not None
