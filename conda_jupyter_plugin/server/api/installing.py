"""Installs the kernel package into an environment whose conda does not have this project."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...core.environment.environment import is_frozen
from ...core.errors import InstallError, KernelError
from ...core.kernelspec.kernel_packages import kernel_package_for
from ..condas import conda_command
from .children import run_child

if TYPE_CHECKING:
    from pathlib import Path

    from ...core.models import Environment


def install_with_conda(conda: Path | None, environment: Environment) -> None:
    """Run `conda install`.

    Args:
        conda: The conda to run; None if there is none.

    Raises:
        KernelError: There is no conda to do it, or it failed.
    """
    package, prefix = kernel_package_for(environment), environment.prefix
    if conda is None:
        raise KernelError("There is no conda here.", f"Install {package} into {prefix}.")
    command = conda_command(conda, "install", "--yes", "-p", str(prefix), package)
    if run_child(command, sys.stderr):
        raise InstallError.by_conda(package, prefix, frozen=is_frozen(prefix))
