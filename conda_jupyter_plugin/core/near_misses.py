"""Suggests known words for mistyped ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .errors import KernelError

_SHOWN = 3
_LEAST = 3
"""The fewest letters with which a word matches words that contain it."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Ask for the words that are nearest to a mistyped one: a sentence, empty where none is near."""
    from difflib import get_close_matches

    by_lower = {name.lower(): name for name in known}
    text = word.lower().strip("-")
    near = get_close_matches(word.lower(), by_lower, _SHOWN, cutoff=0.7)
    near += [name for name in by_lower if len(text) >= _LEAST and text in name and name not in near]
    return _question([by_lower[name] for name in near])


def guessing(error: KernelError, word: str, known: Iterable[str], meant: Sequence[str] = ()) -> KernelError:
    """Let an error ask for what was probably meant by a word, in front of its way out.

    Args:
        meant: What it says in another way, where anything is known of that.
    """
    error.hint = f"{_question(meant) or did_you_mean(word, known)} {error.hint}".strip()
    return error


def _question(names: Sequence[str]) -> str:
    return f"Did you mean {' or '.join(names[:_SHOWN])}?" if names else ""
