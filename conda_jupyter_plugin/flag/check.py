"""Checks before conda starts whether `--kernel` can register the kernel, and under which name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..cli.parsing.options import read_choices
from ..cli.selection import open_registry
from ..conda_api.host import CondaHost
from ..core.environment.environment import environment_to_be, identify
from ..core.failures import log_swallowed
from ..core.jupyter.locations import check_writable
from ..core.kernelspec.kernel_packages import R_KERNEL
from ..core.kernelspec.survey import find_kernels, kernel_to_be
from ..core.planning.writing import check_private, plan_unmade, plan_writing
from ..core.results import Result
from ..core.state.status import describe_planned

if TYPE_CHECKING:
    from .request import Request


def foresee_result(request: Request, prefix: Path | None, package: str | None) -> Result:
    """Find out whether the kernel can be registered, and under which name.

    Args:
        prefix: The environment, which need not exist yet; None where only conda itself will find out.
        package: The kernel package that is added.

    Raises:
        KernelError: It cannot be registered so.
    """
    args = request.arguments
    registry = open_registry(args, CondaHost())
    check_writable(registry.location)
    chosen = read_choices(args, registry)
    if prefix is None:
        return Result(dry_run=True)
    environment = identify(prefix)
    if environment and find_kernels(environment):
        planned = plan_writing(registry, environment, chosen)
    else:
        kind = ("ir", "R") if package == R_KERNEL else ("python3", "python")
        to_be = kernel_to_be(environment_to_be(prefix, "conda"), *kind)
        planned = (plan_unmade(registry, to_be, chosen),)
    check_private(registry, planned)
    return Result(registered=tuple(map(describe_planned, planned)), dry_run=True)


def prefix_to_be(request: Request) -> Path | None:
    """The prefix that a command works on, None where only conda itself will find out."""
    from conda import CondaError
    from conda.base.context import context

    options = request.options
    try:
        if options.get("name") or options.get("prefix") or options.get("cmd") == "install":
            return Path(context.target_prefix)
        if name := request.environment_name:
            return Path(context.envs_dirs[0], name)
        return Path(folder).absolute() if (folder := request.environment_prefix) else None
    except CondaError:
        log_swallowed()
        # conda itself is about to say what is wrong with it.
        return None
