"""The parsers of both commands, for the reference: the very ones that parse, conda's own options put in."""

from __future__ import annotations

from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Mapping

from conda_jupyter_plugin.cli.parsing.parser import VerbParser
from conda_jupyter_plugin.cli.verb import add_verbs
from conda_jupyter_plugin.conda_api.host import CondaHost
from conda_jupyter_plugin.flag.options import _add_options
from pip_kernel_hook.main import build_parser


class DocumentedHost(CondaHost):
    """`conda kernel` where no conda is installed to ask for its options."""

    verbs: Mapping[str, str] = {}

    def __init__(self) -> None:
        """Ask conda nothing."""

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:  # noqa: ARG002
        """Add `-n` and `-p`."""
        group = parser.add_argument_group("Target Environment Specification")
        group.add_argument("-n", "--name", metavar="ENVIRONMENT", help="Name of environment.")
        group.add_argument("-p", "--prefix", metavar="PATH", help="Full path to environment location.")

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add `-n`, `-p` and `--all`."""
        self.add_target_options(parser, "")
        parser.add_argument("--all", action="store_true", help="All environments that conda knows.")

    def add_output_options(
        self,
        parser: ArgumentParser,
        *,
        changes: bool = False,
        installs: bool = False,  # noqa: ARG002
    ) -> None:
        """Add conda's own output and prompt options."""
        group = parser.add_argument_group("Output, Prompt, and Flow Control Options")
        group.add_argument("--json", action="store_true", help="Report all output as JSON.")
        group.add_argument("-v", "--verbose", action="store_true", help="Can be used multiple times.")
        group.add_argument("-q", "--quiet", action="store_true", help="Do not display progress bar.")
        if changes:
            text = "Only display what would have been done."
            group.add_argument("-d", "--dry-run", action="store_true", help=text)
            group.add_argument("-y", "--yes", action="store_true", help="Do not ask for confirmation.")


def conda_kernel() -> ArgumentParser:
    """Build the parser of `conda kernel`; `create` takes every option of `conda create` besides."""
    parser = VerbParser(prog="conda kernel", description="Manage environments as Jupyter kernels.")
    add_verbs(parser, DocumentedHost(), as_json=False)
    return _readable(parser)


def flag() -> ArgumentParser:
    """Build a parser that has what is added to conda's own commands, and nothing else."""
    parser = ArgumentParser(prog="conda create", add_help=False)
    _add_options(parser)
    return parser


def pip_kernel() -> ArgumentParser:
    """Build the parser of `pip-kernel`."""
    return _readable(build_parser())


def _readable(parser: ArgumentParser) -> ArgumentParser:
    """Escape what the page would take for markup."""
    for action in parser._actions:
        action.help = (action.help or "").replace("${", "$\\ {").replace("*", "\\*").replace("`", "``")
        if isinstance(action, _SubParsersAction):
            for below in action.choices.values():
                _readable(below)
    return parser
