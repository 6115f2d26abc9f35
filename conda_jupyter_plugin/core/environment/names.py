"""Names an environment by its folder, by its project's folder, or `base`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..errors import UnreadableError
from ..failures import passing_over
from ..system.path_text import for_everybody
from ..system.reading import is_present
from .versions import read_pyvenv

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ..models import Environment, Manager

# Folders that are named alike in every project: there the project's folder is what people say.
_GENERIC = frozenset({".venv", "venv", ".env", "env", ".conda", ".pixi", ".direnv"})

_ENVS, _DEFAULT = "envs", "default"

_DIRENV = ".direnv"
"""direnv's environments: `.direnv/python-3.12`."""

_CUT = 42
"""The most letters of a project's name in a folder's name: poetry and pipenv cut it."""

# Folders whose name tells no environment from another one.
_SAYING_NOTHING = _GENERIC | {_ENVS, ".tox", ".nox"}


def name_of(prefix: Path, manager: Manager, envs_folders: Iterable[Path] = ()) -> str:
    """Say what people call an environment.

    Args:
        prefix: Its absolute path; it need not exist yet.
        manager: Who makes it.
        envs_folders: The folders of conda's named environments, as far as they are known.

    Returns:
        `base` for what conda itself lives in, the folder's name for a named environment and for every other
        one, the name of the project's folder where that is a generic one.
    """
    if manager == "conda":
        in_envs = prefix.parent.name == _ENVS and prefix.name != _DEFAULT
        if in_envs or is_envs_folder(prefix.parent, envs_folders):
            return for_everybody(prefix.name)
        # Base has conda's own launchers; so has a named environment with the package conda in it.
        if is_present(prefix / "condabin"):
            return "base"
    prompt = _prompt_of_hashed(prefix) if manager == "venv" else None
    return for_everybody(prompt or _project(prefix).name or prefix.name)


def named(environment: Environment, envs_folders: Iterable[Path]) -> Environment:
    """Name an environment again, with conda's known folders."""
    name = name_of(environment.prefix, environment.manager, envs_folders)
    return environment if name == environment.name else replace(environment, name=name)


def called_after(environment: Environment) -> Path:
    """Name the folder that an environment is called after; its `base` is as if it lay inside the prefix."""
    prefix = environment.prefix
    if environment.name == for_everybody(prefix.name) or _is_hashed(environment):
        return prefix
    project = _project(prefix)
    return project if environment.name == for_everybody(project.name) else prefix / environment.name


def longer_names(environment: Environment) -> tuple[str, ...]:
    """Write an environment's name in more and more detail.

    Returns:
        Its name, then with the name of one more folder around it in front each time, and its whole path.
    """
    names = [environment.name]
    if _is_hashed(environment):
        # The folders around it are the tool's: they tell nothing of the project.
        return (*names, for_everybody(environment.prefix.name), str(environment.prefix))
    for folder in called_after(environment).parents:
        if folder.name and folder.name.lower() not in _SAYING_NOTHING:
            names.append(f"{folder.name}/{names[-1]}")
    return (*names, str(environment.prefix))


def name_with_parent(environment: Environment) -> str:
    """Write an environment's name in more detail: with the parent folder, or its tool's hash."""
    if _is_hashed(environment):
        return environment.prefix.name
    return f"{called_after(environment).parent.name}-{environment.name}"


def is_envs_folder(folder: Path, envs_folders: Iterable[Path] = ()) -> bool:
    """Whether a folder is one of conda's folders of named environments, by configuration or by its files.

    Args:
        envs_folders: Those that are known.
    """
    if folder in envs_folders or is_present(folder / ".conda_envs_dir_test"):
        # conda leaves that file where it makes a named environment: its `create_envs_directory`.
        return True
    parent = folder.parent
    return folder.name == _ENVS and (parent.name == ".conda" or is_present(parent / "condabin"))


def _is_hashed(environment: Environment) -> bool:
    """Whether an environment is called as its prompt is, its folder having a hash in its name."""
    return environment.name == _prompt_of_hashed(environment.prefix)


def _prompt_of_hashed(prefix: Path) -> str | None:
    """Give the prompt of an environment whose folder has a hash in its name: poetry, pipenv and pdm do that.

    Args:
        prefix: Its path: `opencv-AznrUD1N-py3.12` where the prompt is `opencv-py3.12`.

    Returns:
        The prompt in `pyvenv.cfg`; None where the folder is not made of it.
    """
    if not re.search(r"-[\w-]{8}(-|$)", prefix.name):
        return None
    prompt = ""
    with passing_over(UnreadableError):
        prompt = read_pyvenv(prefix).get("prompt", "").strip("'\"")
    stem, dash, version = prompt.rpartition("-")
    folder = _folded(prefix.name)
    for name, end in ((prompt, ""), (stem, dash + version)):
        made = rf"{re.escape(_folded(name)[:_CUT])}-[a-z0-9-]{{8}}{re.escape(_folded(end))}"
        if name and re.fullmatch(made, folder):
            return prompt
    return None


def _folded(text: str) -> str:
    """Write a text in what a folder's name may hold, as each of the tools does in its own way."""
    return re.sub("[^a-z0-9.]", "-", text.lower())


def _project(prefix: Path) -> Path:
    folder = prefix
    while folder.name:
        if folder.name.lower() in _GENERIC:
            folder = folder.parent
        elif folder == prefix and (folder.parent.name, folder.name) == (_ENVS, _DEFAULT):
            folder = folder.parent.parent
        elif folder == prefix and folder.parent.name == _DIRENV:
            folder = folder.parent
        else:
            return folder
    return prefix
