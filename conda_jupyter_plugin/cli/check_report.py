"""What a check has found, as a table with the ways out below it, or as JSON."""

from __future__ import annotations

from .documents import row_as_json, text_or_none
from .report import short, within
from .streams import printable
from .table import lay_out

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Any, TextIO

    from ..checking.substitutes import Judged
    from ..checking.verdicts import Checked

_HEADERS = ("NAME", "ENVIRONMENT", "SECONDS", "VERDICT")

_STEPS = ((3, 56), (1, 20), (3, 40), (1, 14), (0, 14), (3, 30), (0, 12), (3, 16))
"""How the columns give way to each other on a narrow terminal."""

_NOTEBOOK_HEADERS = ("NOTEBOOK", "KERNEL", "VERDICT")

_NOTEBOOK_STEPS = ((2, 44), (0, 20), (2, 32), (0, 12), (1, 12), (2, 16))


def checked_as_json(checked: Checked) -> dict[str, Any]:
    """Turn a kernel that was checked into the fields that the JSON output has."""
    return {
        **row_as_json(checked.registration),
        "ok": checked.ok,
        "seconds": checked.seconds,
        "activation_seconds": checked.activation_seconds,
        "error": checked.error,
        "hint": checked.hint,
        "output": list(checked.lines),
        "warnings": list(checked.warnings),
    }


def checked_as_text(checked: Sequence[Checked], stream: TextIO | None) -> tuple[list[str], list[str]]:
    """Tell of kernels that were checked.

    Args:
        checked: The kernels.
        stream: Where it is to be written.

    Returns:
        A table, which may hold what colours it, and what there is to be said below.
    """
    cells = [
        [printable(cell) for cell in (one.registration.name, _place(one), _seconds(one), _verdict(one))]
        for one in checked
    ]
    details = [line for one in checked for line in _details(one)]
    failed = sum(not one.ok for one in checked)
    if len(checked) > 1 and failed:
        details.append(f"{failed} of {len(checked)} kernels failed.")
    return list(lay_out([_HEADERS, *cells], _STEPS, stream)), details


def _place(one: Checked) -> str:
    return short(one.registration.prefix) or "-"


def _seconds(one: Checked) -> str:
    return f"{one.seconds:.2f}" if one.seconds else "-"


def _verdict(one: Checked) -> str:
    words = f"failed: {within(one.registration.prefix, one.error)}" if one.error else "ok"
    return f"{words}, with a warning" if one.warnings and one.ok else words


def _details(one: Checked) -> Iterator[str]:
    name = one.registration.name
    if one.error:
        yield f"{name}: {one.error}. {one.hint}".rstrip()
    if one.lines:
        yield f"{name} printed at last:"
        yield from (f"    {line}" for line in one.lines)
    yield from (f"{name}: Warning: {warning}" for warning in one.warnings)


def judged_as_json(judged: Judged) -> dict[str, Any]:
    """Turn a notebook whose kernel was looked for into the fields that the JSON output has."""
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
        "modules": list(notebook.modules),
        "missing_modules": list(judged.missing),
        "warnings": list(notebook.warnings),
        "candidates": [
            {
                **row_as_json(candidate.registration),
                "missing_modules": list(candidate.missing),
                "command": candidate.command,
            }
            for candidate in judged.candidates
        ],
    }


def judged_as_text(judged: Sequence[Judged], stream: TextIO | None) -> tuple[list[str], list[str]]:
    """Tell of notebooks whose kernels were looked for; as `checked_as_text`."""
    cells = [
        [printable(cell) for cell in (short(one.notebook.path), one.notebook.kernel or "-", _outcome(one))]
        for one in judged
    ]
    details = [line for one in judged for line in _about(one)]
    return list(lay_out([_NOTEBOOK_HEADERS, *cells], _NOTEBOOK_STEPS, stream)), details


def _outcome(one: Judged) -> str:
    if one.error:
        return f"failed: {one.error}"
    return "ok, with a warning" if one.missing or one.notebook.warnings else "ok"


def _about(one: Judged) -> Iterator[str]:
    name = one.notebook.path.name
    if one.error:
        yield f"{name}: {one.error}. {one.hint}".rstrip()
    if one.missing:
        yield f"{name}: Warning: It imports {', '.join(one.missing)}, which its kernel's environment lacks."
    yield from (f"{name}: Warning: {warning}" for warning in one.notebook.warnings if one.ok)
    for candidate in one.candidates:
        row = candidate.registration
        lacks = f", lacks {', '.join(candidate.missing)}" if candidate.missing else ""
        where = short(row.prefix) or short(row.path)
        state = "not registered yet" if row.status == "unregistered" else f"kernel {row.name}"
        would = "comes next" if candidate.missing else "would do"
        yield f"    {would}: {row.display_name} ({state}, in {where}{lacks})"
