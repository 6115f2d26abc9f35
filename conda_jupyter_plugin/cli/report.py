"""The one renderer: results as text for people, or as one JSON document."""

from __future__ import annotations

import os
import sys
from collections import Counter

from ..core.results import ENVIRONMENT_GONE
from ..core.system.path_text import for_everybody
from .documents import errors_as_json, print_json, result_as_json, row_as_json
from .streams import printable, say, say_all, write
from .table import lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..core.errors import KernelError
    from ..core.models import Status
    from ..core.results import Registration, Result
    from .host import Output


_SHOWN = 10
"""How many environments are named that there was nothing to be done for."""

_HEADERS = ("NAME", "DISPLAY NAME", "ENVIRONMENT", "STATUS")

_WHAT_SYNC_DOES: Mapping[Status, str] = {"stale": "refreshes", "broken": "removes"}

_STEPS = (
    *((3, 44), (1, 24), (2, 20), (3, 38), (2, 14), (1, 20), (0, 14), (2, 12)),
    *((3, 30), (1, 16), (0, 12), (3, 16)),
)
"""How the columns of a list give way to each other on a narrow terminal."""


def result_as_text(result: Result) -> list[str]:
    """Tell a result in lines, one for each kernel."""
    would = "would be " if result.dry_run else ""
    written = result.registered
    lines = [_written(row, f"{would}{'renamed' if row.previous_name else 'registered'}") for row in written]
    lines += [_written(row, f"{would}refreshed") for row in result.refreshed]
    renamed = {row.path.with_name(row.previous_name) for row in written if row.path and row.previous_name}
    lines += [
        f'Kernel "{row.name}" {would}removed from {short(row.path)}'
        + ("; what was there before it is back" if row.gives_back and not would else "")
        for row in result.removed
        if row.path not in renamed
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


def _written(row: Registration, what: str) -> str:
    name = f'"{row.previous_name}" {what} to "{row.name}"' if row.previous_name else f'"{row.name}" {what}'
    return f'Kernel {name} as "{row.display_name}" in {short(row.path)}'


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
        print_json({"kernels": [row_as_json(row) for row in rows], **errors_as_json(errors)})
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
    write("\n".join(lay_out([_HEADERS, *cells], _STEPS, sys.stdout)), sys.stdout)
    if ways := _mending(rows, command):
        say_all(ways, sys.stdout)


def short(path: Path | None) -> str:
    """Write a path as people do, with `~` for the home folder; empty for none."""
    if path is None:
        return ""
    home, text = for_everybody(os.path.expanduser("~")), for_everybody(str(path))
    return "~" + text[len(home) :] if home != "/" and (text + os.sep).startswith(home + os.sep) else text


def _state(row: Registration) -> str:
    words = f"{row.status}: {within(row.prefix, row.reason)}" if row.reason else row.status
    words += f", by {row.provisioner}" if row.provisioner else ""
    return words if row.managed or row.status == "unregistered" else f"{words}, not managed"


def within(prefix: Path | None, text: str) -> str:
    """Write what is told in a row that names the environment already: paths in it are relative to that."""
    return text.replace(f"{prefix}{os.sep}", "") if prefix else text


def _mending(rows: Sequence[Registration], command: str) -> list[str]:
    missing = sum(row.kept for row in rows)
    counts = Counter(row.status for row in rows if row.mendable)
    statuses = [status for status in _WHAT_SYNC_DOES if counts[status]]
    others = [row.name for row in rows if row.status == "broken" and not (row.mendable or row.kept)]
    ways = []
    if others:
        ways.append(f"{len(others)} broken otherwise: `{command} check {others[0]}` says what to do.")
    if statuses:
        troubles = ", ".join(f"{counts[status]} {status}" for status in statuses)
        does = " and ".join(f"{_WHAT_SYNC_DOES[status]} {counts[status]}" for status in statuses)
        ways.append(f"{troubles}: `{command} sync` {does}.")
    broken = (row for row in rows if row.status == "broken" and row.mendable)
    lost = [row.name for row in broken if row.reason not in (None, ENVIRONMENT_GONE)]
    if lost:
        ways.append(f"To keep {lost[0]}: `{command} check {lost[0]}` says what to do.")
    if missing:
        them = "it" if missing == 1 else "them"
        ways.append(f"{missing} kept, not known to be gone: `{command} remove --missing` removes {them}.")
    if unregistered := sum(row.status == "unregistered" for row in rows):
        them = "it" if unregistered == 1 else "them"
        ways.append(f"{unregistered} unregistered: `{command} add --all` registers {them}.")
    return ways
