"""Registers the kernel of the new environment after `conda create --kernel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..cli.selection import open_registry
from ..cli.verbs.add import add_one
from ..conda_api.host import CondaHost
from ..conda_api.install import install_package
from ..core.dataclass import replace
from ..core.environment.environment import identify
from ..core.errors import NotAnEnvironmentError
from ..core.kernelspec.kernel_packages import kernel_package_for
from ..core.kernelspec.survey import find_kernels
from ..core.planning.following import Change
from ..core.verbs.sync import follow
from ..settings import OFF, read_auto

if TYPE_CHECKING:
    from pathlib import Path

    from ..core.results import Registration, Result
    from .request import Request


def register(request: Request, prefix: Path) -> Result:
    """Register the kernels of the environment that a command has made or changed.

    Raises:
        KernelError: It could not be registered.
    """
    from conda.base.context import context

    host, args = CondaHost(), request.arguments
    environment = identify(prefix)
    if environment is None:
        raise NotAnEnvironmentError.at(prefix)
    if not find_kernels(environment):
        # conda took no further package: a clone, exact packages, `env create` before 26.7.
        options = {**request.options, "channel": request.channels}
        package = kernel_package_for(environment)
        install_package(prefix, package, options, yes=True, quiet=context.quiet, json=context.json)
    registry = open_registry(args, host)
    removed: tuple[Registration, ...] = ()
    if read_auto() != OFF:
        # The same transaction may have taken another kernel away.
        removed = follow(registry.reread(), prefix, Change()).removed
    return replace(add_one(registry, environment, args, host), removed=removed)
