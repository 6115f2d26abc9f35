"""Paths as text: as UTF-8 has it in files, whatever the locale, and as this process needs it.

Where the locale knows less than UTF-8, Python has a path's bytes as lone surrogates, which nobody else can
read: https://peps.python.org/pep-0383/
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any


def is_system_text(text: str) -> bool:
    """Whether a text can be a path, or a word of a command."""
    if text.isascii():
        return "\0" not in text
    with suppress(UnicodeEncodeError):
        return b"\0" not in os.fsencode(text)
    return False


def as_typed(path: str) -> str:
    """Write a path as a user types it at a prompt: never like an option, and quoted if empty."""
    return shlex.quote(f"./{path}" if path.startswith("-") else path)


def for_everybody(text: str) -> str:
    """Write a path, or a name out of one, as others read it."""
    if text.isascii():
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text


def for_this_process(text: str) -> str:
    """Write a path as this process needs it, to find what is there."""
    if text.isascii():
        return text
    try:
        os.fsencode(text)
    except UnicodeEncodeError:
        try:
            return os.fsdecode(text.encode("utf-8", "surrogateescape"))
        except UnicodeEncodeError:
            return text
    return text


def all_for_everybody(value: Any) -> Any:
    """Write every text in what is to become JSON as others read it."""
    if isinstance(value, str):
        return for_everybody(value)
    if isinstance(value, dict):
        return {for_everybody(key): all_for_everybody(item) for key, item in value.items()}
    return [all_for_everybody(item) for item in value] if isinstance(value, list | tuple) else value


def paths_into(prefix: Path) -> re.Pattern[str]:
    """Find a prefix in a text: it ends where a folder's name does, and begins where no name goes on."""
    return re.compile(rf"(?<![\w.~+@-]){re.escape(str(prefix))}(?=[/\\:;,\"'\s)\]}}&|]|$)")
