"""`--kernel` on conda's own commands: its options, and whether it is given."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_COMMANDS = (("create",), ("install",), ("env", "create"))


def is_given() -> bool:
    """Whether the current command has `--kernel` or what implies it."""
    from conda.base.context import context

    # Under `conda config` the attribute `get` is an option's value: hence a plain dict.
    given = dict(context._argparse_args or {})
    names = (given.get("kernel_name"), given.get("kernel_display_name"))
    return bool(given.get("kernel")) or any(name is not None for name in names)


def add_to_all(parser: argparse.ArgumentParser) -> bool:
    """Add the options to the commands that have them.

    Returns:
        Whether every one of them was found.
    """
    found = [list(_find(parser, command)) for command in _COMMANDS]
    for parsers in found:
        for below in parsers:
            _add_options(below)
    return all(found)


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
