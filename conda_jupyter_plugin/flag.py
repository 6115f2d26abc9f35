"""`--kernel` on conda's own commands, and a parser that costs nothing until it is used.

conda has no hook that adds an option to a built-in command. When conda asks plugins for their subcommands,
its parser is about to be finished and used: so its `parse_args` is wrapped there, which adds the options
to the finished parser. Where conda ever changes that, it works on as if there were no such option.
"""

from __future__ import annotations

import argparse
from contextlib import suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_COMMANDS = (("create",), ("install",), ("env", "create"))

_original: Callable[..., Any] | None = None


def offer() -> None:
    """Add `--kernel` and its companions to conda's parser before it is used; never raises."""
    global _original
    if _original is not None:
        return
    try:
        from conda.cli.conda_argparse import ArgumentParser

        original = ArgumentParser.parse_args

        @wraps(original)
        def parse_args(self: Any, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
            _add_to_all(self, args or ())
            return original(self, args, *rest, **options)

        ArgumentParser.parse_args = parse_args
        _original = original
    except Exception:  # noqa: S110 - conda must work on as if there were no such option
        pass


def withdraw() -> None:
    """Undo what `offer` did."""
    global _original
    if _original is not None:
        from conda.cli.conda_argparse import ArgumentParser

        ArgumentParser.parse_args = _original
        _original = None


def is_given() -> bool:
    """Whether the current command has `--kernel` or what implies it."""
    from conda.base.context import context

    # Under `conda config` the attribute `get` is an option's value: hence a plain dict.
    given = dict(context._argparse_args or {})
    names = (given.get("kernel_name"), given.get("kernel_display_name"))
    return bool(given.get("kernel")) or any(name is not None for name in names)


def postpone(parser: argparse.ArgumentParser) -> None:
    """Let the parser of `conda kernel` be built when it is used, as conda makes it each time. Never raises.

    Args:
        parser: The parser that conda made.
    """
    with suppress(Exception):
        parser.parse_known_args = partial(_parse_postponed, parser)  # type: ignore[method-assign]


def run_verb(args: argparse.Namespace) -> int:
    """Run `conda kernel`.

    Args:
        args: The parsed options.

    Returns:
        The exit status.
    """
    from .subcommand import execute

    return execute(args)


def _parse_postponed(parser: argparse.ArgumentParser, *arguments: Any) -> Any:
    from .subcommand import parse_known_args

    del parser.parse_known_args
    return parse_known_args(parser, *arguments)


def _may_matter(words: Sequence[str]) -> bool:
    """Whether the options can be in these words, abbreviated perhaps, or help is asked for."""
    return any(word.startswith("--k") or word in ("-h", "--help") for word in words)


def _add_to_all(parser: argparse.ArgumentParser, words: Sequence[str]) -> None:
    try:
        for command in _COMMANDS if _may_matter(words) else ():
            for found in _find(parser, command):
                _add_options(found)
    except Exception:  # noqa: S110 - conda must work on as if there were no such option
        pass


def _find(parser: argparse.ArgumentParser, command: Sequence[str]) -> Iterator[argparse.ArgumentParser]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction) and command[0] in action.choices:
            below = action.choices[command[0]]
            yield from _find(below, command[1:]) if command[1:] else [below]


def _add_options(parser: argparse.ArgumentParser) -> None:
    if "--kernel" in parser._option_string_actions:
        return
    group = parser.add_argument_group("Jupyter Kernel Options")
    group.add_argument(
        "--kernel",
        action="store_true",
        help="Make the environment a Jupyter kernel, adding a kernel package if needed.",
    )
    group.add_argument("--kernel-name", metavar="NAME", help="Name of the kernel; implies --kernel.")
    group.add_argument(
        "--kernel-display-name", metavar="TEXT", help="Name that Jupyter shows for it; implies --kernel."
    )
