"""The verbs as sub-parsers."""

from __future__ import annotations

import argparse
import sys
from functools import partial

from ..core.errors import UsageError
from . import documents, streams
from .completion import SHELLS, KernelNames
from .options import (
    FORCING,
    add_choice_options,
    add_force_option,
    add_jupyter_option,
    add_location_options,
    positive_number,
    positive_seconds,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from typing import Any, NoReturn

    from .host import Host

    Verbs = argparse._SubParsersAction["VerbParser"]


class _NotPlainError(Exception):
    """Words do not stand in the order that argparse takes them in by itself, or are wrong."""


class VerbParser(argparse.ArgumentParser):
    """A verb's parser, whose errors can be one JSON document."""

    def __init__(self, *args: Any, as_json: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)
        self._as_json = as_json
        self._is_parsing = self._is_trying = False
        self.passed_on: str | None = None
        """What keeps the words behind `--`, where they are for another program."""

    def add_argument(self, *names: Any, **options: Any) -> argparse.Action:
        """Add an argument by way of its group.

        argparse checks those that are added to a parser by formatting each; for that it asks how wide the
        terminal is, which loads `shutil`.
        """
        group = self._optionals if names and names[0].startswith("-") else self._positionals
        return group.add_argument(*names, **options)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse options before, between and behind positional arguments.

        argparse does so only where it is asked to; up to 3.12.6 it takes an optional positional argument for
        missing where an option comes first. https://docs.python.org/3/library/argparse.html#intermixed-parsing
        """
        if self._is_parsing or self._subparsers is not None:
            return super().parse_known_args(args, namespace)
        if self.passed_on and "--" in args:
            self.set_defaults(**{self.passed_on: list(args[args.index("--") + 1 :])})
            args = args[: args.index("--")]
        self._is_parsing = True
        try:
            if (plain := self._try_plainly(args, namespace)) is not None:
                return plain
            parsed, unknown = self.parse_known_intermixed_args(args, namespace)
            if unknown and self.passed_on:
                told = " ".join(unknown)
                self.error(f"unrecognized arguments: {told} (options for pip stand behind --: -- {told})")
            return parsed, unknown
        finally:
            self._is_parsing = False

    def _try_plainly(self, args: Any, namespace: Any) -> Any:
        """Parse words that argparse takes as they stand: most do, and it saves writing the usage."""
        self._is_trying = True
        try:
            parsed = super().parse_known_args(args, namespace)
        except _NotPlainError:
            return None
        finally:
            self._is_trying = False
        return None if parsed[1] else parsed

    def error(self, message: str) -> NoReturn:
        """Report bad usage and exit: as argparse does, or as JSON."""
        if self._is_trying:
            raise _NotPlainError
        if self._as_json:
            print_usage_error(self.prog, message)
        super().error(message)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print what argparse has to say, help too, as everything else is printed."""
        if message:
            streams.write_lines(message, file or sys.stderr)


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, be it one that cannot be parsed; abbreviations count."""
    return any(len(word) > 3 and "--json".startswith(word) for word in words)


def print_usage_error(command: str, message: str) -> NoReturn:
    """Print bad usage as one JSON document.

    Args:
        command: The command whose help tells more.
        message: What is wrong, as argparse puts it.

    Raises:
        SystemExit: Always, as argparse does.
    """
    error = UsageError(f"{message[:1].upper()}{message[1:]}.", f"See `{command} --help`.")
    documents.print_json(documents.failure_as_json(error))
    raise SystemExit(error.exit_status)


def add_verbs(
    parser: ArgumentParser,
    host: Host,
    *,
    as_json: bool,
    further: Mapping[str, Callable[[Verbs, Host], None]] | None = None,
    only: str | None = None,
) -> None:
    """Add the verbs that a command has.

    Args:
        parser: The command's own parser.
        host: The command.
        as_json: Whether bad usage is to be printed as JSON.
        further: What adds the verbs that only this command has.
        only: The one that is meant, where that is known: making the others takes time.
    """
    verbs: Verbs = parser.add_subparsers(  # type: ignore[call-overload]
        title="commands",
        metavar="COMMAND",
        dest="verb",
        required=True,
        parser_class=partial(VerbParser, as_json=as_json),
        # Else argparse would find it out by writing the usage.
        prog=parser.prog,
    )
    adding = {
        "add": _add_add,
        "remove": _add_remove,
        "list": _add_list,
        "sync": _add_sync,
        "check": _add_check,
        "info": _add_info,
        "completion": _add_completion,
        **(further or {}),
    }
    for add in [adding[only]] if only in adding else adding.values():
        add(verbs, host)


def new_verb(verbs: Verbs, host: Host, name: str, summary: str) -> VerbParser:
    """Add one verb's parser, with the host's examples."""
    return verbs.add_parser(
        name,
        help=summary,
        description=summary,
        epilog=examples_of(host, name),
    )


def examples_of(host: Host, name: str) -> str:
    """Write the examples that a verb's help ends with."""
    return as_examples(f"{host.command} {name}", host.examples[name])


def as_examples(command: str, examples: Iterable[str]) -> str:
    """Write examples of a command as its help ends with them."""
    return "\n".join(["Examples:", *(f"  {command} {example}".rstrip() for example in examples)])


def _add_add(verbs: Verbs, host: Host) -> None:
    parser = new_verb(verbs, host, "add", "Register the kernels of an existing environment.")
    host.add_environment_options(parser)
    parser.add_argument(
        "--install", action="store_true", help="Install the kernel package where the environment has none."
    )
    add_choice_options(parser)
    add_location_options(parser)
    add_force_option(parser, FORCING)
    host.add_output_options(parser)


def _add_remove(verbs: Verbs, host: Host) -> None:
    parser = new_verb(verbs, host, "remove", "Unregister kernels, until they are added again.")
    names = parser.add_argument("names", nargs="*", metavar="NAME", help="Name of a kernel to unregister.")
    names.completer = KernelNames(host, managed=True)  # type: ignore[attr-defined]
    host.add_target_options(parser, "Unregister")
    parser.add_argument(
        "--missing", action="store_true", help="Unregister the kernels whose environment is gone."
    )
    add_location_options(parser)
    add_force_option(parser, "Also unregister a kernel that this tool did not make.")
    host.add_output_options(parser)


def _add_list(verbs: Verbs, host: Host) -> None:
    parser = new_verb(verbs, host, "list", "List every kernel that Jupyter sees, with its environment.")
    parser.add_argument(
        "--available", action="store_true", help="Also list environments' kernels that are not registered."
    )
    add_location_options(parser)
    host.add_output_options(parser)


def _add_sync(verbs: Verbs, host: Host) -> None:
    parser = new_verb(
        verbs,
        host,
        "sync",
        "Refresh the kernels whose environment changed, unregister those whose environment is gone.",
    )
    add_location_options(parser)
    host.add_output_options(parser)


def _add_check(verbs: Verbs, host: Host) -> None:
    parser = new_verb(verbs, host, "check", "Start kernels for real, and say of each whether it works.")
    names = parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="Name of a kernel, or path of a notebook (NOTEBOOK.ipynb, or text): is the kernel that it asks"
        " for here, and which one would do. Default: the active environment's kernels.",
    )
    names.completer = KernelNames(host)  # type: ignore[attr-defined]
    host.add_target_options(parser, "Check")
    parser.add_argument("--all", action="store_true", help="Check every kernel that Jupyter sees.")
    parser.add_argument(
        "--timeout",
        type=positive_seconds,
        default=60.0,
        metavar="SECONDS",
        help="How long a kernel may take to answer. Default: 60.",
    )
    parser.add_argument(
        "--jobs",
        type=positive_number,
        default=2,
        metavar="NUMBER",
        help="How many kernels are started at once. Default: 2.",
    )
    add_jupyter_option(parser)
    host.add_output_options(parser)


def _add_info(verbs: Verbs, host: Host) -> None:
    parser = new_verb(
        verbs, host, "info", "Tell everything about a kernel: its place, command, environment and variables."
    )
    names = parser.add_argument("names", nargs="+", metavar="NAME", help="Name of a kernel.")
    names.completer = KernelNames(host)  # type: ignore[attr-defined]
    add_location_options(parser)
    host.add_output_options(parser)


def _add_completion(verbs: Verbs, host: Host) -> None:
    parser = new_verb(verbs, host, "completion", "Print what lets a shell complete this command's words.")
    parser.add_argument("shell", choices=SHELLS, help="The shell.")
