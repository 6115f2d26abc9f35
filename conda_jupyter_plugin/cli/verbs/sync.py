"""`sync`: bring what is registered in line with what exists."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ...core.dataclass import replace
from ...core.verbs.sync import sync
from ..options import add_location_options
from ..report import print_result
from ..selection import registry_to_search
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from ..host import Host, Output
    from ..parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    add_location_options(parser)
    host.add_output_options(parser)


def _run(args: Namespace, host: Host) -> int:
    output, registry = host.output(args), registry_to_search(args, host)
    result = sync(
        registry,
        host.environments_to_register(),
        working=host.working_environments(),
        dry_run=output.dry_run,
        progress=partial(_progress, output),
    )
    result = replace(result, errors=(*registry.unreadable(), *result.errors))
    print_result(result, output)
    return result.exit_status


def _progress(output: Output, prefixes: Sequence[Path]) -> Iterable[Path]:
    """Go through environments with a progress bar, where somebody looks at a terminal."""
    if not output.shows_progress:
        return prefixes
    from tqdm import tqdm

    return tqdm(prefixes, unit=" environments", leave=False)


VERB = Verb(
    "Refresh the kernels whose environment changed, unregister those whose environment is gone.",
    _add_options,
    _run,
    examples=("", "--dry-run"),
)
