"""What a conda command line asks for: its specs, those of its files, and the environment to be."""

from __future__ import annotations

import os
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..conda_side.packages import is_package_file, missing_kernel_package
from ..core.dataclass import dataclass
from ..core.discovery import find_kernels
from ..core.environment import identify
from ..core.errors import KernelError
from ..core.log import log_swallowed, passing_over

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from ..core.models import Environment


@dataclass(frozen=True)
class File:
    """What a file given with `--file` asks for.

    Attributes:
        specs: Its conda packages.
        name: The environment's name that it sets.
        channels: The channels that it names.
        explicit: Whether it lists exact packages, which conda takes no further spec beside.
    """

    specs: tuple[str, ...] = ()
    name: str | None = None
    channels: tuple[str, ...] = ()
    explicit: bool = False


@dataclass(frozen=True)
class Request:
    """What a command asks for.

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
    def asks_for_packages(self) -> bool:
        """Whether the command names anything to install, or a state to go back to."""
        # A number in coming versions, and 0 is one too.
        goes_back = isinstance(self.options.get("revision"), int | str)
        return bool(self.options.get("packages") or self.files) or goes_back

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
        return identify(prefix) if prefix and self.options.get("cmd") == "install" else None

    def lacking_package(self, prefix: Path | None) -> str | None:
        """Choose the kernel package that the request lacks.

        Args:
            prefix: The environment, which may exist already.

        Returns:
            The package, None where the request brings a kernel or the environment holds one.
        """
        environment = self._environment(prefix)
        try:
            if environment and find_kernels(environment):
                return None
        except KernelError:
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
        options: The command's parsed options.
        default_packages: conda's `create_default_packages`.

    Returns:
        The request; a file that cannot be read asks for nothing here, and conda says what is wrong with it.
    """
    given = options.get("file") or ()
    paths = [given] if isinstance(given, str) else list(given)
    defaults = () if options.get("no_default_packages") else default_packages
    return Request(options, tuple(map(_read_file, paths)), defaults)


def _read_file(path: str) -> File:
    try:
        with open(os.path.expanduser(path), encoding="utf-8") as file:
            return _read_yaml(file) if path.endswith((".yml", ".yaml")) else _read_lines(file)
    except (OSError, ValueError):
        log_swallowed()
        return File()


def _read_yaml(file: TextIO) -> File:
    from ruamel.yaml import YAML, YAMLError

    try:
        content = YAML(typ="safe").load(file)
    except YAMLError:
        log_swallowed()
        return File()
    if not isinstance(content, dict):
        return File()
    name = content.get("name")
    return File(
        specs=tuple(_texts(content.get("dependencies"))),
        name=name if isinstance(name, str) else None,
        channels=tuple(_texts(content.get("channels"))),
    )


def _read_lines(file: TextIO) -> File:
    lines = [line.split("#")[0].strip() for line in file]
    return File(specs=tuple(filter(None, lines)), explicit="@EXPLICIT" in lines)


def _texts(values: object) -> Iterator[str]:
    return (value for value in values if isinstance(value, str)) if isinstance(values, list) else iter(())
