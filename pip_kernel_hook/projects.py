"""Finds a project's virtual environment, in the project or where its tool keeps it."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.host import Meant
from conda_jupyter_plugin.core.dataclass import dataclass
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.environment.search import PROJECT, USUAL_NAMES, folders_of_project
from conda_jupyter_plugin.core.errors import UnreadableError
from conda_jupyter_plugin.core.failures import passing_over
from conda_jupyter_plugin.core.system.reading import is_present, names_in, read_if_there

from .workspaces import workspaces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conda_jupyter_plugin.core.models import Environment

_UV_VARIABLE = "UV_PROJECT_ENVIRONMENT"
"""Where uv keeps a project's environment: https://docs.astral.sh/uv/concepts/projects/config/"""

_SECONDS = 60.0


@dataclass(frozen=True)
class _Tool:
    """A tool that keeps environments elsewhere.

    Attributes:
        name: Its program.
        files: The files that only its projects have.
        mention: What their pyproject.toml says.
        question: The words that make it print the path of an environment, or of a program in one.
    """

    name: str
    files: tuple[str, ...]
    mention: str
    question: tuple[str, ...]


_TOOLS = (
    _Tool("poetry", ("poetry.lock",), r"\[tool\.poetry\b|poetry\.core", ("env", "info", "--path")),
    _Tool("pipenv", ("Pipfile",), r"\[tool\.pipenv\b", ("--venv",)),
    _Tool("pdm", ("pdm.lock", ".pdm-python"), r"\[tool\.pdm\b|pdm\.backend", ("info", "--python")),
    _Tool("hatch", ("hatch.toml",), r"\[tool\.hatch\b|hatchling", ("env", "find")),
)


def find_of_project(folder: Path, *, parents: bool = True) -> Meant | None:
    """Find the environment of the project that a folder belongs to.

    Args:
        folder: The folder; its absolute path.
        parents: Whether it may be in any parent folder up to the project's root, not at that of uv alone.

    Returns:
        The nearest one; None if there is none.

    Raises:
        UnreadableError: A folder cannot be read.
    """
    for project in _up_to_root(folder) if parents else (folder, *workspaces_of(folder)):
        for path in _usual(project):
            if environment := identify(path):
                return Meant(environment, f"{environment.prefix} (of {project})")
        for tool in _TOOLS:
            if environment := _ask(tool, project):
                return Meant(environment, f"{environment.prefix} (from {tool.name}, for {project})")
    return None


def _usual(folder: Path) -> Iterator[Path]:
    """The usual folders of a project's environment, the likeliest first."""
    variable = os.environ.get(_UV_VARIABLE)
    if variable and is_present(folder / PROJECT):
        yield folder / variable
    yield from (folder / name for name in USUAL_NAMES)
    layouts = folder / ".direnv"
    versions = [name for name in names_in(layouts) if name.startswith("python-")]
    yield from (layouts / name for name in sorted(versions, key=_version, reverse=True))


def _version(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d{1,9}", name)]


def missing_tool(folder: Path) -> str | None:
    """Name a tool that would know of the environment of a project, were it on PATH."""
    from shutil import which

    for project in _up_to_root(folder):
        for tool in _TOOLS:
            if _is_of(tool, project) and which(tool.name) is None:
                return tool.name
    return None


def _up_to_root(folder: Path) -> Iterator[Path]:
    """Go up to the root of a project, or its workspace's."""
    for parent in folders_of_project(folder):
        yield parent
    yield from workspaces_of(parent)


def _ask(tool: _Tool, folder: Path) -> Environment | None:
    """Ask a tool for the environment of a project that uses it."""
    if not _is_of(tool, folder):
        return None
    from shutil import which

    if (program := which(tool.name)) is None:
        return None
    for line in reversed(_answer([program, *tool.question], folder)):
        path = Path(line.strip())
        with passing_over(UnreadableError):
            for prefix in (path, path.parent.parent) if path.is_absolute() else ():
                if environment := identify(prefix):
                    return environment
    return None


def _is_of(tool: _Tool, folder: Path) -> bool:
    if any(is_present(folder / name) for name in tool.files):
        return True
    with passing_over(UnreadableError):
        return re.search(tool.mention, read_if_there(folder / PROJECT) or "") is not None
    return False


def _answer(command: Sequence[str], folder: Path) -> list[str]:
    from .creating.processes import run_to_end

    # Each takes an active environment for the project's own.
    variables = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    return run_to_end(command, variables, folder=folder, seconds=_SECONDS)[1].splitlines()
