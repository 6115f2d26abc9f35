"""The command line of `pip-kernel`."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from conda_jupyter_plugin import __version__
from conda_jupyter_plugin.cli import documents, streams
from conda_jupyter_plugin.cli.parsing.aliases import as_meant, verb_in
from conda_jupyter_plugin.cli.parsing.completion import complete, is_asked
from conda_jupyter_plugin.cli.parsing.help import SHOW_VERSION, as_examples
from conda_jupyter_plugin.cli.parsing.parser import VerbParser, wants_json
from conda_jupyter_plugin.cli.verb import add_verbs, load_verb, verb_names
from conda_jupyter_plugin.core.errors import KernelError
from conda_jupyter_plugin.core.failures import log_swallowed, show_log
from conda_jupyter_plugin.core.system.refusals import OutputError, SystemCallError

from .host import PipHost

if TYPE_CHECKING:
    import argparse

_EXAMPLES = ("create opencv opencv-python-headless", "add --install", "list", "help create")


def build_parser(*, as_json: bool = False, only: str | None = None) -> argparse.ArgumentParser:
    """Build the parser of `pip-kernel`.

    Args:
        as_json: Whether bad usage is to be printed as JSON.
        only: The verb that is meant, where that is known.
    """
    parser = VerbParser(
        prog="pip-kernel",
        description="Manage virtual environments as Jupyter kernels.",
        epilog=as_examples("pip-kernel", _EXAMPLES),
        as_json=as_json,
    )
    parser.add_argument(
        "-V", "--version", action="version", version=f"pip-kernel {__version__}", help=SHOW_VERSION
    )
    add_verbs(parser, PipHost(), as_json=as_json, only=only)
    return parser


def main(words: list[str] | None = None) -> int:
    """Run `pip-kernel`.

    Returns:
        The exit status.
    """
    words = sys.argv[1:] if words is None else words
    if os.environ.get("PIP_KERNEL_DEBUG"):
        show_log()
    as_json, host = wants_json(words), PipHost()
    if is_asked():
        complete(build_parser())
    try:
        words = as_meant(words, verb_names(host), host.command)
        args = build_parser(as_json=as_json, only=verb_in(words)).parse_args(words)
        return load_verb(args.verb, host).run(args, host)
    except KernelError as error:
        return _fail(error, as_json=as_json)
    except OSError as error:
        return _fail(SystemCallError(error), as_json=as_json)


def _fail(error: KernelError, *, as_json: bool) -> int:
    """Print the error if possible, and return the exit status."""
    log_swallowed()
    with suppress(OutputError):
        if as_json:
            documents.print_json(documents.failure_as_json(error))
        else:
            streams.say(str(error), sys.stderr)
    return error.exit_status
