"""Notebooks that are text: what their header says of the kernel, and their cells, in the form of .ipynb.

The header is YAML, of which jupytext, MyST and Quarto write these few plain lines; no more of it is read:
https://jupytext.readthedocs.io/en/latest/formats-scripts.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
    begin = next((number for number, line in enumerate(lines) if not _FIRST.match(line)), 0)
    is_script = bool(lines) and lines[begin].startswith("#")
    header = [_COMMENT.sub("", line, count=1) if is_script else line for line in lines[begin:]]
    if header[:1] != ["---"] or "---" not in header[1:]:
        raise ValueError("no header")
    end = header.index("---", 1)
    kernelspec = _kernelspec(header[1:end])
    if not kernelspec.get("name"):
        raise ValueError("no kernel")
    body = lines[begin + end + 1 :]
    sources = ["\n".join(body)] if is_script else _fenced(body)
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"display_name": "", **kernelspec}},
        "cells": [{"cell_type": "code", "source": source} for source in sources],
    }


def _kernelspec(header: Sequence[str]) -> dict[str, str]:
    """The entries below `kernelspec:`, or the name that Quarto has behind `jupyter:`."""
    entries: dict[str, str] = {}
    inside: int | None = None
    for line in header:
        key, _, value = (part.strip() for part in line.partition(":"))
        indent = len(line) - len(line.lstrip())
        if inside is not None and indent <= inside:
            inside = None
        if inside is not None:
            entries[key] = value.strip("'\"")
        elif key == "kernelspec" and not value:
            inside = indent
        elif key == "jupyter" and value:
            entries["name"] = value.strip("'\"")
    return entries


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
