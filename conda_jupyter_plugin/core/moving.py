"""Which environments are others that were moved, or renamed while nobody followed."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .absence import is_gone, observe
from .discovery import find_readable_kernels
from .environment import canonical, history_of, is_there
from .errors import UnreadableError
from .log import passing_over

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet

    from .models import Choices, Environment, Kernel, Owner


def former_prefixes(environments: Iterable[Environment], owners: Iterable[Owner]) -> dict[str, Path]:
    """Find out which environments had another prefix before.

    Args:
        environments: Environments that no kernel is registered for.
        owners: Whom kernels are registered for.

    Returns:
        The former prefix of each environment that has one, by the environment's canonical prefix now.
    """
    missing = {owner.prefix: owner for owner in owners if not is_there(owner.prefix)}
    moved = {}
    for environment in environments if missing else ():
        gone = {prefix for prefix, owner in missing.items() if is_gone(owner) or _is_on(owner, environment)}
        former = _moved_from(environment, gone) or _renamed_from(environment, gone)
        if former:
            del missing[former]
            moved[canonical(environment.prefix)] = former
    return moved


def paths_into(prefix: Path) -> re.Pattern[str]:
    """Find a prefix in a text: it ends where a folder's name does, and begins where no name goes on."""
    return re.compile(rf"(?<![\w.~+@-]){re.escape(str(prefix))}(?=[/\\:;,\"'\s)\]}}&|]|$)")


def moved_along(choices: Choices, former: Path, prefix: Path) -> Choices:
    """Let what was chosen for an environment's kernel follow the environment to where it is now.

    Args:
        choices: What was chosen while it was at its former prefix, whose paths may be in there.
        former: Its former prefix.
        prefix: Its prefix now.

    Returns:
        The choices with every path into the environment as it is now: in values of variables, and in what
        somebody wrote by hand.
    """
    inside = paths_into(former)

    def follow(value: Any) -> Any:
        if isinstance(value, str):
            return inside.sub(lambda _: str(prefix), value)
        if isinstance(value, list):
            return [follow(item) for item in value]
        return {key: follow(item) for key, item in value.items()} if isinstance(value, dict) else value

    spec = choices.spec and follow(dict(choices.spec))
    return replace(choices, env=follow(dict(choices.env)), spec=spec)


def _is_on(owner: Owner, environment: Environment) -> bool:
    """Whether an environment lies on the file system that a missing one lay on, mounted elsewhere by now."""
    there = owner.origin
    if there is None or not there.file_system:
        return False
    return replace(observe(environment.prefix), mount=there.mount) == there


def _moved_from(environment: Environment, gone: AbstractSet[Path]) -> Path | None:
    """Find where an environment was before it was moved by hand: its files name where it was installed."""
    kernels: Iterable[Kernel] = ()
    with passing_over(UnreadableError):
        kernels, _ = find_readable_kernels(environment)
    programs = [Path(kernel.spec["argv"][0]) for kernel in kernels]
    elsewhere = [path for path in programs if path.is_absolute() and environment.prefix not in path.parents]
    first = next((parent for path in elsewhere for parent in path.parents if parent in gone), None)
    if first or not any(path.parent.parent.name == environment.prefix.name for path in elsewhere):
        return first
    # It has moved before: of the places since then, the name is all that is known.
    return min((prefix for prefix in gone if prefix.name == environment.prefix.name), default=None)


def _renamed_from(environment: Environment, gone: AbstractSet[Path]) -> Path | None:
    """Find what `conda rename` made an environment of, by the first command in its `conda-meta/history`."""
    text = history_of(environment.prefix)
    command = re.search(r"(?m)^# cmd: (.* rename .*)$", text.partition("\n==>")[0])
    for prefix in gone if command else ():
        source = "|".join(map(re.escape, (prefix.name, str(prefix), os.path.join(prefix, ""))))
        if command and re.search(rf" (-n|--name|-p|--prefix)[ =]({source})( |$)", command[1]):
            return prefix
    return None
