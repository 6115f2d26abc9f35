"""Which kernels the options mean, and where they lie."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ..core.dataclass import replace
from ..core.environment.environment import identify
from ..core.errors import KernelNotFoundError, NotAnEnvironmentError, UsageError
from ..core.jupyter.locations import Location, prefix_location, system_location, user_location
from ..core.verbs.find import find_named, find_of
from ..core.verbs.looking import look_everywhere
from .streams import say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from ..core.jupyter.registry import Registry
    from ..core.verbs.find import Found
    from .host import Host, TargetEnvironment


def open_registry(args: Namespace, host: Host) -> Registry:
    """Put together the location and the rules that the options ask for."""
    location = _location(args) or host.default_location()
    registry, refused = look_everywhere(location, host.rules, host.active_prefix)
    for error in refused:
        say(str(error), sys.stderr)
    return registry


def registry_to_search(args: Namespace, host: Host) -> Registry:
    """Open the registry to find kernels in: one location where one is named, else all that Jupyter sees."""
    registry = open_registry(args, host)
    if args.jupyter_prefix or args.kernel_location:
        return replace(registry, visible=(registry.location,))
    return registry


def select_named(registry: Registry, names: Iterable[str], host: Host, *, force: bool) -> tuple[Found, ...]:
    """Find kernels by their names.

    Args:
        force: Whether those are found too that are not to be removed by mistake.

    Raises:
        KernelNotFoundError: There is none of that name.
    """
    try:
        return tuple(find_named(registry, name, force=force) for name in dict.fromkeys(names))
    except KernelNotFoundError as error:
        for unread in registry.unreadable():
            # It may lie there.
            raise unread from error
        raise KernelNotFoundError(error.name, host.command) from error


def select_target(
    registry: Registry, target: TargetEnvironment, host: Host, *, force: bool
) -> tuple[Found, ...]:
    """Find an environment's kernels.

    Args:
        target: The environment, which may be gone.
        force: Whether those are found too that are not to be removed by mistake.

    Raises:
        NotAnEnvironmentError: There is no such environment, and no kernel of one.
    """
    found = find_of(registry, target.prefix, target.name, force=force)
    if not found and not (target.prefix and identify(target.prefix)):
        raise NotAnEnvironmentError.without_kernels(target.prefix or target.name, host.command)
    return found


def _location(args: Namespace) -> Location | None:
    given, prefix = getattr(args, "kernel_location", None), getattr(args, "jupyter_prefix", None)
    # The other one may come from a variable.
    if given == "user":
        return user_location()
    if given == "system":
        return system_location()
    if prefix == "":
        raise UsageError("--jupyter-prefix is empty.", "Give it the prefix that Jupyter is installed in.")
    return prefix_location(prefix) if prefix else None
