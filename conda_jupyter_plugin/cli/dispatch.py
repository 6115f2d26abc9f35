"""From parsed options to a verb of the core, and from its result to the output.

Each verb loads what it needs by itself: loading is most of what a short command takes.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from ..core.dataclass import replace
from ..core.environment.environment import python_of
from ..core.errors import (
    KernelError,
    LocationError,
    NoKernelError,
    UnexpectedError,
    UsageError,
)
from ..core.failures import collecting, told_as
from ..core.results import Result
from . import report, streams
from .completion import script
from .provisioner_option import choose
from .selection import find_named, find_target, open_registry, registry_to_search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ..core.jupyter.registry import Registry
    from ..core.models import Environment
    from ..core.results import Registration
    from .host import Host, Output


def run(args: Namespace, host: Host) -> int:
    """Run the verb that the options name, and print what came of it.

    Args:
        args: The parsed options, with `verb`.
        host: The command.

    Returns:
        The exit status.

    Raises:
        KernelError: It cannot be done; nothing was changed.
    """
    if args.verb == "completion":
        streams.write_lines(script(host.command, args.shell), sys.stdout)
        return 0
    output = host.output(args)
    if args.verb == "list":
        rows, errors = list_kernels(args, host)
        report.print_rows(rows, output, host.command, errors)
        return Result.failed(errors).exit_status
    if args.verb == "check":
        from .check_verb import check

        return check(args, host, output)
    if args.verb == "info":
        from .info_verb import info

        return info(args, host, output)
    try:
        result = _VERBS[args.verb](args, host)
    except LocationError as error:
        if args.verb != "add":
            raise
        raise error.choosing("--user" if args.kernel_location == "system" else "--system") from None
    report.print_result(result, output)
    return result.exit_status


def add_one(registry: Registry, environment: Environment, args: Namespace, host: Host) -> Result:
    """Register one environment as the options say.

    Args:
        registry: The location and the rules.
        environment: The environment.
        args: The parsed options.
        host: The command.

    Returns:
        What was done.

    Raises:
        KernelError: It cannot be done, whatever the reason.
    """
    from ..core.verbs import add as verbs

    with told_as(partial(UnexpectedError, environment.prefix)):
        return verbs.add(registry.remembering(), environment, **_how_to_add(registry, args, host))


def add(args: Namespace, host: Host) -> Result:
    """Register the environments that the options name; with `--all`, one that fails stops no other."""
    if getattr(args, "all", False):
        return _add_all(args, host)
    registry = open_registry(args, host)
    meant = host.environment(args)
    result = _add_with_kernel_package(registry, meant.environment, args, host)
    return replace(result, source=meant.source)


def _add_all(args: Namespace, host: Host) -> Result:
    if args.kernel_name or args.kernel_display_name:
        raise UsageError("One name cannot be given to all environments.", "Leave out --all, or the name.")
    from ..core.verbs import add as verbs

    registry, environments = open_registry(args, host), host.environments_to_add(args)
    errors: list[KernelError] = []
    if args.install and not host.output(args).dry_run:
        from ..core.system.trust import check_trusted

        for environment in environments:
            with collecting(errors, environment.prefix):
                if not registry.survey(environment).found:
                    # Nobody has named this one, whose Python is about to run.
                    check_trusted(environment.prefix, (str(python_of(environment)),))
                    host.install_kernel(environment, args)
    result = verbs.add_all(registry, environments, **_how_to_add(registry, args, host))
    return replace(result, errors=(*errors, *result.errors))


def _how_to_add(registry: Registry, args: Namespace, host: Host) -> dict[str, Any]:
    """What the options say of adding, be it one environment or all."""
    return {
        "choices": choose(args, registry),
        "force": getattr(args, "kernel_force", False),
        "dry_run": host.output(args).dry_run,
    }


def remove(args: Namespace, host: Host) -> Result:
    """Unregister what the options name, once the user agrees."""
    from ..core.verbs import find as finding
    from ..core.verbs import remove as removal

    target = host.target(args)
    if sum((bool(args.names), args.missing, target is not None)) != 1:
        raise UsageError("Say which kernels to remove.", "Give their names, an environment, or --missing.")
    registry = registry_to_search(args, host)
    if args.names:
        found = find_named(registry, args.names, host, force=args.kernel_force)
    elif target:
        found = find_target(registry, target, host, force=args.kernel_force)
    else:
        found = finding.find_missing(registry)
    output = host.output(args)
    if found and not output.dry_run:
        report.print_question([item.registration for item in found], output)
        host.confirm(args)
    reason = removal.Reason.LOST if args.missing else removal.Reason.ASKED_FOR
    result = removal.remove(found, reason, dry_run=output.dry_run)
    # A kernel that was found by its name is all that was asked for.
    unread = () if args.names else registry.unreadable()
    return replace(result, errors=(*unread, *result.errors))


def sync(args: Namespace, host: Host) -> Result:
    """Bring what is registered in line with what exists."""
    from ..core.verbs import sync as syncing

    output, registry = host.output(args), registry_to_search(args, host)
    result = syncing.sync(
        registry,
        host.environments_to_register(),
        around=host.environments_around(),
        dry_run=output.dry_run,
        progress=partial(_progress, output),
    )
    return replace(result, errors=(*registry.unreadable(), *result.errors))


def list_kernels(args: Namespace, host: Host) -> tuple[tuple[Registration, ...], Sequence[KernelError]]:
    """List the kernels that Jupyter sees, and say where it cannot be told which."""
    from ..checking.allowed import mark_hidden
    from ..checking.jupyters import find_jupyter, jupyter_at
    from ..core.verbs import list as listing

    available = host.all_environments() if args.available else ()
    registry = open_registry(args, host)
    if args.jupyter_prefix or args.kernel_location:
        # The location that is asked for hides the others, not the other way round.
        registry = replace(registry, visible=(registry.location, *registry.visible))
    rows = listing.list_kernels(registry.remembering(), available)
    jupyter = find_jupyter(args.jupyter_prefix) or jupyter_at(Path(sys.prefix))
    return tuple(mark_hidden(rows, jupyter.allowed)), registry.unreadable()


def _add_with_kernel_package(
    registry: Registry, environment: Environment, args: Namespace, host: Host
) -> Result:
    try:
        return add_one(registry, environment, args, host)
    except NoKernelError as error:
        if not args.install:
            raise NoKernelError(environment.name, host.add_command(environment)) from error
    if not host.output(args).dry_run:
        host.install_kernel(environment, args)
        return add_one(registry, environment, args, host)
    streams.say(f"A kernel package would be installed into {environment.prefix}.", sys.stderr)
    return Result(dry_run=True)


def _progress(output: Output, prefixes: Sequence[Path]) -> Iterable[Path]:
    """Go through environments with a progress bar, where somebody looks at a terminal."""
    if not output.shows_progress:
        return prefixes
    from tqdm import tqdm

    return tqdm(prefixes, unit=" environments", leave=False)


_VERBS = {"add": add, "remove": remove, "sync": sync}
