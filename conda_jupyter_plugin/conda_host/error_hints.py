"""The next command to type where one of conda's own errors ends a command that asks for a kernel.

conda asks for it since 26.7, when it prints an error; our own errors bring theirs along: see `errors`.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING, Any

from ..conda_api.packages import brings_kernel, package_name
from ..flag.options import is_given

if TYPE_CHECKING:
    from collections.abc import Iterator


def hints_for(error: Exception) -> Iterator[Any]:
    """Give conda an additional hint.

    Yields:
        conda's own `CondaErrorHint`.
    """
    from conda import exceptions
    from conda.plugins.types import CondaErrorHint

    if not is_given():
        return
    if isinstance(error, exceptions.PackagesNotFoundError):
        for package in filter(brings_kernel, map(package_name, map(str, error.packages))):
            text = f"Try again with `-c conda-forge`, which has {package}."
            yield CondaErrorHint(text=text, hint_code="kernel_package_channel")
            return
    missing = _missing_environment(error, exceptions)
    if missing:
        text = f"To create it with a kernel: conda kernel create {missing}"
        yield CondaErrorHint(text=text, hint_code="kernel_environment_missing")


def _missing_environment(error: Exception, exceptions: Any) -> str:
    """Write the options that name the environment which conda has not found; empty for other errors."""
    values = getattr(error, "_kwargs", None) or {}
    if isinstance(error, exceptions.EnvironmentNameNotFound):
        return f"-n {shlex.quote(str(values.get('environment_name')))}"
    if isinstance(error, exceptions.EnvironmentLocationNotFound):
        folder = str(values.get("location"))
        from conda.base.context import context

        is_named = os.path.dirname(folder) in context.envs_dirs
        name = os.path.basename(folder)
        return f"-n {shlex.quote(name)}" if is_named else f"-p {shlex.quote(folder)}"
    return ""
