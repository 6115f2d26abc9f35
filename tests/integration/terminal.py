"""A user's terminal: what is typed there, what it shows, and a picture of that."""

from __future__ import annotations

import io
import re

import pexpect
import pyte
from conda_base import Conda
from rich.console import Console
from rich.text import Text

COLUMNS = 80
_PROMPT = "$ "
_PROMPT_AGAIN = rf"\r\n(?:\x1b\[\?2004h)?{re.escape(_PROMPT)}"
_SECONDS = 300


class Terminal:
    """A shell in a terminal of 80 columns, in which `conda` is the user's."""

    def __init__(self, user: Conda) -> None:
        self._home = str(user.home)
        variables = {"PS1": _PROMPT, "TERM": "xterm-256color", "PROMPT_COMMAND": ""}
        self._shell = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile", "-i"],
            env=user.shell_variables(variables),
            cwd=self._home,
            encoding="utf-8",
            dimensions=(1000, COLUMNS),
            timeout=_SECONDS,
        )
        self._shell.expect_exact(_PROMPT)

    def type(self, command: str, answer: str = "") -> list[Text]:
        """Types a command, and gives the lines that the terminal shows then, as they look.

        Args:
            command: The command.
            answer: What to type where it asks `Proceed`; it does not ask where this is empty.
        """
        self._shell.sendline(command)
        shown = ""
        if answer:
            ended = self._shell.expect([re.escape("([y]/n)?"), _PROMPT_AGAIN])
            shown = self._shell.before + self._shell.after
            assert not ended, shown
            self._shell.sendline(answer)
        self._shell.expect(_PROMPT_AGAIN)
        shown += self._shell.before
        return _lines(_PROMPT + shown.replace(self._home, "/home/user"))


def _lines(shown: str) -> list[Text]:
    screen = pyte.Screen(COLUMNS, 1000)
    pyte.Stream(screen).feed(shown)
    return [_line(screen.buffer[number]) for number in range(screen.cursor.y + 1)]


def _line(cells: dict[int, pyte.screens.Char]) -> Text:
    text = Text()
    for column in range(COLUMNS):
        cell = cells[column]
        colour = cell.fg if cell.fg != "default" else ""
        text.append(cell.data, f"{'bold ' if cell.bold else ''}{colour}".strip())
    text.rstrip()
    return text


def as_picture(lines: list[Text]) -> str:
    """Draws lines as a window of a terminal.

    Args:
        lines: What it shows.

    Returns:
        The picture as SVG.
    """
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    for line in lines:
        console.print(line, no_wrap=True)
    drawn = console.export_svg(title="conda create --kernel", unique_id="terminal")
    # whatever font the reader's machine has: a picture asks no server for another one
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)
