"""Writes to a terminal, a file or a pipe, with any encoding, even if its reader is gone."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ..core.system.refusals import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO


def printable(text: str) -> str:
    """Make text safe for a terminal: whatever is not printable becomes an escape."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def say(text: str, stream: TextIO | None) -> None:
    """Print a line in the stream's encoding; nothing if it is closed or its reader is gone."""
    say_all([text], stream)


def say_all(lines: Iterable[str], stream: TextIO | None) -> None:
    """Print lines, which may be many, at once; as `say`."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = "\n".join(map(printable, lines))
    write(text.encode(encoding, "backslashreplace").decode(encoding), stream)


def write_lines(text: str, stream: TextIO | None) -> None:
    """Print lines that may contain the user's input."""
    say_all(text.splitlines(), stream)


def write(text: str, stream: TextIO | None) -> None:
    """Print text as it is.

    Raises:
        OutputError: It cannot be printed; that nobody reads it is no error.
    """
    # Python has None for a stream that was closed when it started.
    if stream is None:
        return
    with suppress(BrokenPipeError):
        # Other code may fail with its own output, now or when Python ends.
        stream.flush()
        try:
            stream.write(f"{text}\n")
            stream.flush()
        except BrokenPipeError:
            write_no_more(stream)
        except OSError as error:
            write_no_more(stream)
            raise OutputError(error) from error


def write_no_more(stream: TextIO) -> None:
    """Let all that a stream still holds, and gets, go nowhere.

    As https://docs.python.org/3/library/signal.html#note-on-sigpipe has it: else Python would try again when
    it ends, and end with 120.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
