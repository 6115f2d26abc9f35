"""The examples of the documentation: what is typed at a prompt, and what is shown then."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from project import PROJECT

_FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_ELISION = "..."


@dataclass(frozen=True)
class Example:
    """A command of a page, and the lines that it prints: no matter which, where there are none."""

    page: str
    command: str
    printed: str


def pages() -> list[Path]:
    """Lists the pages that people read."""
    return [PROJECT / "README.md", *sorted((PROJECT / "docs").rglob("*.md"))]


def name_of(page: Path) -> str:
    """Names a page by its path in the project."""
    return page.relative_to(PROJECT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """Gives the fenced blocks of one language, in order."""
    return [text for kind, text in _FENCE.findall(page.read_text("utf-8")) if kind == language]


def examples(page: Path) -> Iterator[Example]:
    """Gives a page's examples in order."""
    for block in blocks(page, "console"):
        lines = [line.strip() for line in block.splitlines()]
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            command = lines[start][2:].partition("  #")[0]
            yield Example(page.name, command, "\n".join(lines[start + 1 : end]))


def play(
    shown: list[Example], folder: Path, variables: Mapping[str, str], adapt: Callable[[str], str]
) -> None:
    """Runs examples one by one, and compares what they print with what is said.

    Args:
        shown: The examples.
        folder: Where to type them.
        variables: All environment variables.
        adapt: Makes of what is said what holds on this machine.

    Raises:
        AssertionError: One fails, or prints something else.
    """
    for one in shown:
        command = ["bash", "-c", adapt(one.command)]
        done = subprocess.run(
            command, env=variables, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        told = f"{one.page}: {one.command}\n{done.stdout}{done.stderr}"
        assert done.returncode == 0, told
        pattern = "".join(map(_pattern, adapt(one.printed).splitlines())) or r"(?:.*\n)*"
        assert re.fullmatch(pattern, f"{done.stdout.strip()}\n" if done.stdout.strip() else ""), told


def _pattern(line: str) -> str:
    """Makes a regular expression of a line: `...` stands for any lines, in a line for any text."""
    if line == _ELISION:
        return r"(?:.*\n)*"
    return re.sub(r"(\\ )+", " +", re.escape(line)).replace(re.escape(_ELISION), ".*") + r"\n"
