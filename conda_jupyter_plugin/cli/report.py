"""The one renderer: results as text for people, or as one JSON document."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from contextlib import suppress

from ..core.path_text import for_everybody

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any, TextIO

    from ..core.errors import KernelError
    from ..core.results import Registration, Result
    from .host import Output


_SHOWN = 10
"""How many environments are named that there was nothing to be done for."""


def row_as_json(row: Registration) -> dict[str, Any]:
    """Turn a kernel into the fields that the JSON output has."""
    return {
        "name": row.name,
        "display_name": row.display_name,
        "language": row.language,
        "path": _text_or_none(row.path),
        "prefix": _text_or_none(row.prefix),
        "environment": row.environment,
        "manager": row.manager,
        "managed": row.managed,
        "status": row.status,
        "kernel": row.kernel,
        "reason": row.reason,
    }


def result_as_json(result: Result) -> dict[str, Any]:
    """Turn a result into the JSON document of `add`, `remove`, `sync` and `create`."""
    document: dict[str, Any] = {"success": not result.errors}
    for kind in ("registered", "refreshed", "removed", "unchanged"):
        document[kind] = [row_as_json(row) for row in getattr(result, kind)]
    if result.dry_run:
        document["dry_run"] = True
    if result.source:
        document["source"] = result.source
    if result.warnings:
        document["warnings"] = list(result.warnings)
    if result.without_kernel:
        document["without_kernel"] = [_text_or_none(item.prefix) for item in result.without_kernel]
    return {**document, **_errors_as_json(result.errors)}


def _errors_as_json(errors: Iterable[KernelError]) -> dict[str, Any]:
    return {"errors": told} if (told := [error_as_json(error) for error in errors]) else {}


def error_as_json(error: KernelError) -> dict[str, Any]:
    """Turn a failure into JSON, with the keys that conda's own errors have."""
    return {
        "error": str(error),
        "message": error.message,
        "hint": error.hint,
        "code": error.code,
        "exception_name": type(error).__name__,
    }


def failure_as_json(error: KernelError) -> dict[str, Any]:
    """Turn a failure into the JSON document that a command prints instead of its result."""
    return {"success": False, **error_as_json(error)}


def result_as_text(result: Result) -> list[str]:
    """Tell a result in lines, one for each kernel."""
    would = result.dry_run
    lines = [
        f'Kernel "{row.name}" {"would be registered" if would else "registered"} as "{row.display_name}"'
        f" in {short(row.path)}"
        for row in result.registered
    ]
    lines += [
        f'Kernel "{row.name}" {"would be refreshed" if would else "refreshed"} as "{row.display_name}"'
        f" in {short(row.path)}"
        for row in result.refreshed
    ]
    lines += [
        f'Kernel "{row.name}" {"would be removed" if would else "removed"} from {short(row.path)}'
        + ("; what was there before it is back" if row.gives_back and not would else "")
        for row in result.removed
    ]
    lines += [
        f'Kernel "{row.name}" is registered as "{row.display_name}" already' for row in result.unchanged
    ]
    lines = lines or ["Nothing to do."]
    if result.source:
        lines.append(f"Its environment: {result.source}")
    if bare := [short(environment.prefix) for environment in result.without_kernel]:
        more = f" and {len(bare) - _SHOWN} more" if len(bare) > _SHOWN else ""
        lines.append(f"Without a kernel, which --install adds: {', '.join(bare[:_SHOWN])}{more}")
    return lines


def print_result(result: Result, output: Output) -> None:
    """Print a result as the options ask for; the errors of single kernels go to stderr."""
    if output.json:
        print_json(result_as_json(result))
        return
    if not output.quiet:
        told = result.changes or result.unchanged or not result.errors
        for line in result_as_text(result) if told else ():
            say(line, sys.stdout)
    for line in (*(f"Warning: {warning}" for warning in result.warnings), *map(str, result.errors)):
        say(line, sys.stderr)


