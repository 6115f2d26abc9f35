"""The entry point of `pip-kernel`."""

from __future__ import annotations

import argparse
import sys

from conda_jupyter_plugin import __version__
from conda_jupyter_plugin.cli import report
from conda_jupyter_plugin.cli.parser import VerbParser, add_verbs
from conda_jupyter_plugin.cli.verbs import run
from conda_jupyter_plugin.core.errors import KernelError, UsageError

from .create import add_create_verb, create
from .door import PipDoor


def build_parser(*, raise_errors: bool = False) -> argparse.ArgumentParser:
    """Build the parser of `pip-kernel`.

    Args:
        raise_errors: Whether bad usage is to be raised instead of printed.
    """
    parser = VerbParser(
        prog="pip-kernel",
        description="Manage virtual environments as Jupyter kernels.",
        raise_errors=raise_errors,
    )
    parser.add_argument("-V", "--version", action="version", version=f"pip-kernel {__version__}")
    door = PipDoor()
    verbs = add_verbs(parser, door, raise_errors=raise_errors)
    add_create_verb(verbs, door)
    return parser


def main(words: list[str] | None = None) -> int:
    """Run `pip-kernel`.

    Args:
        words: The command line without the program's name; None for this process's.

    Returns:
        The exit status.
    """
    words = sys.argv[1:] if words is None else words
    # argparse takes abbreviations too.
    as_json = any(len(word) > 3 and "--json".startswith(word) for word in words)
    try:
        parser = build_parser(raise_errors=as_json)
        args, unknown = parser.parse_known_args(words)
        if unknown and as_json:
            raise UsageError(f"Unrecognized arguments: {' '.join(unknown)}.", "See `pip-kernel --help`.")
        if unknown:
            parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        door = PipDoor()
        if args.verb == "create":
            report.print_result(create(args, door), door.output(args))
            return 0
        return run(args, door)
    except KernelError as error:
        if as_json:
            report.print_json({"success": False, **report.error_as_json(error)})
        else:
            print(report.printable(str(error)), file=sys.stderr)
        return error.exit_status
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 1
