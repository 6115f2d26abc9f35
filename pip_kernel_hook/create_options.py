"""The options of `pip-kernel create`."""

from __future__ import annotations

from conda_jupyter_plugin.cli.options import (
    FORCING,
    add_choice_options,
    add_force_option,
    add_location_options,
    add_repeatable,
)
from conda_jupyter_plugin.cli.parser import new_verb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser

    from conda_jupyter_plugin.cli.host import Host
    from conda_jupyter_plugin.cli.parser import Verbs


def add_create_verb(verbs: Verbs, host: Host) -> None:
    """Add `create` to the sub-parsers of `pip-kernel`."""
    parser = new_verb(verbs, host, "create", "Create a virtual environment and register its kernel.")
    parser.add_argument("path", metavar="PATH", help="Where to create the environment.")
    parser.passed_on = "pip_options"
    parser.set_defaults(pip_options=[])
    _add_requirement_options(parser)
    parser.add_argument(
        "--python",
        metavar="PYTHON",
        help="The interpreter: 3.12, python3.12, pypy3, a path. Default: the running one.",
    )
    add_choice_options(parser)
    add_location_options(parser)
    add_force_option(parser, FORCING)
    host.add_output_options(parser)


def _add_requirement_options(parser: ArgumentParser) -> None:
    """Add requirements, as `pip install` takes them."""
    parser.add_argument("requirements", nargs="*", metavar="REQUIREMENT", help="What is installed besides.")
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
        help="Constrain versions by a constraints file. Can be given more than once.",
    )
    add_repeatable(
        group,
        "-e",
        "--editable",
        dest="editables",
        metavar="PATH",
        help="Install a project in editable mode. Can be given more than once. What stands behind `--` goes"
        " to `pip install` as it is, its other options too.",
    )
