"""Notebooks that are text: what their header says of the kernel, and their cells, in the form of .ipynb.

The header is YAML, of which jupytext, MyST and Quarto write these few plain lines; no more of it is read:
https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Any

_SUFFIXES = frozenset({".py", ".r", ".jl", ".md", ".rmd", ".qmd"})

_FIRST = re.compile(r"#!|#.*coding|\s*$")
_COMMENT = re.compile(r"#'? ?")
_FENCE = re.compile(r"\s*(```+|~~~+)\s*\{?(?:code-cell\}?\s*)?(\w*)")


def is_text_notebook(path: Path) -> bool:
    """Whether a file's name is that of a text notebook."""
    return path.suffix.lower() in _SUFFIXES


@dataclass(frozen=True)
class _Header:
    """The header of a text notebook.

    Attributes:
        begin: The number of its first line, which is `---`.
        lines: The lines between that one and the next `---`, without what makes them comments.
        is_script: Whether they are comments.
    """

    begin: int
    lines: Sequence[str]
    is_script: bool


def parse_text_notebook(text: str) -> dict[str, Any]:
    """Read a text notebook.

    Args:
        text: All of it.

    Returns:
        What it would be as a document in format 4.

    Raises:
        ValueError: Its header names no kernel.
    """
    lines = text.splitlines()
    header = _find_header(lines)
    if header is None:
        raise ValueError("no header")
    kernelspec = {key: value for key, value, _ in _entries(header.lines)}
    if not kernelspec.get("name"):
        raise ValueError("no kernel")
    body = lines[header.begin + len(header.lines) + 2 :]
    sources = ["\n".join(body)] if header.is_script else _fenced(body)
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"display_name": "", **kernelspec}},
        "cells": [{"cell_type": "code", "source": source} for source in sources],
    }


def find_kernel_name(text: str) -> tuple[int, int] | None:
    """Find where a text notebook names its kernel: the first letter, and the one behind the last."""
    lines = text.splitlines(keepends=True)
    header = _find_header([line.rstrip("\r\n") for line in lines])
    names = [entry for entry in _entries(header.lines) if entry[0] == "name"] if header else []
    if header is None or not names:
        return None
    _, name, number = names[-1]
    line = header.begin + 1 + number
    start = sum(map(len, lines[:line])) + lines[line].rindex(name)
    return start, start + len(name)


def _find_header(lines: Sequence[str]) -> _Header | None:
    begin = next((number for number, line in enumerate(lines) if not _FIRST.match(line)), 0)
    is_script = bool(lines) and lines[begin].startswith("#")
    header = [_COMMENT.sub("", line, count=1) if is_script else line for line in lines[begin:]]
    if header[:1] != ["---"] or "---" not in header[1:]:
        return None
    return _Header(begin, header[1 : header.index("---", 1)], is_script)


def _entries(header: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Give the entries below `kernelspec:`, or the name that Quarto has behind `jupyter:`.

    Yields:
        The key, the value without its quotes, and the number of the line.
    """
    inside: int | None = None
    for number, line in enumerate(header):
        key, _, value = (part.strip() for part in line.partition(":"))
        indent = len(line) - len(line.lstrip())
        if inside is not None and indent <= inside:
            inside = None
        if inside is not None:
            yield key, value.strip("'\""), number
        elif key == "kernelspec" and not value:
            inside = indent
        elif key == "jupyter" and value:
            yield "name", value.strip("'\""), number


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    """The blocks of code that name a language."""
    fence, language, block = "", "", list[str]()
    for line in lines:
        match = _FENCE.match(line)
        if fence and line.strip() == fence:
            if language:
                yield "\n".join(block)
            fence, block = "", []
        elif fence:
            block.append(line)
        elif match:
            fence, language = match[1], match[2]
