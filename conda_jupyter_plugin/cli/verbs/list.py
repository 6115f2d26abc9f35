"""`list`: every kernel that Jupyter sees, with its environment."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from ...checking.jupyter.allowed import mark_hidden
from ...checking.jupyter.jupyters import find_jupyter, jupyter_at
from ...core.dataclass import replace
from ...core.environment.exclusion import without_excluded
from ...core.results import ENVIRONMENT_GONE, Result
from ...core.verbs.list import list_kernels
from ..documents import errors_as_json, print_json, row_as_json
from ..parsing.options import LISTING, add_location_options
from ..report import short, within
from ..selection import open_registry
from ..streams import printable, say, say_all, write
from ..table import lay_out
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping, Sequence

    from ...core.errors import KernelError
    from ...core.models import Status
    from ...core.results import Registration
    from ..host import Host, Output
    from ..parsing.parser import VerbParser


_HEADERS = ("NAME", "DISPLAY NAME", "ENVIRONMENT", "STATUS")

_WHAT_SYNC_DOES: Mapping[Status, str] = {"stale": "refreshes", "broken": "removes"}

_STEPS = (
    *((3, 44), (1, 24), (2, 20), (3, 38), (2, 14), (1, 20), (0, 14), (2, 12)),
    *((3, 30), (1, 16), (0, 12), (3, 16)),
)
"""How the columns of a list give way to each other on a narrow terminal."""


def _add_options(parser: VerbParser, host: Host) -> None:
    parser.add_argument(
        "--available", action="store_true", help="Also list unregistered kernels of your environments."
    )
    add_location_options(parser, LISTING)
    host.add_output_options(parser)


def _run(args: Namespace, host: Host) -> int:
    rows, errors = _look(args, host)
    print_rows(rows, host.output(args), host.command, errors)
    return Result.failed(errors).exit_status


def _look(args: Namespace, host: Host) -> tuple[tuple[Registration, ...], Sequence[KernelError]]:
    """List the kernels that Jupyter sees, and report unreadable locations."""
    available = without_excluded(host.all_environments(), host.exclude) if args.available else ()
    registry = open_registry(args, host)
    if args.jupyter_prefix or args.kernel_location:
        # The location that is asked for hides the others, not the other way round.
        registry = replace(registry, visible=(registry.location, *registry.visible))
    rows = list_kernels(registry, available)
    jupyter = find_jupyter(args.jupyter_prefix) or jupyter_at(Path(sys.prefix))
    return tuple(mark_hidden(rows, jupyter.allowed)), registry.unreadable()


def print_rows(
    rows: Sequence[Registration], output: Output, command: str, errors: Sequence[KernelError] = ()
) -> None:
    """Print kernels as a table or as JSON; errors go to stderr."""
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
    if ways := _fixes(rows, command):
        say_all(ways, sys.stdout)


def _state(row: Registration) -> str:
    words = f"{row.status}: {within(row.prefix, row.reason)}" if row.reason else row.status
    words += f", by {row.provisioner}" if row.provisioner else ""
    return words if row.managed or row.status == "unregistered" else f"{words}, not managed"


def _fixes(rows: Sequence[Registration], command: str) -> list[str]:
    missing = sum(row.kept for row in rows)
    counts = Counter(row.status for row in rows if row.fixable)
    statuses = [status for status in _WHAT_SYNC_DOES if counts[status]]
    others = [row.name for row in rows if row.status == "broken" and not (row.fixable or row.kept)]
    ways = []
    if others:
        ways.append(f"{len(others)} broken for another reason: `{command} check {others[0]}` explains it.")
    if statuses:
        troubles = ", ".join(f"{counts[status]} {status}" for status in statuses)
        does = " and ".join(f"{_WHAT_SYNC_DOES[status]} {counts[status]}" for status in statuses)
        ways.append(f"{troubles}: `{command} sync` {does}.")
    broken = (row for row in rows if row.status == "broken" and row.fixable)
    lost = [row.name for row in broken if row.reason not in (None, ENVIRONMENT_GONE)]
    if lost:
        ways.append(f"To keep {lost[0]}, see `{command} check {lost[0]}`.")
    if missing:
        them = "it" if missing == 1 else "them"
        ways.append(f"{missing} kept, environment unreachable: `{command} remove --missing` removes {them}.")
    if unregistered := sum(row.status == "unregistered" for row in rows):
        them = "it" if unregistered == 1 else "them"
        ways.append(f"{unregistered} unregistered: `{command} add --all` registers {them}.")
    return ways


VERB = Verb(
    "List all kernels that Jupyter sees, with environment and status.",
    _add_options,
    _run,
    examples=("", "--available", "--json"),
)
