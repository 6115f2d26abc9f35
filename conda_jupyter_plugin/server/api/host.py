"""The server, as the shared verbs see it: conda's environments by their files, and those in its folders."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ...cli.host import Meant, Output, TargetEnvironment
from ...conda_api.files.environments import find_known
from ...core.environment.environment import canonical, conda_root, identify, same_prefix
from ...core.environment.exclusion import without_excluded
from ...core.environment.search import USUAL_NAMES, environments_at, environments_below, scan_folder
from ...core.errors import NotAnEnvironmentError, UsageError
from ...core.kernelspec.kernel_packages import kernel_command, kernel_package_for
from ...core.system.permissions import is_safe_at
from ...core.verbs.looking import look_everywhere
from ..condas import configured_location, covered_environments, rules_of_files
from .installing import install_into

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from ...core.jupyter.locations import Location
    from ...core.jupyter.registry import Registry
    from ...core.models import Environment
    from ...core.rules import Rules

_PACKAGE = __package__


class ServerHost:
    """The command that the server runs.

    Args:
        folder: The server's root folder.
        folders: The folders of `KernelSync.folders`, searched with their subfolders.
    """

    variables = ""
    verbs: Mapping[str, str] = {
        "create": f"{_PACKAGE}.creating",
        "install": f"{_PACKAGE}.repairing",
        "overview": f"{_PACKAGE}.overview",
    }

    def __init__(self, folder: str, folders: Sequence[str]) -> None:
        self.folder = Path(folder)
        self._folders = [Path(os.path.abspath(os.path.expanduser(path))) for path in folders]
        self.known = find_known()
        self.condas = self.known.condas_with_plugin
        self.conda = next(iter((*self.condas, *self.known.condas)), None)
        """The conda that creates environments."""
        self.command = "conda kernel" if self.condas else "pip-kernel"
        self.active_prefix = os.environ.get("CONDA_PREFIX") or os.environ.get("VIRTUAL_ENV")

    @cached_property
    def rules(self) -> Rules:
        """The rules for kernels of environments that no conda with this project has."""
        return rules_of_files(self.known)

    @cached_property
    def registry(self) -> Registry:
        """All kernels, as they are when they are asked for first."""
        return look_everywhere(self.default_location(), self.rules, self.active_prefix)[0]

    @property
    def exclude(self) -> Sequence[str]:
        """The patterns of `plugins.kernel_exclude`."""
        return self.known.configuration.exclude

    def default_location(self) -> Location:
        """The location of `plugins.kernel_location`."""
        return configured_location(self.known)

    def environments_to_register(self) -> Sequence[Environment]:
        """Those in the named folders, and those of conda that `plugins.kernel_auto` covers."""
        named = without_excluded(self._in_folders(), self.exclude)
        return [*named, *covered_environments(self.known, self.known.environments())]

    def working_environments(self) -> Sequence[Environment]:
        """None: nobody works in a server."""
        return ()

    def all_environments(self) -> Sequence[Environment]:
        """All that conda knows, those in the server's folders, and those that have a kernel."""
        found = [*self.known.environments(), *self._in_folders(), *self._in(self.folder), *self._registered()]
        return list({canonical(environment.prefix): environment for environment in found}.values())

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add the environment's prefix."""
        parser.add_argument("prefix")

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:
        """Add nothing: the server names kernels."""

    def add_output_options(
        self,
        parser: ArgumentParser,
        *,
        changes: bool = False,
        installs: bool = False,  # noqa: ARG002
    ) -> None:
        """Add the options that each task has."""
        parser.add_argument("--json", action="store_true")
        if changes:
            parser.add_argument("--yes", action="store_true")

    def output(self, args: Namespace) -> Output:  # noqa: ARG002
        """Say that a program reads the output."""
        return Output(json=True, yes=True)

    def environments(self, args: Namespace) -> Sequence[Meant]:
        """The environment at the prefix."""
        return [Meant(self.environment_at(args.prefix))]

    def environment_at(self, prefix: str) -> Environment:
        """Find the environment at a prefix.

        Raises:
            NotAnEnvironmentError: There is none.
        """
        if (environment := identify(Path(prefix))) is None:
            raise NotAnEnvironmentError.at(Path(prefix))
        return environment

    def conda_of(self, environment: Environment) -> Path | None:
        """The conda that manages an environment: that of its folder, else the one that creates others."""
        root = conda_root(environment.prefix, self.known.envs_folders)
        return next((conda for conda in self.condas if root and same_prefix(root, conda)), root or self.conda)

    def envs_folders(self) -> Sequence[Path]:
        """The folders in which conda creates named environments, in its order."""
        own = [self.conda / "envs"] if self.conda else []
        return [*self.known.configuration.envs_folders, *own, Path(os.path.expanduser("~/.conda/envs"))]

    def environments_to_add(self, args: Namespace) -> Sequence[Environment]:  # noqa: ARG002
        """None: there is no `--all`."""
        return ()

    def target(self, args: Namespace) -> TargetEnvironment | None:  # noqa: ARG002
        """None: the server names kernels."""
        return None

    def active_environment(self) -> Environment:
        """Fail: the server names kernels."""
        raise UsageError("Name a kernel.")

    def add_command(self, environment: Environment) -> str:
        """The command that registers an environment."""
        return f"{kernel_command(environment.manager)} add {environment.prefix}"

    def install_kernel(self, environment: Environment, args: Namespace) -> None:  # noqa: ARG002
        """Install the kernel package."""
        install_into(environment, kernel_package_for(environment), self.conda_of(environment))

    def confirm(self, args: Namespace) -> None:
        """Ask nothing: the page has asked."""

    def _in_folders(self) -> list[Environment]:
        return [environment for folder in self._folders for environment in environments_below(folder)]

    def _in(self, folder: Path) -> Iterator[Environment]:
        """The environments in a folder and of the projects in it, if nobody else can change them."""
        inside = [folder / name for name, is_folder in scan_folder(str(folder)).items() if is_folder]
        of_projects = (path / name for path in (folder, *inside) for name in USUAL_NAMES)
        return environments_at(filter(is_safe_at, (*inside, *of_projects)))

    def _registered(self) -> Iterator[Environment]:
        owners = (item.owner for readable in self.registry.everywhere() for item in readable.inventory)
        return environments_at(owner.prefix for owner in owners if owner)
