"""Installs packages into an environment with its own pip, ours, or uv, and nowhere else."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.dataclass import dataclass
from conda_jupyter_plugin.core.environment.environment import python_of

from ..errors import CreationError
from .processes import run_to_end, running, without_other_pythons
from .progress import Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from conda_jupyter_plugin.core.models import Environment

# The first pip that installs into another interpreter's environment, and that tells its progress in numbers.
_ANY_INTERPRETER, _RAW_PROGRESS = (22, 3), (24, 1)

_ELSEWHERE = frozenset({"user", "target", "prefix", "root", "python", "require-virtualenv", "dry-run"})
"""The options of `pip install` that put what is installed elsewhere, or nowhere."""

# `pip config list` takes what is configured under these names for its own options.
_ALL_FILES = {"PIP_USER": "0", "PIP_GLOBAL": "0", "PIP_SITE": "0", "PIP_QUIET": "0"}

_ISOLATED = (("-I",), ("-E", "-s"))
"""Options that isolate a Python from the user's packages and the working folder: 2.7 has no `-I`."""


@dataclass(frozen=True)
class Pip:
    """An interpreter's pip.

    Attributes:
        interpreter: The interpreter, and the options by which it imports nothing of the user's.
        version: The first two numbers of pip's version.
    """

    interpreter: tuple[str, ...]
    version: tuple[int, ...]

    @property
    def command(self) -> tuple[str, ...]:
        """The program that runs it."""
        return (*self.interpreter, "-m", "pip")


@dataclass(frozen=True)
class Installer:
    """An installer for an environment.

    Attributes:
        name: What people call it.
        command: It and its words, up to what is to be installed.
        again: The words that make it install a package that it believes is there; the package follows.
        environment: Its environment variables.
        tells_progress: Whether it can tell in numbers how far a download has come.
    """

    name: str
    command: tuple[str, ...]
    again: tuple[str, ...]
    environment: Mapping[str, str]
    tells_progress: bool = False


def install_packages(
    environment: Environment,
    words: Sequence[str],
    *,
    quiet: bool,
    verbose: bool,
    options: Sequence[str] = (),
    again: bool = False,
    is_trial: bool = False,
) -> None:
    """Install into an environment, and say on stderr how far it has come.

    Args:
        words: Requirements and options for `pip install`.
        quiet: Whether to print only errors.
        verbose: Whether all is shown that the installer says.
        options: Additional options, which are not printed.
        again: Whether the packages are installed even where they seem to be there; no other ones are then.
        is_trial: Whether another try follows, so that a failure is not printed.

    Raises:
        CreationError: It could not be done; the installer has said why.
    """
    installer = _find_installer(environment)
    if installer is None:
        raise CreationError.without_installer(python_of(environment), environment.prefix, words)
    command = [*installer.command, *(installer.again if again else ()), *words, *options]
    if verbose:
        # Whatever it says goes where progress goes: stdout is for what we say.
        with running(command, env=installer.environment, stdout=sys.stderr or subprocess.DEVNULL) as process:
            process.wait()
    else:
        if installer.tells_progress:
            command += ["--progress-bar", "raw"]
        streams = {"stdout": subprocess.PIPE}
        if is_trial or installer.name == "uv":
            streams["stderr"] = subprocess.STDOUT
        # Nobody would see what it asks.
        variables = {**installer.environment, "PIP_NO_INPUT": "1"}
        unusual = installer.name == "uv" and not is_trial
        progress = Progress(words, environment, installer.name, quiet=quiet, tells_unusual=unusual)
        with progress, running(command, env=variables, **streams) as process:
            for line in process.stdout or ():
                progress.follow(line.rstrip())
    if process.returncode:
        raise CreationError.by_installer(installer.name, words, environment.prefix)


def has_other_installer() -> bool:
    """Whether something can install into an environment that has no pip."""
    return _has_own_pip() or _find_uv() is not None


def _find_installer(environment: Environment) -> Installer | None:
    python = str(python_of(environment))
    if own := _find_pip(python):
        return _pip(own.command, own)
    if _has_own_pip() and (ours := _find_pip(sys.executable)) and ours.version >= _ANY_INTERPRETER:
        return _pip((*ours.command, "--python", python), ours)
    uv = _find_uv()
    if uv is None:
        return None
    variables = {name: value for name, value in without_other_pythons().items() if name != "UV_SYSTEM_PYTHON"}
    command = (uv, "pip", "install", "--python", python)
    return Installer("uv", command, ("--no-deps", "--reinstall"), variables)


def _pip(command: Sequence[str], pip: Pip) -> Installer:
    again = ("--no-deps", "--force-reinstall")
    progress = pip.version >= _RAW_PROGRESS
    return Installer("pip", (*command, "install"), again, _without_detours(pip), tells_progress=progress)


def _find_pip(python: str) -> Pip | None:
    """Ask an interpreter for its pip."""
    for isolated in _ISOLATED:
        code = "import pip; print(pip.__version__)"
        if version := _ask((python, *isolated), code, without_other_pythons()):
            numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdigit())
            return Pip((python, *isolated), numbers)
    return None


def _ask(interpreter: Sequence[str], code: str, variables: Mapping[str, str]) -> str | None:
    """Run code in an interpreter; give the line that it prints last, None where it fails."""
    status, printed = _run([*interpreter, "-c", code], variables)
    return None if status else printed.strip().rpartition("\n")[2]


def _run(command: Sequence[str], variables: Mapping[str, str]) -> tuple[int, str]:
    # Where `-I` is not known, the working folder is one that nobody else can write in.
    return run_to_end(command, variables, folder=Path(os.path.abspath(os.sep)))


def _has_own_pip() -> bool:
    return bool(sys.executable) and find_spec("pip") is not None


def _find_uv() -> str | None:
    """Find uv: on PATH, where its installer puts it, or in our own environment."""
    folder = os.path.dirname(sys.executable or "")
    usual = os.path.join(os.path.expanduser("~"), ".local", "bin")
    return shutil.which("uv") or shutil.which("uv", path=os.pathsep.join((folder, usual)))


def _without_detours(pip: Pip) -> dict[str, str]:
    """Take out of pip's variables and configuration what would put packages elsewhere.

    No option undoes what a file has set, so if one does, its other options are passed as variables:
    https://pip.pypa.io/en/stable/topics/configuration/.
    """
    detours = {_variable(name) for name in _ELSEWHERE}
    cleared = {name: value for name, value in without_other_pythons().items() if name not in detours}
    cleared["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    configured = _configured(pip, cleared)
    # Settings of `pip install` take precedence over settings of all commands.
    keys = [key for part in ("global.", "install.") for key in configured if key.startswith(part)]
    said = {key.partition(".")[2]: configured[key] for key in keys}
    if not said.keys() & _ELSEWHERE:
        return cleared
    variables = {_variable(name): " ".join(said[name].split()) for name in said if name not in _ELSEWHERE}
    return {**variables, **cleared, "PIP_CONFIG_FILE": os.devnull}


def _configured(pip: Pip, variables: Mapping[str, str]) -> dict[str, str]:
    """Read what pip's files say, by the command and the option: `install.user`."""
    _, printed = _run([*pip.command, "config", "list"], {**variables, **_ALL_FILES})
    lines = re.findall(r"^((?:global|install)\.[^=]+)=(u?['\"].*)$", printed, re.MULTILINE)
    return {key: ast.literal_eval(value) for key, value in lines}


def _variable(option: str) -> str:
    return f"PIP_{option.upper().replace('-', '_')}"
