"""Reads a conda command line: its specs, those of its files, and the new environment."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..conda_api.environments import named_prefix
from ..conda_api.packages import is_package_file, missing_kernel_package
from ..core.dataclass import dataclass
from ..core.environment.environment import identify
from ..core.errors import KernelError
from ..core.failures import log_swallowed, passing_over
from ..core.kernelspec.survey import find_kernels
from .files import File, read_request_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.models import Environment


@dataclass(frozen=True)
class Request:
    """The request of a command.

    Attributes:
        options: The command's parsed options.
        files: Its files.
        default_packages: The packages that conda adds to every new environment.
    """

    options: Mapping[str, Any]
    files: tuple[File, ...] = ()
    default_packages: tuple[str, ...] = ()

    @property
    def arguments(self) -> Namespace:
        """The options as the shared verbs take them; conda has a `--force` of its own."""
        force = self.options.get("kernel_force") or self.options.get("force") is True
        return Namespace(**{**self.options, "kernel_force": force})

    @property
    def environment_name(self) -> str | None:
        """The name that a file gives the environment, where the options give none."""
        return next((file.name for file in self.files if file.name), None)

    @property
    def environment_prefix(self) -> str | None:
        """The folder that a file gives the environment, where nothing gives a name."""
        return next((file.prefix for file in self.files if file.prefix), None)

    @property
    def asks_for_packages(self) -> bool:
        """Whether the command names anything to install, to copy, or a state to go back to."""
        # A number in coming versions, and 0 is one too.
        goes_back = isinstance(self.options.get("revision"), int | str)
        return bool(self.options.get("packages") or self.files or self.options.get("clone")) or goes_back

    @property
    def channels(self) -> list[str]:
        """The channels of the options and of the files."""
        given = list(self.options.get("channel") or ())
        return given + [channel for file in self.files for channel in file.channels]

    def finds_kernel(self, prefix: Path | None) -> bool:
        """Whether the command is about an environment that holds a kernel already, however it came."""
        with passing_over(KernelError):
            environment = self._environment(prefix)
            return environment is not None and bool(find_kernels(environment))
        return False

    def _environment(self, prefix: Path | None) -> Environment | None:
        """The environment that the command begins with."""
        if source := self.options.get("clone"):
            return identify(Path(source) if os.sep in source else named_prefix(source))
        return identify(prefix) if prefix and self.options.get("cmd") == "install" else None

    def lacking_package(self, prefix: Path | None) -> str | None:
        """Choose the kernel package that the request lacks.

        Args:
            prefix: The environment, which may exist already.

        Returns:
            The package, None where the request brings a kernel or the environment holds one.
        """
        try:
            environment = self._environment(prefix)
            if environment and find_kernels(environment):
                return None
        except KernelError:
            # conda, or the registration itself, is about to say what is wrong with it.
            log_swallowed()
            return None
        specs = [*self.options.get("packages", ()), *self.default_packages]
        specs += [spec for file in self.files for spec in file.specs]
        return missing_kernel_package(specs, environment)

    def add_package(self, package: str | None) -> bool:
        """Add a package to the command's own specs, where conda takes it there.

        Returns:
            Whether it was added.
        """
        packages = self.options.get("packages")
        explicit = any(file.explicit for file in self.files) or any(map(is_package_file, packages or ()))
        if package and isinstance(packages, list) and not self.options.get("clone") and not explicit:
            packages.append(package)
            return True
        return False


def read_request(options: Mapping[str, Any], default_packages: tuple[str, ...]) -> Request:
    """Read what a command asks for.

    Args:
        default_packages: conda's `create_default_packages`.
    """
    given = options.get("file") or ()
    paths = [given] if isinstance(given, str) else list(given)
    # A clone is what its original is.
    no_defaults = options.get("no_default_packages") or options.get("clone")
    defaults = () if no_defaults else default_packages
    return Request(options, tuple(map(read_request_file, paths)), defaults)
