"""Finds the environments of conda, mamba and micromamba: environments.txt, folders and variables."""

from __future__ import annotations

import os
import re
import shutil
import sys
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.environment.environment import canonical, conda_root, identify, is_conda
from ...core.environment.exclusion import is_excluded
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.system.reading import names_in, read_if_there
from ...settings import covers
from .configuration import Configuration, read_configuration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ...core.models import Environment

ENVIRONMENTS_TXT = "~/.conda/environments.txt"
"""The file in which conda, mamba and micromamba note each prefix that they create."""

_INSTALLERS = ("miniforge3", "mambaforge", "miniconda3", "anaconda3")
_ENVS_FOLDERS = ("~/.conda/envs", "~/micromamba/envs", "~/.local/share/mamba/envs")


@dataclass(frozen=True)
class Known:
    """The known environments of all condas.

    Attributes:
        condas: The base environments, the one that is likely to be meant first.
        envs_folders: The folders of named environments, whether or not they are there.
        other_folders: Folders of that kind in which environments are listed, be they whose they may.
        listed: The prefixes of environments.txt, whether or not they are there.
        configuration: What is configured.
    """

    condas: tuple[Path, ...]
    envs_folders: tuple[Path, ...]
    other_folders: tuple[Path, ...]
    listed: tuple[Path, ...]
    configuration: Configuration

    def environments(self) -> Iterator[Environment]:
        """All conda environments in the folders, all bases, and all listed ones."""
        prefixes = [*self.condas, *self.listed]
        for folder in self.envs_folders + self.other_folders:
            with passing_over(UnreadableError):
                prefixes += (folder / name for name in names_in(folder))
        for prefix in {canonical(prefix): prefix for prefix in prefixes}.values():
            with passing_over(UnreadableError):
                environment = identify(prefix)
                if environment and environment.manager == "conda":
                    yield environment

    def covers(self, environment: Environment) -> bool:
        """Whether `plugins.kernel_auto` lets an environment automatically become a kernel."""
        prefix, auto = environment.prefix, self.configuration.auto
        if is_excluded(environment, self.configuration.exclude):
            return False
        bases, folders, others = self._canonical
        return covers(auto, prefix, bases, folders) or (
            covers(auto, prefix, bases, others) and is_of_this_user(prefix)
        )

    @cached_property
    def condas_with_plugin(self) -> tuple[Path, ...]:
        """The condas that have this project installed, and update the kernels of their environments."""
        return tuple(conda for conda in self.condas if has_plugin(conda))

    @cached_property
    def _canonical(self) -> tuple[frozenset[str], ...]:
        """The bases, the folders and the further ones, each by the one way to write it."""
        kinds = (self.condas, self.envs_folders, self.other_folders)
        return tuple(frozenset(map(canonical, paths)) for paths in kinds)

    def root_of(self, environment: Environment) -> Path | None:
        """The base environment of the conda whose environment it is, else of the one that is likely."""
        return conda_root(environment.prefix, self.envs_folders) or next(iter(self.condas), None)


def find_known() -> Known:
    """Find out what is known of conda's environments; no conda is run."""
    listed = tuple(_listed())
    condas = _once(filter(_is_conda, _candidates(listed)))
    configuration = read_configuration(condas[0] if condas else None)
    mamba = os.environ.get("MAMBA_ROOT_PREFIX")
    folders = [
        *configuration.envs_folders,
        *(conda / "envs" for conda in condas),
        *([Path(mamba, "envs")] if mamba and os.path.isabs(mamba) else []),
        *(Path(os.path.expanduser(folder)) for folder in _ENVS_FOLDERS),
    ]
    others = (prefix.parent for prefix in listed if prefix.parent.name == "envs")
    return Known(condas, _once(folders), _once(others), listed, configuration)


def is_of_this_user(prefix: Path) -> bool:
    """Whether this user, or the administrator, has made an environment: nobody else's code is run unasked."""
    return not hasattr(os, "getuid") or os.stat(prefix).st_uid in (os.getuid(), 0)


def has_plugin(conda: Path) -> bool:
    """Whether a conda has this project in it, and so sees to its environments' kernels itself."""
    with passing_over(UnreadableError):
        folders = [conda / "lib" / name / "site-packages" for name in names_in(conda / "lib")]
        folders.append(conda / "Lib" / "site-packages")
        names = (name for folder in folders for name in names_in(folder))
        return any(re.fullmatch(r"conda_jupyter_plugin-.*\.(dist|egg)-info", name) for name in names)
    return False


def _listed() -> Iterator[Path]:
    with passing_over(UnreadableError):
        for line in (read_if_there(Path(os.path.expanduser(ENVIRONMENTS_TXT))) or "").splitlines():
            if os.path.isabs(line.strip()) and "\0" not in line:
                yield Path(line.strip())


def _candidates(listed: Iterable[Path]) -> Iterator[Path]:
    for program in (os.environ.get("CONDA_EXE"), shutil.which("conda")):
        if program and os.path.isabs(program):
            yield Path(program).parent.parent
            yield Path(os.path.realpath(program)).parent.parent
    for prefix in (*listed, Path(sys.prefix)):
        yield prefix
        if prefix.parent.name == "envs":
            yield prefix.parent.parent
    yield from (Path(os.path.expanduser("~"), name) for name in _INSTALLERS)


def _is_conda(prefix: Path) -> bool:
    with passing_over(UnreadableError):
        return is_conda(prefix) and conda_root(prefix) == prefix
    return False


def _once(folders: Iterable[Path]) -> tuple[Path, ...]:
    found: dict[str, Path] = {}
    for folder in folders:
        found.setdefault(canonical(folder), folder)
    return tuple(found.values())
