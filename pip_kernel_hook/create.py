"""`pip-kernel create`: a virtual environment, what is to be in it, and its kernel."""

from __future__ import annotations

import sys
from pathlib import Path

from conda_jupyter_plugin.cli import report, streams
from conda_jupyter_plugin.cli.dispatch import add_one
from conda_jupyter_plugin.cli.provisioner_option import choose
from conda_jupyter_plugin.cli.selection import open_registry
from conda_jupyter_plugin.core.environment.environment import environment_to_be
from conda_jupyter_plugin.core.jupyter.locations import check_writable
from conda_jupyter_plugin.core.planning.plan import foresee
from conda_jupyter_plugin.core.results import Result
from conda_jupyter_plugin.core.verbs.status import describe_planned

from .environments import absolute
from .installing import install
from .kernel_package import install_beside
from .making import check_free, claiming, make_environment
from .pythons import find_python
from .requirements import requirements_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

    from .host import PipHost


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
    asked, python = requirements_of(args), find_python(args.python)
    prefix, registry = absolute(args.path), open_registry(args, host)
    check_free(prefix)
    check_writable(registry.location)
    planned = foresee(
        registry,
        environment_to_be(prefix),
        "python3",
        "python",
        choose(args, registry),
        force=args.kernel_force,
    )
    if args.dry_run:
        return Result(registered=(describe_planned(planned),), dry_run=True)
    with claiming(prefix):
        if not args.quiet:
            streams.say(
                f"Making {report.short(prefix)} with {report.short(Path(python.program))}", sys.stderr
            )
        environment, missing = make_environment(prefix, python), () if python.brings_pip else ("pip",)
        if asked.words:
            install(environment, asked.words, quiet=args.quiet, verbose=args.verbose)
        install_beside(environment, asked, missing, quiet=args.quiet, verbose=args.verbose)
        return add_one(registry, environment, args, host)
