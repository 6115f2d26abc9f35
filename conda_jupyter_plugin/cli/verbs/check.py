"""`check`: start kernels for real, and judge notebooks by the kernels that they ask for."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ...checking.notebooks.text_notebooks import is_text_notebook
from ...core.environment.environment import canonical
from ...core.verbs.list import list_kernels
from ..documents import errors_as_json, print_json, row_as_json, text_or_none
from ..parsing.completion import KernelNames
from ..parsing.options import add_jupyter_option, positive_number, positive_seconds
from ..progress import CountedProgress
from ..report import short, within
from ..selection import open_registry, select_kernels
from ..streams import printable, say_all, write
from ..table import lay_out
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any

    from ...checking.notebooks.substitutes import Judged
    from ...checking.remedies import Fix
    from ...checking.verdicts import Checked
    from ...core.errors import KernelError
    from ..host import Host, Output
    from ..parsing.parser import VerbParser


_HEADERS = ("NAME", "ENVIRONMENT", "SECONDS", "VERDICT")

_STEPS = ((3, 56), (1, 20), (3, 40), (1, 14), (0, 14), (3, 30), (0, 12), (3, 16))
"""How the columns give way to each other on a narrow terminal."""

_NOTEBOOK_HEADERS = ("NOTEBOOK", "KERNEL", "VERDICT")

_NOTEBOOK_STEPS = ((2, 44), (0, 20), (2, 32), (0, 12), (1, 12), (2, 16))


def _add_options(parser: VerbParser, host: Host) -> None:
    names = parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="Name of a kernel, or path of a notebook: check the kernel that it uses, and suggest others if"
        " that fails. Default: the kernels of the active environment.",
    )
    names.completer = KernelNames(host)  # type: ignore[attr-defined]
    host.add_target_options(parser, "Check")
    parser.add_argument("--all", action="store_true", help="Check all kernels that Jupyter sees.")
    parser.add_argument(
        "--timeout",
        type=positive_seconds,
        default=60.0,
        metavar="SECONDS",
        help="How long to wait for each kernel. Default: 60.",
    )
    parser.add_argument(
        "--jobs",
        type=positive_number,
        default=2,
        metavar="NUMBER",
        help="How many kernels to start at once. Default: 2.",
    )
    add_jupyter_option(parser)
    host.add_output_options(parser)


def _run(args: Namespace, host: Host) -> int:
    from ...checking.jupyter.jupyters import find_jupyter
    from ...checking.notebooks.notebooks import read_notebook
    from ...checking.places import (
        check_places,
        environments_beside,
        judge_notebooks,
        places_of,
        worst_of_each,
    )

    output = host.output(args)
    notebooks = [read_notebook(Path(name)) for name in args.names if _is_notebook(name)]
    args.names = [name for name in args.names if not _is_notebook(name)]
    registry = open_registry(args, host)
    found = select_kernels(registry, args, host) if args.names or args.all or not notebooks else ()
    places = places_of(registry, found, notebooks)
    errors = registry.unreadable() if args.all else ()
    jupyter = find_jupyter(args.jupyter_prefix)
    check = partial(check_places, places, jupyter, timeout=args.timeout, jobs=args.jobs)
    with CountedProgress(output, "kernels", many=2) as progress:
        progress.begin(len(places), "Checking", "Checked {} of {} kernels.".format)
        results = check(is_checked=progress.advance)
    judged: Sequence[Judged] = ()
    if notebooks:
        known = [*host.all_environments(), *environments_beside(notebooks)]
        environments = list({canonical(environment.prefix): environment for environment in known}.values())
        rows = list_kernels(registry, environments)
        judged = judge_notebooks(notebooks, results, rows, host.command, environments)
    checked = worst_of_each(results.values())
    _print(checked, judged, errors, output)
    return int(
        bool(errors) or not all([verdict.ok for verdict in checked] + [verdict.ok for verdict in judged])
    )


def _is_notebook(name: str) -> bool:
    return (
        name.endswith(".ipynb") or os.sep in name or (is_text_notebook(Path(name)) and os.path.isfile(name))
    )


def _print(
    checked: Sequence[Checked], judged: Sequence[Judged], errors: Sequence[KernelError], output: Output
) -> None:
    if output.json:
        document = {"kernels": [_checked_as_json(verdict) for verdict in checked]}
        if judged:
            document["notebooks"] = [_judged_as_json(verdict) for verdict in judged]
        print_json({**document, **errors_as_json(errors)})
        return
    if checked:
        _print_table(*_checked_as_text(checked), output)
    if judged:
        _print_table(*_judged_as_text(judged), output)
    if errors:
        say_all(map(str, errors), sys.stderr)


def _print_table(table: Iterable[str], details: Sequence[str], output: Output) -> None:
    if not output.quiet:
        write("\n".join(table), sys.stdout)
    if details:
        say_all(details, sys.stderr if output.quiet else sys.stdout)


def _checked_as_json(checked: Checked) -> dict[str, Any]:
    """Turn a kernel that was checked into the fields that the JSON output has."""
    return {
        **row_as_json(checked.registration),
        "ok": checked.ok,
        "seconds": checked.seconds,
        "activation_seconds": checked.activation_seconds,
        "error": checked.error,
        "hint": checked.hint,
        "fix": _fix_as_json(checked.fix),
        "output": list(checked.lines),
        "warnings": list(checked.warnings),
    }


def _checked_as_text(checked: Sequence[Checked]) -> tuple[list[str], list[str]]:
    """Return a table, which may contain colours, and the lines below it."""
    cells = [
        [
            printable(cell)
            for cell in (kernel.registration.name, _place(kernel), _seconds(kernel), _verdict(kernel))
        ]
        for kernel in checked
    ]
    details = [line for kernel in checked for line in _details(kernel)]
    failed = sum(not kernel.ok for kernel in checked)
    if len(checked) > 1 and failed:
        details.append(f"{failed} of {len(checked)} kernels failed.")
    return list(lay_out([_HEADERS, *cells], _STEPS, sys.stdout)), details


def _place(checked: Checked) -> str:
    return short(checked.registration.prefix) or "-"


def _seconds(checked: Checked) -> str:
    return f"{checked.seconds:.2f}" if checked.seconds else "-"


def _verdict(checked: Checked) -> str:
    words = f"failed: {within(checked.registration.prefix, checked.error)}" if checked.error else "ok"
    return f"{words}, with a warning" if checked.warnings and checked.ok else words


def _details(checked: Checked) -> Iterator[str]:
    name = checked.registration.name
    if checked.error:
        yield f"{name}: {checked.error}. {checked.hint}".rstrip()
    if checked.lines:
        yield f"Last output of {name}:"
        yield from (f"    {line}" for line in checked.lines)
    yield from (f"{name}: Warning: {warning}" for warning in checked.warnings)


def _judged_as_json(judged: Judged) -> dict[str, Any]:
    """Turn a checked notebook into its JSON fields."""
    notebook = judged.notebook
    return {
        "path": text_or_none(notebook.path),
        "kernel": notebook.kernel or None,
        "display_name": notebook.display_name or None,
        "language": notebook.language or None,
        "registered": judged.checked is not None,
        "ok": judged.ok,
        "error": judged.error,
        "hint": judged.hint,
        "fix": _fix_as_json(judged.fix),
        "modules": list(notebook.modules),
        "missing_modules": list(judged.missing),
        "warnings": list(notebook.warnings),
        "candidates": [
            {
                **row_as_json(candidate.registration),
                "missing_modules": list(candidate.missing),
                "command": candidate.command,
                "fix": _fix_as_json(candidate.fix),
            }
            for candidate in judged.candidates
        ],
    }


def _fix_as_json(fix: Fix | None) -> dict[str, Any] | None:
    """Turn the command that fixes a kernel into the fields of a request to Jupyter's server."""
    if fix is None:
        return None
    fields = {"verb": fix.verb, "prefix": text_or_none(fix.prefix), "kernel_name": fix.kernel_name}
    return {**fields, "install": fix.verb == "add" and fix.package is not None, "package": fix.package}


