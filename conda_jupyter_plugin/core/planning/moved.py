"""Recognizes environments that were moved or renamed without the hooks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.absence import is_gone, observe
from ..environment.environment import history_of, identify, is_there, program_directories
from ..environment.versions import FILE_NAME
from ..errors import UnreadableError
from ..failures import passing_over
from ..kernelspec.survey import find_readable_kernels
from ..system.path_text import paths_into
from ..system.reading import is_present, names_in, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any

    from ..models import Choices, Environment, Kernel, Owner

_LARGEST = 100_000
"""The largest script, in bytes, that is searched for the original prefix."""


def find_moved(environments: Iterable[Environment], owners: Iterable[Owner]) -> tuple[Environment, ...]:
    """Find out which environments had another prefix before.

    Args:
        environments: Environments that no kernel is registered for.
        owners: Whom kernels are registered for.

    Returns:
        Those that had, each with its previous prefix.
    """
    missing = {owner.prefix: owner for owner in owners if not is_there(owner.prefix)}
    gone = {prefix: owner for prefix, owner in missing.items() if is_gone(owner)}
    away = [owner for owner in missing.values() if owner.prefix not in gone]
    moved: list[Environment] = []
    for environment in environments if missing else ():
        lost = {**gone, **{owner.prefix: owner for owner in away if _is_on(owner, environment)}}
        previous = _moved_from(environment, lost) or _renamed_from(environment, lost)
        if previous:
            gone.pop(previous, None)
            away = [owner for owner in away if owner.prefix != previous]
            moved.append(replace(environment, previous=previous))
    return tuple(moved)


def is_where_it_was_made(environment: Environment, kernels: Mapping[str, Kernel]) -> bool:
    """Whether an environment's own files name the place where it is: then it has not moved."""
    if environment.manager == "venv":
        return paths_into(environment.prefix).search(_where_installed(environment)) is not None
    return any(environment.prefix in Path(kernel.spec["argv"][0]).parents for kernel in kernels.values())


def with_previous(environment: Environment, owners: Iterable[Owner]) -> Environment:
    """Describe an environment with the prefix that it had before, if it has moved.

    Args:
        environment: An environment that no kernel is registered for.
        owners: Whom kernels are registered for.
    """
    installed = _where_installed(environment)
    plausible = [
        owner
        for owner in owners
        if owner.environment == environment.name or any(str(place) in installed for place in _places(owner))
    ]
    return next(iter(find_moved([environment], plausible)), environment)


def places_beside(owners: Iterable[Owner]) -> Iterator[Environment]:
    """Look for virtual environments that may be missing ones, a folder around them having another name now.

    Args:
        owners: Whom kernels are registered for.

    Yields:
        What is at the same place below each neighbour of the folder that is gone.
    """
    for parent, below in dict.fromkeys(_neighbourhoods(owners)):
        with passing_over(UnreadableError):
            for name in names_in(parent):
                environment = identify(parent.joinpath(name, *below))
                if environment and environment.manager == "venv":
                    yield environment


def _neighbourhoods(owners: Iterable[Owner]) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Name what is left of the folders around missing ones, and where below its folders they would be."""
    for owner in owners:
        if owner.manager == "venv" and is_gone(owner):
            with passing_over(UnreadableError):
                nearest = next(parent for parent in owner.prefix.parents if is_present(parent))
                yield nearest, owner.prefix.relative_to(nearest).parts[1:]


def moved_along(choices: Choices, previous: Path, prefix: Path) -> Choices:
    """Let what was chosen for an environment's kernel follow the environment to where it is now.

    Args:
        choices: What was chosen while it was at its former prefix, whose paths may be in there.
        previous: Its former prefix.
        prefix: Its prefix now.

    Returns:
        The choices with every path into the environment as it is now: in values of variables, and in what
        somebody wrote by hand.
    """
    inside = paths_into(previous)

    def follow(value: Any) -> Any:
        if isinstance(value, str):
            return inside.sub(lambda _: str(prefix), value)
        if isinstance(value, list):
            return [follow(item) for item in value]
        return {key: follow(item) for key, item in value.items()} if isinstance(value, dict) else value

    spec = choices.spec and follow(dict(choices.spec))
    return replace(choices, env=follow(dict(choices.env)), spec=spec)


def _is_on(owner: Owner, environment: Environment) -> bool:
    """Whether an environment is on the file system that a missing one was on, mounted elsewhere by now."""
    origin = owner.origin
    if origin is None or not origin.file_system:
        return False
    return replace(observe(environment.prefix), mount=origin.mount) == origin


def _moved_from(environment: Environment, gone: Mapping[Path, Owner]) -> Path | None:
    """Find where an environment was before it was moved by hand: its files name where it was installed."""
    kernels: Iterable[Kernel] = ()
    with passing_over(UnreadableError):
        kernels, _ = find_readable_kernels(environment)
    programs = [Path(kernel.spec["argv"][0]) for kernel in kernels]
    outside = [path for path in programs if path.is_absolute() and environment.prefix not in path.parents]
    first = next((parent for path in outside for parent in path.parents if parent in gone), None)
    if first or environment.manager == "venv":
        return first or _moved_with_project(environment, gone)
    if not any(path.parent.parent.name == environment.prefix.name for path in outside):
        return None
    # It has moved before: of the places since then, the name is all that is known.
    return min((prefix for prefix in gone if prefix.name == environment.prefix.name), default=None)


def _moved_with_project(environment: Environment, gone: Mapping[Path, Owner]) -> Path | None:
    """Find where a virtual environment was: its kernels name no program by its path, but its scripts do."""
    installed = _where_installed(environment)
    if paths_into(environment.prefix).search(installed):
        return None
    for prefix, owner in gone.items():
        for place in _places(owner):
            if str(place) in installed and paths_into(place).search(installed):
                return prefix
    return None


def _places(owner: Owner) -> tuple[Path, ...]:
    """The places that the files of an environment may name: where it was, and where it was made."""
    return (owner.prefix, owner.made) if owner.made else (owner.prefix,)


def _where_installed(environment: Environment) -> str:
    """Read what names the place that a virtual environment was made in, whatever made it."""
    if environment.manager != "venv":
        return ""
    folder = program_directories(environment)[0]
    paths = (environment.prefix / FILE_NAME, *(folder / name for name in ("activate", "activate.bat", "pip")))
    texts = []
    for path in paths:
        with passing_over(UnreadableError):
            texts.append(read_if_there(path, _LARGEST) or "")
    return "\n".join(texts)


def _renamed_from(environment: Environment, gone: Mapping[Path, Owner]) -> Path | None:
    """Find what `conda rename` made an environment of, by the first command in its `conda-meta/history`."""
    text = history_of(environment.prefix)
    command = re.search(r"(?m)^# cmd: (.* rename .*)$", text.partition("\n==>")[0])
    for prefix in gone if command else ():
        source = "|".join(map(re.escape, (prefix.name, str(prefix), os.path.join(prefix, ""))))
        if command and re.search(rf" (-n|--name|-p|--prefix)[ =]({source})( |$)", command[1]):
            return prefix
    return None
