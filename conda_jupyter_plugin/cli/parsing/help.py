"""The layout of a command's help at any terminal width, with examples at its end."""

from __future__ import annotations

import argparse
import re
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

DOCUMENTATION = "Documentation: docs/index.md in the repository of conda-jupyter-plugin"

SHOW_VERSION = "Show the version and exit."

_NARROW = 70
"""The width from which long options and their help fit on one line."""

_OPTIONS = argparse.Action([], "options", metavar="[OPTIONS]")


class HelpFormatter(argparse.HelpFormatter):
    """Lays help out as argparse does, with a short usage, and breaks lines between words only."""

    def __init__(self, prog: str, **options: Any) -> None:
        super().__init__(prog, **options)
        if self._width < _NARROW:
            self._max_help_position = min(self._max_help_position, 16)

    def _format_usage(self, usage: Any, actions: Iterable[Any], _: Any, prefix: Any) -> str:
        """Write the usage as uv and pip do, without listing the options."""
        positionals = [action for action in actions if not action.option_strings]
        return super()._format_usage(usage, [_OPTIONS, *positionals], [], prefix)

    def _format_action(self, action: argparse.Action) -> str:
        """Write the verbs as a list of their own, without a word above it."""
        if isinstance(action, argparse._SubParsersAction):
            return "".join(map(super()._format_action, action._get_subactions()))
        return super()._format_action(action)

    def _format_action_invocation(self, action: argparse.Action) -> str:
        """Write the names of an option, on several lines if one is too narrow."""
        names = super()._format_action_invocation(action)
        if len(names) <= self._width - self._current_indent:
            return names
        indent = " " * self._current_indent
        parts = re.findall(r"[^,]+,?", names)
        return "\n".join(_lines(parts, self._width, indent, join="", ending="")).strip()

    def _split_lines(self, text: str, width: int) -> list[str]:
        return _wrapped(" ".join(text.split()), width)

    def _fill_text(self, text: str, width: int, _: str) -> str:
        """Wrap each line; a command goes on in the next line as a shell has it."""
        return "\n".join(part for line in text.splitlines() for part in _wrapped(line, width))


def _wrapped(line: str, width: int) -> list[str]:
    indent = line[: len(line) - len(line.lstrip())]
    # Quoted or bracketed text is one word, and indented lines are commands.
    words = re.findall(r"(?:'[^']*'|\[[^]]*\]|\S)+", line)
    return list(_lines(words, width, indent, join=" ", ending=" \\" if indent else ""))


def _lines(words: Iterable[str], width: int, indent: str, join: str, ending: str) -> Iterator[str]:
    """Wrap words into lines, with a separator between words and at the end of a line."""
    line, continued = "", indent * 2
    for word in words:
        longer = f"{line}{join}{word}" if line else word
        if line and len(indent) + len(longer) + len(ending) > width:
            yield f"{indent}{line}{ending}"
            indent, line = continued, word.lstrip()
        else:
            line = longer
    yield f"{indent}{line}"


def lay_out_help(parser: argparse.ArgumentParser) -> None:
    """Give a parser's help the headings of conda's; one that is made in another way keeps its own."""
    with suppress(AttributeError):
        parser._positionals.title, parser._optionals.title = "Arguments", "Options"
        for action in parser._actions:
            if isinstance(action, argparse._HelpAction):
                action.help = "Show this help message and exit."


def as_examples(command: str, examples: Iterable[str]) -> str:
    """Write the end of a command's help: examples, and where the documentation is."""
    lines = (f"  {command} {example}".rstrip() for example in examples)
    return "\n".join(["Examples:", *lines, "", DOCUMENTATION])
