"""`pip-kernel create`: a virtual environment, what is to be in it, and its kernel."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.dispatch import add_one, open_registry
from conda_jupyter_plugin.cli.options import (
    FORCING,
    add_choice_options,
    add_force_option,
    add_location_options,
    choices,
)
from conda_jupyter_plugin.cli.parser import new_verb
from conda_jupyter_plugin.core.environment import environment_to_be
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.locations import check_writable
from conda_jupyter_plugin.core.planning import foresee
from conda_jupyter_plugin.core.results import Result
from conda_jupyter_plugin.core.status import describe_planned

from .environments import absolute, check_free, make_environment, pip_install
from .host import KERNEL_PACKAGE, PipHost

if TYPE_CHECKING:
    from argparse import Namespace

    from conda_jupyter_plugin.cli.parser import Verbs


def add_create_verb(verbs: Verbs, host: PipHost) -> None:
    """Add `create` to the sub-parsers of `pip-kernel`."""
    parser = new_verb(verbs, host, "create", "Create a virtual environment and register its kernel.")
    parser.add_argument("path", metavar="PATH", help="Where to create the environment.")
    parser.add_argument("requirements", nargs="*", metavar="REQUIREMENT", help="What pip installs besides.")
    parser.add_argument(
        "-r",
        "--requirement",
        dest="files",
        metavar="FILE",
        action="append",
        default=[],
        help="Install from a requirements file. Can be given more than once.",
    )
    parser.add_argument("--python", metavar="PYTHON", help="The interpreter. Default: the running one.")
    add_choice_options(parser)
    add_location_options(parser)
    add_force_option(parser, FORCING)
    host.add_output_options(parser)


def create(args: Namespace, host: PipHost) -> Result:
    """Create a virtual environment and register its kernel.

    Args:
        args: The parsed options.
        host: The command.

    Returns:
        What was registered.

    Raises:
        KernelError: It cannot be done; nothing is left of the environment.
    """
    if unknown := [word for word in args.requirements if word.startswith("-")]:
        raise UsageError(f"{unknown[0]} is no requirement.", "See `pip-kernel create --help`.")
    prefix, registry = absolute(args.path), open_registry(args, host)
    check_free(prefix)
    check_writable(registry.location)
    planned = foresee(
        registry, environment_to_be(prefix), "python3", "python", choices(args), force=args.kernel_force
    )
    if args.dry_run:
        return Result(registered=(describe_planned(planned),), dry_run=True)
    words = [KERNEL_PACKAGE, *args.requirements, *(word for file in args.files for word in ("-r", file))]
    try:
        environment = make_environment(prefix, args.python)
        pip_install(environment, words, quiet=args.quiet, to_stderr=args.json)
        return add_one(registry, environment, args, host)
    except BaseException:
        shutil.rmtree(prefix, ignore_errors=True)
        raise
