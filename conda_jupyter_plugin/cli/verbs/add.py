"""`add`: register the kernels of environments."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from ...core.dataclass import replace
from ...core.environment.environment import python_of
from ...core.errors import KernelError, LocationError, NoKernelError, UnexpectedError, UsageError
from ...core.failures import collecting, told_as
from ...core.results import Result
from ...core.system.trust import check_trusted
from ...core.verbs.add import add, add_all
from ...core.verbs.bringing_about import How
from ..parsing.options import (
    FORCING,
    WRITING,
    add_choice_options,
    add_force_option,
    add_location_options,
    read_choices,
)
from ..progress import EnvironmentProgress
from ..report import print_result
from ..selection import open_registry
from ..streams import say
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ...core.jupyter.registry import Registry
    from ...core.models import Environment
    from ..host import Host
    from ..parsing.parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    host.add_environment_options(parser)
    parser.add_argument(
        "--install", action="store_true", help="Install a kernel package if the environment has no kernel."
    )
    add_choice_options(parser)
    add_location_options(parser, WRITING)
    add_force_option(parser, FORCING)
    host.add_output_options(parser, changes=True, installs=True)


def _run(args: Namespace, host: Host) -> int:
    try:
        result = add_environments(args, host)
    except LocationError as error:
        raise error.choosing("--user" if args.kernel_location == "system" else "--system") from None
    print_result(result, host.output(args))
    return result.exit_status


def add_environments(args: Namespace, host: Host) -> Result:
    """Register the environments that the options name; with `--all`, one that fails stops no other.

    Raises:
        KernelError: It cannot be done; nothing was changed.
    """
    if getattr(args, "all", False):
        return _add_all(args, host)
    registry = open_registry(args, host)
    meant = host.environments(args)
    if len(meant) > 1:
        return _add_several(registry, [each.environment for each in meant], args, host)
    result = _add_with_kernel_package(registry, meant[0].environment, args, host)
    return replace(result, source=meant[0].source)


def _add_several(
    registry: Registry, environments: Sequence[Environment], args: Namespace, host: Host
) -> Result:
    """Register several environments that are named; one that fails stops no other."""
    _check_no_name(args, "Pass a single environment, or omit the name.")
    errors: list[KernelError] = []
    results: list[Result] = []
    for environment in environments:
        with collecting(errors, environment.prefix):
            results.append(_add_with_kernel_package(registry, environment, args, host))
    return Result.merged([*results, Result.failed(errors)], dry_run=host.output(args).dry_run)


def add_one(registry: Registry, environment: Environment, args: Namespace, host: Host) -> Result:
    """Register one environment as the options say.

    Raises:
        KernelError: It cannot be done, whatever the reason.
    """
    with told_as(partial(UnexpectedError, environment.prefix)):
        choices = read_choices(args, registry)
        return add(registry.reread(), environment, choices, dry_run=host.output(args).dry_run)


def _add_with_kernel_package(
    registry: Registry, environment: Environment, args: Namespace, host: Host
) -> Result:
    try:
        return add_one(registry, environment, args, host)
    except NoKernelError as error:
        if not args.install:
            raise NoKernelError(environment.name, host.add_command(environment)) from error
    if not host.output(args).dry_run:
        host.install_kernel(environment, args)
        return add_one(registry, environment, args, host)
    say(f"A kernel package would be installed into {environment.prefix}.", sys.stderr)
    return Result(dry_run=True)


def _add_all(args: Namespace, host: Host) -> Result:
    _check_no_name(args, "Omit --all or the name.")
    registry, environments = open_registry(args, host), host.environments_to_add(args)
    errors: list[KernelError] = []
    if args.install and not host.output(args).dry_run:
        for environment in environments:
            with collecting(errors, environment.prefix):
                if not registry.survey(environment).found:
                    # The user did not name this environment, and its Python is about to run.
                    check_trusted(environment.prefix, (str(python_of(environment)),))
                    host.install_kernel(environment, args)
    output, choices = host.output(args), read_choices(args, registry)
    with EnvironmentProgress(output) as progress:
        how = How(output.dry_run, progress.looking, progress.writing)
        result = add_all(registry.reread(), environments, choices, how)
    return replace(result, errors=(*errors, *result.errors))


def _check_no_name(args: Namespace, way_out: str) -> None:
    if args.kernel_name or args.kernel_display_name:
        raise UsageError("Several environments cannot share a kernel name.", way_out)


VERB = Verb(
    "Register the kernels of an existing environment.",
    _add_options,
    _run,
    examples=(
        "",
        "-n opencv",
        "-n opencv --env OMP_NUM_THREADS=4",
        "-n opencv --display-name '' --unset OMP_NUM_THREADS --activate",
        "-n opencv --kernel-name opencv-gpu --env CUDA_VISIBLE_DEVICES=0",
        "-n plain --install",
        "--all",
    ),
    by_path=(
        "",
        ".venv",
        ".venv --install",
        "opencv stats",
        "--all ~/projects",
        "opencv --display-name OpenCV --env OMP_NUM_THREADS=4 --no-activate",
        "opencv --display-name '' --unset OMP_NUM_THREADS --activate",
    ),
)
