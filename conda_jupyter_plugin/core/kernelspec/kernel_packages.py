"""The package of a kernel, and the message if that is gone."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..environment.environment import python_of
from ..environment.versions import conda_packages, read_pyvenv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..models import Environment, Kernel, Manager

PYTHON_KERNEL = "ipykernel"
R_KERNEL = "r-irkernel"

BY_OPTION = (PYTHON_KERNEL, R_KERNEL)
"""The packages that `add --install` installs."""


@dataclass(frozen=True)
class Source:
    """The files of a kernel's package: the environment's own kernelspec.

    Attributes:
        file: Its kernel.json.
        missing: The message if that is gone: a clause, and the fix.
        modules: Where the package is where only its kernelspec was taken away: shell patterns.
    """

    file: str
    missing: str
    modules: tuple[str, ...] = ()


ALWAYS_THERE = Source("/", "")


def source_of(kernel: Kernel, words: Sequence[str]) -> Source:
    """Say what a kernel is made from.

    Args:
        words: The command that is started, the kernel's own or a hand-made one.
    """
    prefix, module = kernel.environment.prefix, words[words.index("-m") + 1] if "-m" in words[1:-1] else ""
    library, package = f"{shlex.quote(str(prefix))}/lib", package_of_module(module)
    modules: tuple[str, ...] = ()
    if module:
        path = shlex.quote(module.replace(".", "/"))
        modules = tuple(f"{library}/python*/site-packages/{path}{end}" for end in (".py", "/__init__.py"))
    elif kernel.language.lower() == "r":
        package, modules = R_KERNEL, (f"{library}/R/library/IRkernel/DESCRIPTION",)
    return Source(str(kernel.folder / "kernel.json"), _missing(kernel, package), modules)


def kernel_command(manager: Manager) -> str:
    """The command of ours for an environment, by who made that: `conda kernel`, or `pip-kernel`."""
    return "conda kernel" if manager == "conda" else "pip-kernel"


def kernel_package_for(environment: Environment) -> str:
    """Choose the kernel package for what an environment holds."""
    installed = set(conda_packages(environment.prefix)) if environment.manager == "conda" else set()
    return R_KERNEL if "r-base" in installed and "python" not in installed else PYTHON_KERNEL


def package_of_module(module: str) -> str:
    """Name the package that brings a kernel's module."""
    return module.partition(".")[0].removesuffix("_launcher").replace("xpython", "xeus-python")


def package_is_missing(package: str) -> str:
    """Say that a kernel package is missing, as a clause."""
    return f"the kernel package {package} is missing"


def _missing(kernel: Kernel, package: str) -> str:
    """Say it as `check` does."""
    prefix, of_conda = kernel.environment.prefix, kernel.environment.manager == "conda"
    command = kernel_command(kernel.environment.manager)
    if not package:
        return (
            f"its environment no longer has the kernel {kernel.directory}. Remove it with '{command} sync'."
        )
    where = f"-p {shlex.quote(str(prefix))}" if of_conda else shlex.quote(str(prefix))
    if package in BY_OPTION:
        installing = f"{command} add {where} --install"
    elif of_conda:
        installing = f"conda install {where} {shlex.quote(package)}"
    else:
        python = shlex.quote(str(python_of(kernel.environment)))
        # uv gives its environments no pip, and says in this file which are its own.
        of_uv = "uv" in read_pyvenv(prefix)
        pip = f"uv pip install -p {python}" if of_uv else f"{python} -m pip install"
        installing = f"{pip} {shlex.quote(package)}"
    return f"{package_is_missing(package)}. Install it: {installing}"
