"""What a kernel is made from: which package brings it, and what is said where that is gone."""

from __future__ import annotations

import shlex

from .dataclass import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from .models import Kernel

BY_OPTION = ("ipykernel", "r-irkernel")
"""The packages that `add --install` installs."""


@dataclass(frozen=True)
class Source:
    """What a kernel is made from: the environment's own kernelspec, which goes with the kernel package.

    Attributes:
        file: Its kernel.json.
        missing: What is said where that is gone: a clause, and the way out.
        modules: Where the package lies where only its kernelspec was taken away: shell patterns.
    """

    file: str
    missing: str
    modules: tuple[str, ...] = ()


ALWAYS_THERE = Source("/", "")


def source_of(kernel: Kernel) -> Source:
    """Say what a kernel is made from."""
    return Source(str(kernel.folder / "kernel.json"), _missing(kernel), tuple(_modules(kernel)))


def _modules(kernel: Kernel) -> Iterator[str]:
    library = f"{shlex.quote(str(kernel.environment.prefix))}/lib"
    if module := _module_of(kernel):
        for file in (f"{module}.py", f"{module}/__init__.py"):
            yield f"{library}/python*/site-packages/{shlex.quote(file)}"
    elif kernel.language.lower() == "r":
        yield f"{library}/R/library/IRkernel/DESCRIPTION"


def package_of_module(module: str) -> str:
    """Name the package that brings a kernel's module."""
    return module.partition(".")[0].removesuffix("_launcher").replace("xpython", "xeus-python")


def is_missing(package: str) -> str:
    """Say that a kernel package is missing, as a clause."""
    return f"the kernel package {package} is missing in it"


def _module_of(kernel: Kernel) -> str:
    """The module that a kernel's Python runs; empty for other kernels."""
    words = kernel.spec["argv"]
    return words[words.index("-m") + 1].replace(".", "/") if "-m" in words[1:-1] else ""


def _package_of(kernel: Kernel) -> str:
    if module := _module_of(kernel):
        return package_of_module(module.replace("/", "."))
    return "r-irkernel" if kernel.language.lower() == "r" else ""


def _missing(kernel: Kernel) -> str:
    """Say it as `check` does."""
    environment = kernel.environment
    command = "conda kernel" if environment.manager == "conda" else "pip-kernel"
    package = _package_of(kernel)
    if not package:
        return f"its environment holds no kernel {kernel.directory} any more: '{command} sync' removes it."
    where = shlex.quote(str(environment.prefix))
    of_conda = "-p " if environment.manager == "conda" else ""
    if package in BY_OPTION:
        installing = f"{command} add {of_conda}{where} --install"
    elif environment.manager == "conda":
        installing = f"conda install -p {where} {package}"
    else:
        installing = f"{shlex.quote(str(environment.prefix / 'bin' / 'python'))} -m pip install {package}"
    return f"{is_missing(package)}. Install it: {installing}"
