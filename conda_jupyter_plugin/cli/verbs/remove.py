"""`remove`: unregister kernels, once the user agrees."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from ...core.actions import Reason
from ...core.dataclass import replace
from ...core.errors import UsageError
from ...core.jupyter.locations import Location
from ...core.verbs.find import find_all, find_missing
from ...core.verbs.remove import clear_all, remove
from ..parsing.completion import KernelNames
from ..parsing.options import SEARCHING, add_force_option, add_location_options
from ..report import print_result, short
from ..selection import registry_to_search, select_named, select_target
from ..streams import say
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ...core.errors import KernelError
    from ...core.jupyter.registry import Registry
    from ...core.results import Registration
    from ..host import Host, Output
    from ..parsing.parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    names = parser.add_argument("names", nargs="*", metavar="NAME", help="Name of a kernel to unregister.")
    names.completer = KernelNames(host, managed=True)  # type: ignore[attr-defined]
    host.add_target_options(parser, "Unregister")
    parser.add_argument(
        "--missing", action="store_true", help="Unregister the kernels whose environment is gone."
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="Unregister all managed kernels, restore the kernelspecs that they replaced,"
        " and delete all records.",
    )
    add_location_options(parser, SEARCHING)
    add_force_option(parser, "Also unregister kernels that are not managed.")
    host.add_output_options(parser, changes=True)


def _run(args: Namespace, host: Host) -> int:
    target = host.target(args)
    if sum((bool(args.names), args.missing, args.all, target is not None)) != 1:
        raise UsageError(
            "Specify which kernels to remove.",
            "Pass either kernel names, an environment, --missing, or --all.",
        )
    registry = registry_to_search(args, host)
    if args.all:
        return _remove_all(_with_environments(registry, args, host), args, host)
    if args.names:
        found = select_named(registry, args.names, host, force=args.kernel_force)
    elif target:
        found = select_target(registry, target, host, force=args.kernel_force)
    else:
        found = find_missing(registry)
    output = host.output(args)
    if found and not output.dry_run:
        _print_question([item.registration for item in found], output)
        host.confirm(args)
    reason = Reason.LOST if args.missing else Reason.ASKED_FOR
    result = remove(found, reason, dry_run=output.dry_run)
    # A kernel that was found by its name is all that was asked for.
    unread = () if args.names else registry.unreadable()
    result = replace(result, errors=(*unread, *result.errors))
    print_result(result, output)
    return result.exit_status


def _remove_all(registry: Registry, args: Namespace, host: Host) -> int:
    output = host.output(args)
    left: list[KernelError] = []
    found = find_all(registry, left, force=args.kernel_force)
    notes = [location.workshop for location in registry.locations if os.path.lexists(location.workshop)]
    if (found or notes) and not output.dry_run:
        rows = [item.registration for item in found]
        _print_question(rows, output, *(f"the records in {short(folder)}" for folder in notes))
        host.confirm(args)
    result = remove(found, Reason.ALL, dry_run=output.dry_run)
    if not output.dry_run:
        result = clear_all(registry.locations, result)
    result = replace(result, errors=(*registry.unreadable(), *left, *result.errors))
    gone = [folder for folder in notes if output.dry_run or not os.path.lexists(folder)]
    would = "would be " if output.dry_run else ""
    print_result(result, output, [f"Records in {short(folder)} {would}deleted" for folder in gone])
    return result.exit_status


def _with_environments(registry: Registry, args: Namespace, host: Host) -> Registry:
    """Search all environments too, unless the user named a location: each may have a Jupyter."""
    if args.jupyter_prefix or args.kernel_location:
        return registry
    prefixes = (environment.prefix for environment in host.all_environments())
    inside = (Location(prefix / "share" / "jupyter") for prefix in prefixes)
    written = (location for location in inside if os.path.lexists(location.workshop))
    known = registry.locations
    others = [location for location in written if not any(map(location.is_same_as, known))]
    return replace(registry, visible=(*registry.visible, *others))


def _print_question(rows: Sequence[Registration], output: Output, *extra_lines: str) -> None:
    """List what will be removed, as conda lists its plan, before the question."""
    if output.json or (output.quiet and output.yes):
        return
    say("The following kernels will be removed:", sys.stdout)
    say("", sys.stdout)
    for row in rows:
        say(f"  {row.name}  {short(row.path)}", sys.stdout)
    for text in extra_lines:
        say(f"  {text}", sys.stdout)
    say("", sys.stdout)


VERB = Verb(
    "Unregister kernels. They stay removed until you add them again.",
    _add_options,
    _run,
    examples=("opencv", "-n opencv", "--missing", "--all"),
    by_path=("opencv", "-p .venv", "--missing", "--all"),
)
