"""The verb that starts kernels for real: which ones, and what is told of them."""

from __future__ import annotations

import sys
from contextlib import closing

from ..core.environment import identify
from ..core.errors import NotAnEnvironmentError, NotRegisteredError, UsageError
from .check_report import checked_as_json, checked_as_text
from .documents import errors_as_json, print_json
from .host import Target
from .selection import find_named, open_registry
from .streams import say_all, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ..checking.verdicts import Checked
    from ..core.finding import Found
    from ..core.registry import Registry
    from .host import Host, Output


def check(args: Namespace, host: Host, output: Output) -> int:
    """Start the kernels that the options name, and tell of each whether it works.

    Args:
        args: The parsed options.
        host: The command.
        output: How to speak.

    Returns:
        The exit status: 1 where one does not work.

    Raises:
        KernelError: It cannot be told which kernels are meant.
        KeyboardInterrupt: A signal came; what was started is ended.
    """
    registry = open_registry(args, host).remembering()
    found = _find(registry, args, host)
    errors = registry.unreadable() if args.all else ()
    checked = _check(found, args, output)
    if output.json:
        print_json({"kernels": [checked_as_json(one) for one in checked], **errors_as_json(errors)})
    else:
        table, details = checked_as_text(checked, sys.stdout)
        if not output.quiet:
            write("\n".join(table), sys.stdout)
        say_all(details, sys.stderr if output.quiet else sys.stdout) if details else None
        say_all(map(str, errors), sys.stderr) if errors else None
    return int(bool(errors) or not all(one.ok for one in checked))


def _check(found: Sequence[Found], args: Namespace, output: Output) -> tuple[Checked, ...]:
    from ..checking.check import check_kernels

    if output.json or output.quiet or not (sys.stderr and sys.stderr.isatty()):
        return check_kernels(found, timeout=args.timeout, jobs=args.jobs)
    from tqdm import tqdm

    with closing(tqdm(total=len(found), unit=" kernels", leave=False)) as bar:
        return check_kernels(found, timeout=args.timeout, jobs=args.jobs, is_checked=bar.update)


def _find(registry: Registry, args: Namespace, host: Host) -> Sequence[Found]:
    from ..core import finding

    target = host.target(args)
    if sum((bool(args.names), args.all, target is not None)) > 1:
        raise UsageError("Say which kernels to check.", "Give their names, an environment, or --all.")
    if args.names:
        return find_named(registry, args.names, host, force=True)
    if args.all:
        seen: dict[str, Found] = {}
        for found in finding.everything(registry):
            seen.setdefault(found.item.name.lower(), found)
        return list(seen.values())
    target = target or Target(host.active_environment().prefix, None)
    if owned := finding.find_of(registry, target.prefix, target.name, force=True):
        return owned
    environment = identify(target.prefix) if target.prefix else None
    if environment is None:
        raise NotAnEnvironmentError.without_kernels(target.prefix or target.name, host.command)
    raise NotRegisteredError(environment.name, host.add_command(environment))
