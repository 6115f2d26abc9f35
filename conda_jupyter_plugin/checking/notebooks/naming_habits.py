"""Recognizes the environment in kernel names of other tools."""

from __future__ import annotations

import re

_LONGEST = 300

_HABITS = tuple(
    map(
        re.compile,
        (
            # nb_conda_kernels: `conda-env-opencv-py`, `Python [conda env:opencv] *`.
            r"^conda-(?:env-)?(.+)-[a-z0-9]+$",
            r"\[conda env:([^\]*]+)",
            # VS Code: `Python 3.12.1 ('opencv': venv)`, `opencv (Python 3.12.1)`, `opencv (3.12.1)`.
            r"\('([^']+)'",
            r"^(.+) \((?:python )?\d[\d.]*\)$",
            # What we write, and most people who name their kernels: `Python 3 (opencv)`, `Python [opencv]`.
            r"\(([^()]+)\)$",
            r"\[([^\[\]:]+)\]$",
        ),
    )
)


def environments_meant(name: str, display_name: str) -> frozenset[str]:
    """Name the environments that a kernel may be of.

    Returns:
        Names in small letters; those that are none mean nothing.
    """
    texts = [text[:_LONGEST].lower().strip() for text in (name, display_name)]
    found = {match[1].strip() for text in texts for habit in _HABITS if (match := habit.search(text))}
    # Older ones call it so.
    return frozenset({"base" if text == "root" else text for text in (*texts, *found) if text})