def _judged_as_text(judged: Sequence[Judged]) -> tuple[list[str], list[str]]:
    """Return a table and the lines below it, as `_checked_as_text` does."""
    cells = [
        [
            printable(cell)
            for cell in (short(notebook.notebook.path), notebook.notebook.kernel or "-", _outcome(notebook))
        ]
        for notebook in judged
    ]
    details = [line for notebook in judged for line in _about(notebook)]
    return list(lay_out([_NOTEBOOK_HEADERS, *cells], _NOTEBOOK_STEPS, sys.stdout)), details


def _outcome(judged: Judged) -> str:
    if judged.error:
        return f"failed: {judged.error}"
    return "ok, with a warning" if judged.missing or judged.notebook.warnings else "ok"


def _about(judged: Judged) -> Iterator[str]:
    name = judged.notebook.path.name
    if judged.error:
        yield f"{name}: {judged.error}. {judged.hint}".rstrip()
    if judged.missing:
        lacking = ", ".join(judged.missing)
        yield f"{name}: Warning: It imports {lacking}, which its kernel's environment lacks."
    yield from (f"{name}: Warning: {warning}" for warning in judged.notebook.warnings if judged.ok)
    for candidate in judged.candidates:
        row = candidate.registration
        lacks = f", lacks {', '.join(candidate.missing)}" if candidate.missing else ""
        where = short(row.prefix) or short(row.path)
        state = "not registered yet" if row.status == "unregistered" else f"kernel {row.name}"
        would = "closest" if candidate.missing else "fits"
        yield f"    {would}: {row.display_name} ({state}, in {where}{lacks})"


VERB = Verb(
    "Start each kernel and report whether it works.",
    _add_options,
    _run,
    examples=("opencv", "-n opencv", "--all --timeout 120", "analysis.ipynb"),
    by_path=("opencv", "-p .venv", "--all --timeout 120", "analysis.ipynb"),
)
