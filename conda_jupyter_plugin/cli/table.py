"""A table that reads at a glance: as wide as the terminal, its columns in line, its states coloured."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING
from unicodedata import bidirectional

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import TextIO

    Steps = Sequence[tuple[int, int]]

_BETWEEN = "  "
_LEAST = 4
_LEFT_TO_RIGHT = "\u200e"
_RED, _YELLOW, _GREEN, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[32m", "\x1b[0m"
_COLOURS: Mapping[str, str] = {
    "broken": _RED,
    "failed": _RED,
    "stale": _YELLOW,
    "unregistered": _YELLOW,
    "ok": _GREEN,
}


def lay_out(rows: Sequence[Sequence[str]], steps: Steps, stream: TextIO | None) -> Iterator[str]:
    """Write the cells of rows below each other, two columns apart; the last cell begins with a state.

    On a terminal no line is wider than that: cells are shortened, paths in their middle. It serves terminals
    of 80 columns, where a row with a path is longer: step by step, what says least gives way first.

    Args:
        rows: The cells of each row, the headers first; printable text.
        steps: Which column gives way next, and down to which width, where there is not enough room.
        stream: Where they are to be written.

    Yields:
        The lines, which may hold what colours them.
    """
    encoding = getattr(stream, "encoding", None) or "utf-8"
    rows = [[_encodable(cell, encoding) for cell in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*rows, strict=True)]
    available = terminal_width(stream)
    if available:
        widths = _fit(widths, steps, available)
    mark = "…" if "…".encode(encoding, "ignore") else "..."
    is_coloured = shows_colours(stream)
    for index, row in enumerate(rows):
        cells = [_shorten(cell, width, mark) for cell, width in zip(row[:-1], widths, strict=False)]
        padded = [cell + " " * (width - width_of(cell)) for cell, width in zip(cells, widths, strict=False)]
        last = _shorten_sentence(row[-1], widths[-1], mark)
        if available and mark == "…":
            padded = list(map(_kept_in_place, padded))
        if index and is_coloured:
            last = _coloured(last)
        yield _BETWEEN.join([*padded, last]).rstrip()


def _encodable(text: str, encoding: str) -> str:
    return text if text.isascii() else text.encode(encoding, "backslashreplace").decode(encoding)


def shortened(text: str, stream: TextIO | None, taken: int = 0) -> str:
    """Shorten a line to the width of a terminal.

    Args:
        stream: Where it is to be written.
        taken: How many columns something else takes.
    """
    available = terminal_width(stream)
    return text if available is None else _shorten_sentence(text, max(0, available - taken), "...")


def width_of(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    width: int = wcswidth(text)
    return len(text) if width < 0 else width


def terminal_width(stream: TextIO | None) -> int | None:
    """The width of the terminal in columns; None without a terminal."""
    if stream is None or not stream.isatty():
        return None
    given = os.environ.get("COLUMNS", "")
    if given.isdecimal() and int(given):
        return int(given)
    try:
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def shows_colours(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal whose user wants colours: see https://no-color.org/."""
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("TERM", "") in ("dumb", ""):
        return "WT_SESSION" in os.environ
    return True


def _fit(widths: Sequence[int], steps: Steps, available: int) -> list[int]:
    """Make columns narrower, one after the other, until all of them fit."""
    fitting = list(widths)
    to_the_last = [(column, _LEAST) for column in reversed(range(len(widths)))]
    for column, least in (*steps, *to_the_last):
        excess = sum(fitting) + len(_BETWEEN) * (len(fitting) - 1) - available
        fitting[column] -= max(0, min(excess, fitting[column] - least))
    return fitting


def _shorten(text: str, width: int, mark: str) -> str:
    """Shorten a text in the middle, because a path's end is more useful than its start."""
    if width_of(text) <= width:
        return text
    room = max(0, width - len(mark))
    return _beginning(text, room // 3) + mark + _beginning(text[::-1], room - room // 3)[::-1]


def _shorten_sentence(text: str, width: int, mark: str) -> str:
    """Shorten the paths in a sentence, the longest first; then leave out its end."""
    if width_of(text) <= width:
        return text
    for path in sorted(re.findall(r"\S*[/\\]\S*[/\\]\S*", text), key=len, reverse=True):
        excess = width_of(text) - width
        if excess > 0:
            text = text.replace(path, _shorten(path, max(12, width_of(path) - excess), mark), 1)
    return text if width_of(text) <= width else _beginning(text, max(0, width - len(mark))) + mark


def _beginning(text: str, width: int) -> str:
    """Take as many letters as fit."""
    taken = 0
    for index, letter in enumerate(text):
        taken += width_of(letter)
        if taken > width:
            return text[:index]
    return text


def _kept_in_place(cell: str) -> str:
    """Keep text that is written from right to left in its column.

    It serves users with Arabic or Hebrew names: a terminal would show such a row's columns in another order.
    https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters
    """
    if cell.isascii():
        return cell
    from_right = any(bidirectional(letter) in ("R", "AL", "AN") for letter in cell)
    return cell + _LEFT_TO_RIGHT if from_right else cell


def _coloured(state: str) -> str:
    word = re.split(r"\W", state, maxsplit=1)[0]
    colour = _COLOURS.get(word)
    return f"{colour}{word}{_PLAIN}{state[len(word) :]}" if colour else state
