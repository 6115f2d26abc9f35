"""Installs packages that a kernel needs: with the conda of its environment, or with its pip."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...checking.remedies import words_to_install
from ...core.environment.environment import is_frozen
from ...core.errors import InstallError, KernelError
from ..condas import conda_command
from .children import run_child

if TYPE_CHECKING:
    from pathlib import Path

    from ...core.models import Environment


def install_into(environment: Environment, package: str, conda: Path | None) -> None:
    """Install a package, or a newer version of it.

    Args:
        conda: The conda to run for an environment of conda; None if there is none.

    Raises:
        KernelError: There is nothing to do it with, or it failed.
    """
    prefix = environment.prefix
    if environment.manager == "venv":
        if status := run_child(words_to_install(prefix, package), sys.stderr):
            raise KernelError(f"{package} was not installed into {prefix} (exit status {status}).")
        return
    if conda is None:
        raise KernelError("There is no conda here.", f"Install {package} into {prefix}.")
    command = conda_command(conda, "install", "--yes", "-p", str(prefix), package)
    if run_child(command, sys.stderr):
        raise InstallError.by_conda(package, prefix, frozen=is_frozen(prefix))
