"""`pip-kernel create`: a virtual environment, what is to be in it, and its kernel."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli import report, streams
from conda_jupyter_plugin.cli.parsing.options import (
    FORCING,
    WRITING,
    add_choice_options,
    add_force_option,
    add_location_options,
    add_repeatable,
    read_choices,
)
from conda_jupyter_plugin.cli.selection import open_registry
from conda_jupyter_plugin.cli.verb import Verb
from conda_jupyter_plugin.cli.verbs.add import add_one
from conda_jupyter_plugin.core.environment.environment import environment_to_be
from conda_jupyter_plugin.core.jupyter.locations import check_writable
from conda_jupyter_plugin.core.kernelspec.survey import kernel_to_be
from conda_jupyter_plugin.core.planning.writing import plan_unmade
from conda_jupyter_plugin.core.results import Result
from conda_jupyter_plugin.core.state.status import describe_planned

from ..environments import absolute
from .installing import install_packages
from .kernel_package import install_beside
from .making import check_free, claiming, find_python, make_environment
from .requirements import requirements_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from conda_jupyter_plugin.cli.host import Host
    from conda_jupyter_plugin.cli.parsing.parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    parser.add_argument("path", metavar="PATH", help="Path of the new environment.")
    parser.passed_on = "pip_options"
    parser.set_defaults(pip_options=[])
    _add_requirement_options(parser)
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="Python version or interpreter: 3.12, python3.12, pypy3, or a path. Default: this tool's own.",
    )
    add_choice_options(parser)
    add_location_options(parser, WRITING)
    add_force_option(parser, FORCING)
    host.add_output_options(parser, changes=True, installs=True)


def _add_requirement_options(parser: ArgumentParser) -> None:
    """Add requirements, as `pip install` takes them."""
    parser.add_argument(
        "requirements",
        nargs="*",
        default=[],
        metavar="REQUIREMENT",
        help="Package to install: opencv-python, 'numpy<2', .[extra], ...",
    )
    group = parser.add_argument_group("Requirements")
    add_repeatable(
        group,
        "-r",
        "--requirement",
        dest="requirements_files",
        metavar="FILE",
        help="Install from a requirements file. Can be given more than once.",
    )
    add_repeatable(
        group,
        "-c",
        "--constraint",
        dest="constraints_files",
        metavar="FILE",
        help="Constrain versions using a constraints file. Can be given more than once.",
    )
    add_repeatable(
        group,
        "-e",
        "--editable",
        dest="editables",
        metavar="PATH",
        help="Install a project in editable mode. Can be given more than once. Pass other `pip install`"
        " options after `--`.",
    )


def _run(args: Namespace, host: Host) -> int:
    result = create(args, host)
    report.print_result(result, host.output(args))
    return result.exit_status


def create(args: Namespace, host: Host) -> Result:
    """Create a virtual environment and register its kernel.

    Raises:
        KernelError: It cannot be done; nothing is left of the environment.
    """
    asked, python = requirements_of(args), find_python(args.python)
    prefix, registry = absolute(args.path), open_registry(args, host)
    check_free(prefix)
    check_writable(registry.location)
    to_be = kernel_to_be(environment_to_be(prefix), "python3", "python")
    planned = plan_unmade(registry, to_be, read_choices(args, registry))
    if args.dry_run:
        return Result(registered=(describe_planned(planned),), dry_run=True)
    with claiming(prefix):
        if not args.quiet:
            streams.say(
                f"Creating {report.short(prefix)} with {report.short(Path(python.program))}", sys.stderr
            )
        environment, missing = make_environment(prefix, python), () if python.brings_pip else ("pip",)
        if asked.words:
            install_packages(environment, asked.words, quiet=args.quiet, verbose=args.verbose)
        install_beside(environment, asked, missing, quiet=args.quiet, verbose=args.verbose)
        return add_one(registry, environment, args, host)


VERB = Verb(
    "Create a virtual environment and register its kernel.",
    _add_options,
    _run,
    examples=(
        "opencv",
        "opencv opencv-python-headless",
        ".venv --python 3.12 -r requirements.txt",
        "opencv 'numpy<2' -- --pre --index-url https://example.org/simple",
    ),
)
