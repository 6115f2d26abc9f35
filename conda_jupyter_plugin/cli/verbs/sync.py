"""`sync`: updates the registered kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.dataclass import replace
from ...core.planning.candidates import Environments
from ...core.verbs.bringing_about import How
from ...core.verbs.sync import sync
from ..parsing.options import SEARCHING, add_location_options
from ..progress import EnvironmentProgress
from ..report import print_result
from ..selection import registry_to_search
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace

    from ..host import Host
    from ..parsing.parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    add_location_options(parser, SEARCHING)
    host.add_output_options(parser, changes=True)


def _run(args: Namespace, host: Host) -> int:
    output, registry = host.output(args), registry_to_search(args, host)
    environments = Environments(host.environments_to_register(), host.working_environments())
    with EnvironmentProgress(output) as progress:
        result = sync(registry, environments, How(output.dry_run, progress.looking, progress.writing))
    result = replace(result, errors=(*registry.unreadable(), *result.errors))
    print_result(result, output)
    return result.exit_status


VERB = Verb(
    "Refresh kernels whose environment changed and remove kernels whose environment is gone.",
    _add_options,
    _run,
    examples=("", "--dry-run"),
)
