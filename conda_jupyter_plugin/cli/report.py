"""The one renderer: results as text for people, or as one JSON document."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ..core.system.path_text import for_everybody
from .documents import print_json, result_as_json
from .streams import say

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..core.results import Registration, Result
    from .host import Output


_SHOWN = 10
"""How many environments are named that there was nothing to be done for."""


def result_as_text(result: Result) -> list[str]:
    """Tell a result in lines, one for each kernel."""
    would = "would be " if result.dry_run else ""
    written = result.registered
    lines = [_written(row, f"{would}{'renamed' if row.previous_name else 'registered'}") for row in written]
    lines += [_written(row, f"{would}refreshed") for row in result.refreshed]
    renamed = {row.path.with_name(row.previous_name) for row in written if row.path and row.previous_name}
    lines += [
        f'Kernel "{row.name}" {would}removed from {short(row.path)}'
        + ("; the original kernelspec is restored" if row.gives_back and not would else "")
        for row in result.removed
        if row.path not in renamed
    ]
    lines += [
        f'Kernel "{row.name}" is already registered as "{row.display_name}"' for row in result.unchanged
    ]
    lines = lines or ["Nothing to do."]
    if result.source:
        lines.append(f"Environment: {result.source}")
    if bare := [short(environment.prefix) for environment in result.without_kernel]:
        more = f" and {len(bare) - _SHOWN} more" if len(bare) > _SHOWN else ""
        lines.append(f"No kernel in {', '.join(bare[:_SHOWN])}{more}. Add --install to install one.")
    return lines


def _written(row: Registration, what: str) -> str:
    name = f'"{row.previous_name}" {what} to "{row.name}"' if row.previous_name else f'"{row.name}" {what}'
    return f'Kernel {name} as "{row.display_name}" in {short(row.path)}'


def print_result(result: Result, output: Output, extra_lines: Sequence[str] = ()) -> None:
    """Print a result as the options ask for; the errors of single kernels go to stderr.

    Args:
        extra_lines: Lines of text about what else was done.
    """
    if output.json:
        print_json(result_as_json(result))
        return
    if not output.quiet:
        has_news = result.changes or result.unchanged or not (result.errors or extra_lines)
        for line in (*(result_as_text(result) if has_news else ()), *extra_lines):
            say(line, sys.stdout)
    for line in (*(f"Warning: {warning}" for warning in result.warnings), *map(str, result.errors)):
        say(line, sys.stderr)


def short(path: Path | None) -> str:
    """Write a path as people do, with `~` for the home folder; empty for none."""
    if path is None:
        return ""
    home, text = for_everybody(os.path.expanduser("~")), for_everybody(str(path))
    return "~" + text[len(home) :] if home != "/" and (text + os.sep).startswith(home + os.sep) else text


def within(prefix: Path | None, text: str) -> str:
    """Shorten the paths in a row that already names the environment: they are relative to it."""
    return text.replace(f"{prefix}{os.sep}", "") if prefix else text
