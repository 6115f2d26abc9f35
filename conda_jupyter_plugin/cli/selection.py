"""Selects the kernels and locations that the options name."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import replace
from ..core.environment.environment import identify, same_prefix
from ..core.environment.search import names_of_neighbours
from ..core.errors import KernelNotFoundError, NotAnEnvironmentError, NotRegisteredError, UsageError
from ..core.failures import passing_over
from ..core.jupyter.locations import Location, prefix_location, system_location, user_location
from ..core.verbs.find import by_name, everything, find_named, find_of
from ..core.verbs.looking import look_everywhere
from .host import TargetEnvironment
from .streams import say

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Sequence

    from ..core.errors import KernelError
    from ..core.jupyter.registry import Registry
    from ..core.verbs.find import Found
    from .host import Host


def open_registry(args: Namespace, host: Host) -> Registry:
    """Put together the location and the rules that the options ask for."""
    location = _location(args) or host.default_location()
    registry, refused = look_everywhere(location, host.rules, host.active_prefix)
    for error in refused:
        say(str(error), sys.stderr)
    return registry


def registry_to_search(args: Namespace, host: Host) -> Registry:
    """Open the registry to search: the named location, or all that Jupyter sees."""
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
            # It may be there.
            raise unread from error
        raise _unknown(registry, error.name, host) from error


def _unknown(registry: Registry, name: str, host: Host) -> KernelError:
    """Report that no kernel has a name, and suggest those of an environment with that name."""
    from ..core.near_misses import guessing

    items = [found.item for found in everything(registry)]
    owned = [(item.name, item.owner) for item in items if item.owner]
    meant = [kernel for kernel, owner in owned if owner.environment == name]
    # The working folder may be gone.
    with passing_over(OSError):
        prefix = Path(os.path.abspath(os.path.expanduser(name)))
        meant += [kernel for kernel, owner in owned if same_prefix(owner.prefix, prefix)]
    return guessing(
        KernelNotFoundError(name, host.command),
        name,
        [item.name for item in items],
        list(dict.fromkeys(meant)),
    )


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
        from ..core.near_misses import guessing

        error = NotAnEnvironmentError.without_kernels(target.prefix or target.name, host.command)
        if target.prefix:
            raise guessing(error, target.prefix.name, names_of_neighbours(target.prefix))
        raise guessing(error, target.name or "", (known.name for known in host.all_environments()))
    return found


def select_kernels(registry: Registry, args: Namespace, host: Host) -> Sequence[Found]:
    """Find the kernels that the options mean: named ones, an environment's, all; else the active one's.

    Raises:
        UsageError: The options mean more than one of these.
        KernelNotFoundError, NotAnEnvironmentError, NotRegisteredError: There is none.
    """
    target, wants_all = host.target(args), getattr(args, "all", False)
    if sum((bool(args.names), wants_all, target is not None)) > 1:
        raise UsageError(
            "Kernel names, an environment, and --all cannot be combined.", "Pass only one of them."
        )
    if args.names:
        return select_named(registry, args.names, host, force=True)
    if wants_all:
        return list(by_name(registry).values())
    target = target or TargetEnvironment(host.active_environment().prefix, None)
    owned = select_target(registry, target, host, force=True)
    if not owned and target.prefix and (environment := identify(target.prefix)):
        raise NotRegisteredError(environment.name, host.add_command(environment))
    return owned


def _location(args: Namespace) -> Location | None:
    given, prefix = getattr(args, "kernel_location", None), getattr(args, "jupyter_prefix", None)
    # The other one may come from a variable.
    if given == "user":
        return user_location()
    if given == "system":
        return system_location()
    if prefix == "":
        raise UsageError("--jupyter-prefix is empty.", "Pass the prefix of the environment that has Jupyter.")
    return prefix_location(prefix) if prefix else None
