"""The verbs as sub-parsers."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from ...core.errors import UsageError
from .. import documents, streams
from .help import HelpFormatter, lay_out_help

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any, NoReturn

    Verbs = argparse._SubParsersAction["VerbParser"]


class _NotPlainError(Exception):
    """The arguments are in an order that argparse does not accept, or wrong."""


class VerbParser(argparse.ArgumentParser):
    """The parser of a verb. It can print errors as one JSON document."""

    def __init__(self, *args: Any, as_json: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", HelpFormatter)
        super().__init__(*args, **kwargs)
        lay_out_help(self)
        self._as_json = as_json
        self._is_parsing = self._is_trying = False
        self.passed_on: str | None = None
        """The attribute for the arguments after `--`, if another program gets them."""

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
            if unknown:
                self.error(f"unrecognized arguments: {' '.join(unknown)}{self._guess(unknown)}")
            return parsed, unknown
        finally:
            self._is_parsing = False

    def _guess(self, unknown: Sequence[str]) -> str:
        """Suggest known words for unknown ones."""
        from ...core.near_misses import did_you_mean

        word, options = unknown[0].partition("=")[0], self._option_string_actions
        if not word.startswith("-") and "-n" in options:
            return f" (did you mean -n {word}?)"
        if word == "-p" and "--python" in options:
            return " (did you mean --python?)"
        if word == "-f" and {"--force", "--yes"} <= options.keys():
            # Jupyter's own command asks nothing then.
            return " (did you mean --yes or --force?)"
        if word in ("-n", "-p", "--prefix") and "PATH" in (action.metavar for action in self._actions):
            return f" (pass the environment's path without {word})"
        near = did_you_mean(word, options) if word.startswith("--") else ""
        guess = f" ({near[:1].lower()}{near[1:]})" if near else ""
        words = " ".join(unknown)
        return f" (pass options for pip after --: -- {words}){guess}" if self.passed_on else guess

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
        """Print argparse's messages and help like all other output."""
        if message:
            streams.write_lines(message, file or sys.stderr)


def wants_json(words: Sequence[str]) -> bool:
    """Whether a command line asks for JSON, even if it cannot be parsed; abbreviations count."""
    return any(len(word) > 3 and "--json".startswith(word) for word in words)


def print_usage_error(command: str, message: str) -> NoReturn:
    """Print bad usage as one JSON document.

    Args:
        command: The command whose help tells more.

    Raises:
        SystemExit: Always, as argparse does.
    """
    error = UsageError(f"{message[:1].upper()}{message[1:].rstrip('.')}.", f"See `{command} --help`.")
    documents.print_json(documents.failure_as_json(error))
    raise SystemExit(error.exit_status)