def print_question(rows: Sequence[Registration], output: Output) -> None:
    """Show what is about to be removed, as conda shows its plan; a question must say what it is about."""
    if output.json or (output.quiet and output.yes):
        return
    say("The following kernels will be removed:", sys.stdout)
    say("", sys.stdout)
    for row in rows:
        say(f"  {row.name}  {short(row.path)}", sys.stdout)
    say("", sys.stdout)


def print_rows(
    rows: Sequence[Registration], output: Output, command: str, errors: Sequence[KernelError] = ()
) -> None:
    """Print a list of kernels as a table or as JSON; what cannot be listed goes to stderr."""
    if output.json:
        print_json({"kernels": [row_as_json(row) for row in rows], **_errors_as_json(errors)})
        return
    for error in errors:
        say(str(error), sys.stderr)
    if not rows and not errors:
        say("Jupyter sees no kernels.", sys.stdout)
        return
    if not rows:
        return
    cells = [
        [printable(cell) for cell in (row.name, row.display_name, short(row.prefix) or "-", _state(row))]
        for row in rows
    ]
    headers = ["NAME", "DISPLAY NAME", "ENVIRONMENT", "STATUS"]
    say_all([*_in_columns([headers, *cells]), *_mending(rows, command)], sys.stdout)


def _in_columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Write the cells of rows below each other, two columns apart."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(padded).rstrip()


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    width: int = wcswidth(text)
    return len(text) if width < 0 else width


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    _write(json.dumps(document, indent=2), sys.stdout)


def short(path: Path | None) -> str:
    """Write a path as people do, with `~` for the home folder; empty for none."""
    if path is None:
        return ""
    home, text = for_everybody(os.path.expanduser("~")), for_everybody(str(path))
    return "~" + text[len(home) :] if home != "/" and (text + os.sep).startswith(home + os.sep) else text


def printable(text: str) -> str:
    """Make text safe for a terminal: whatever is not printable becomes an escape."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape", "surrogatepass").decode()
        for character in text
    )


def say(text: str, stream: TextIO | None) -> None:
    """Print a line, whatever the stream can encode; nothing where it is closed or nobody reads it."""
    say_all([text], stream)


def say_all(lines: Iterable[str], stream: TextIO | None) -> None:
    """Print lines, which may be many, at once; as `say`."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    text = "\n".join(map(printable, lines))
    _write(text.encode(encoding, "backslashreplace").decode(encoding), stream)


def write_lines(text: str, stream: TextIO | None) -> None:
    """Print lines that may hold what a user has typed."""
    say_all(text.splitlines(), stream)


def _write(text: str, stream: TextIO | None) -> None:
    # Python has None for a stream that was closed when it started.
    if stream is None:
        return
    with suppress(BrokenPipeError):
        # What somebody else has written is his own to fail with, now or when Python ends.
        stream.flush()
        try:
            stream.write(f"{text}\n")
            stream.flush()
        except OSError:
            write_no_more(stream)
            raise


def write_no_more(stream: TextIO) -> None:
    """Let all that a stream still holds, and gets, go nowhere.

    As https://docs.python.org/3/library/signal.html#note-on-sigpipe has it: else Python would try again when
    it ends, and end with 120.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _state(row: Registration) -> str:
    words = f"{row.status}: {row.reason}" if row.reason else row.status
    return words if row.managed or row.status == "unregistered" else f"{words}, not managed"


def _mending(rows: Iterable[Registration], command: str) -> list[str]:
    missing = sum(row.kept for row in rows)
    counts = Counter(row.status for row in rows if row.mendable)
    troubles = [f"{counts[status]} {status}" for status in ("stale", "broken") if counts[status]]
    mends = "mends it" if counts.total() == 1 else "mends them"
    ways = [f"{', '.join(troubles)}: `{command} sync` {mends}."] if troubles else []
    if missing:
        them = "it" if missing == 1 else "them"
        ways.append(f"{missing} kept, not known to be gone: `{command} remove --missing` removes {them}.")
    return ways


def _text_or_none(path: Path | None) -> str | None:
    return None if path is None else for_everybody(str(path))
