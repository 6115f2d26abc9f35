"""Every environment below a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UnreadableError
from ..failures import passing_over
from ..system.reading import is_present
from .environment import environment_to_be, identify
from .versions import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Mapping

    from ..models import Environment

    Names = Mapping[str, bool]
    """The entries of a folder, and whether each is a folder and not a link."""

USUAL_NAMES = (".venv", "venv", "env")
"""The usual names of an environment inside a project."""

PROJECT = "pyproject.toml"
"""The file that every Python project has."""

# Many files, and no environment that anybody works in.
_PASSED_OVER = frozenset(
    {"node_modules", "site-packages", "__pycache__", ".git", ".hg", ".svn", "__pypackages__"}
)

_OF_ENVIRONMENT = frozenset({"bin", "lib", "lib64", "include", "share", "etc", "man", "scripts"})
"""The folders of an environment itself; beside them may be a project with environments of its own."""

_OF_CONDA = "conda-meta"


def scan_folder(folder: str) -> Names:
    """List a folder; empty if it is unreadable."""
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    except OSError:
        return {}


def environments_below(folder: Path, look: Callable[[str], Names] = scan_folder) -> Iterator[Environment]:
    """Find every environment in a folder and the folders below; links to folders are not followed.

    Args:
        folder: Its absolute path.
        look: Lists a folder.

    Yields:
        The environments, in the order of their paths; of what is in one of conda's none.
    """
    to_do = [str(folder)]
    while to_do:
        path = to_do.pop()
        names, passed_over = look(path), _PASSED_OVER
        if _OF_CONDA in names:
            yield environment_to_be(Path(path), "conda")
            continue
        if names.get(FILE_NAME) is False:
            yield environment_to_be(Path(path))
            passed_over |= _OF_ENVIRONMENT
        to_do += _within(path, names, passed_over)


def folders_below(folder: Path) -> Iterator[tuple[str, Names]]:
    """Go through a folder and those below where somebody may keep files; links to folders are not followed.

    Yields:
        The path of each, and what is in it.
    """
    to_do = [str(folder)]
    while to_do:
        path = to_do.pop()
        names = scan_folder(path)
        yield path, names
        is_environment = FILE_NAME in names or _OF_CONDA in names
        to_do += _within(path, names, _PASSED_OVER | _OF_ENVIRONMENT if is_environment else _PASSED_OVER)


def _within(path: str, names: Names, passed_over: Container[str]) -> list[str]:
    """Give the folders in a folder, the first one last."""
    within = sorted(name for name in names if names[name] and name.lower() not in passed_over)
    return [os.path.join(path, name) for name in reversed(within)]


def folders_of_project(folder: Path) -> tuple[Path, ...]:
    """Go up from a folder to the root of its project: to its repository, else to its pyproject.toml.

    Raises:
        UnreadableError: A folder cannot be read.
    """
    above = (folder, *folder.parents)
    for marker in (".git", PROJECT):
        for number, parent in enumerate(above):
            if is_present(parent / marker):
                return above[: number + 1]
    return (folder,)


def environments_at(prefixes: Iterable[Path]) -> Iterator[Environment]:
    """Give the environments at some paths, where there are any that can be read."""
    for prefix in prefixes:
        with passing_over(UnreadableError):
            if environment := identify(prefix):
                yield environment


def names_of_neighbours(prefix: Path) -> Iterator[str]:
    """Name the environments in the folder that an environment would lie in."""
    folder = str(prefix.parent)
    for name in scan_folder(folder):
        if any(os.path.lexists(os.path.join(folder, name, mark)) for mark in (FILE_NAME, _OF_CONDA)):
            yield name
