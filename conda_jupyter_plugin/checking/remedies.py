"""The commands that fix a kernel: as its user would type them, and as data for a button in Jupyter."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from ..core.environment.environment import conda_root, is_frozen
from ..core.kernelspec.kernel_packages import kernel_command
from ..core.system.reading import is_present
from .notebooks.modules import import_folders

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.models import Environment


@dataclass(frozen=True)
class Fix:
    """A command that fixes a kernel, as data.

    Attributes:
        verb: `add`, `install` or `sync`.
        prefix: The environment to register, or to install into.
        package: The package to install; None if there is one.
        kernel_name: The name of the kernel; None for the default.
    """

    verb: str
    prefix: Path | None = None
    package: str | None = None
    kernel_name: str | None = None


def words_for(environment: Environment) -> str:
    """Write an environment as the options of its manager's commands do."""
    path = shlex.quote(str(environment.prefix))
    if environment.manager == "venv":
        return path
    root = conda_root(environment.prefix)
    is_named = root is not None and environment.prefix.parent == root / "envs"
    return f"-n {shlex.quote(environment.prefix.name)}" if is_named else f"-p {path}"


def command_to_add(environment: Environment, *options: str) -> str:
    """Write the command that registers an environment."""
    words = kernel_command(environment.manager), "add", words_for(environment), *map(shlex.quote, options)
    return " ".join(words)


def command_to_install(environment: Environment, package: str) -> str:
    """Write the command that installs a package's newest version that fits."""
    if environment.manager == "conda":
        option = " --override-frozen" if is_frozen(environment.prefix) else ""
        return f"conda install{option} {words_for(environment)} {shlex.quote(package)}"
    return shlex.join(words_to_install(environment.prefix, package))


def words_to_install(prefix: Path, package: str) -> tuple[str, ...]:
    """Write what installs into a virtual environment: its pip, which those of uv and pdm lack, or another."""
    python = str(prefix / ("Scripts" if os.name == "nt" else "bin") / "python")
    folders = import_folders(prefix)
    if not folders or any(is_present(folder / "pip") for folder in folders):
        return python, "-m", "pip", "install", "--upgrade", package
    if shutil.which("uv"):
        return "uv", "pip", "install", "-p", python, "--upgrade", package
    return "pip", "--python", python, "install", "--upgrade", package
