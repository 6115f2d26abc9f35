"""Finds the kernel packages that a request has or lacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ..core.kernelspec.kernel_packages import PYTHON_KERNEL, R_KERNEL, kernel_package_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..core.models import Environment

# What brings a kernel without its name saying so.
_BRINGING_KERNELS = frozenset(
    {PYTHON_KERNEL, R_KERNEL, "almond", "evcxr", "ihaskell", "iruby", "jupyter", "jupyterlab", "notebook"}
)
_R_PACKAGES = re.compile(r"r|r-.+|mro-base")


def package_name(spec: str) -> str:
    """Read a package's name from a conda spec: `conda-forge::ipykernel[version='>=6']` is `ipykernel`.

    Returns:
        The name in lower case, empty where the spec has none.
    """
    if is_package_file(spec):
        return spec.split("#")[0].rstrip("/").rsplit("/", 1)[-1].rsplit("-", 2)[0].lower()
    match = re.match(r"\s*(?:[^\s\[=<>!~]*::)?([A-Za-z0-9_.-]+)", spec)
    if match is None or "/" in spec.split("[")[0].split("::")[-1]:
        return ""
    return match[1].lower()


def brings_kernel(name: str) -> bool:
    """Whether a package is, or brings, a Jupyter kernel.

    Returns:
        True for `ipykernel`, `r-irkernel`, `xeus-*`, `*_kernel` and the like.
    """
    xeus = name.startswith("xeus-") and name != "xeus-zmq"
    return name in _BRINGING_KERNELS or xeus or name.endswith(("_kernel", "-kernel"))


def is_package_file(spec: str) -> bool:
    """Whether a spec is a package's own file or URL, beside which conda takes no other spec."""
    return spec.split("#")[0].endswith((".conda", ".tar.bz2"))


def missing_kernel_package(specs: Iterable[str], environment: Environment | None = None) -> str | None:
    """Choose the kernel package that a request lacks.

    Args:
        environment: Where it is to be installed, None for a new one.

    Returns:
        `ipykernel`, `r-irkernel` where R is asked for (or there) and Python is not, or None where the request
        brings a kernel of its own.
    """
    names = {package_name(spec) for spec in specs}
    if any(map(brings_kernel, names)):
        return None
    python = "python" in names
    r = any(_R_PACKAGES.fullmatch(name) for name in names)
    if environment and not (python or r):
        return kernel_package_for(environment)
    return R_KERNEL if r and not python else PYTHON_KERNEL
