"""The state of the kernels that Jupyter sees: the rows of a list."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import store
from .absence import is_gone, is_missing, why_kept
from .discovery import KERNELS, read_kernel
from .display_names import labels
from .drafting import draft_again
from .environment import environment_around, identify
from .errors import KernelError
from .log import log_swallowed
from .models import Environment, Installed, Kernel, Owner, Registration, Status
from .planning import Planned, runnable_kernels
from .render import program, started_program

if TYPE_CHECKING:
    from .registry import Registry

ENVIRONMENT_GONE = "the environment is gone"
LATER_VERSION = "written by a later version of conda-jupyter-plugin"


def describe(registry: Registry, item: Installed) -> Registration:
    """Say what a kernelspec is and what state it is in.

    Args:
        registry: The location and the rules.
        item: The kernelspec.

    Returns:
        The row for it.
    """
    status, reason = _judge(registry, item)
    if item.owner is not None:
        environment = Environment(item.owner.prefix, item.owner.environment, item.owner.manager)
        row = _row(item, environment, status, reason, managed=True, kernel=item.owner.kernel)
        return replace(row, kept=status == "broken" and is_missing(item.owner) and not is_gone(item.owner))
    words = item.spec.get("argv", [""])
    around = environment_around(Path(words[0])) if os.path.isabs(words[0]) else None
    environment_of = around or environment_around(item.folder.parent)
    named = registry.named(environment_of) if environment_of else None
    return _row(item, named, status, reason, managed=False)


def describe_planned(planned: Planned) -> Registration:
    """Describe a kernel as it is once it has been written."""
    environment, command = planned.kernel.environment, program(planned.kernel)
    gone = not command.exists() and environment.prefix.exists()
    return Registration(
        name=planned.rendered.name,
        display_name=planned.rendered.display_name,
        language=planned.rendered.language,
        path=planned.folder,
        prefix=environment.prefix,
        environment=environment.name,
        manager=environment.manager,
        managed=True,
        status="broken" if gone else "ok",
        kernel=planned.kernel.directory,
        reason=f"its program {command} is gone" if gone else None,
    )


def _judge(registry: Registry, item: Installed) -> tuple[Status, str | None]:
    if item.later:
        return "ok", LATER_VERSION
    return _judge_managed(registry, item, item.owner) if item.owner else _judge_unmanaged(item)


def _judge_managed(registry: Registry, item: Installed, owner: Owner) -> tuple[Status, str | None]:
    try:
        environment = identify(owner.prefix)
        if environment is None:
            return "broken", why_kept(owner) or ENVIRONMENT_GONE
        environment = registry.named(environment)
        if not os.path.lexists(environment.prefix.joinpath(*KERNELS, owner.kernel, "kernel.json")):
            return "broken", f"the environment holds no kernel {owner.kernel} any more"
        kernel = read_kernel(environment, owner.kernel)
        if not os.path.exists(command := started_program(kernel, owner.choices)):
            return "broken", f"its program {command} is gone"
        current = not registry.judges(environment, owner) or _is_current(registry, item, owner, kernel)
    except KernelError as error:
        log_swallowed()
        return "broken", error.message.rstrip(".")
    return ("ok" if current else "stale"), None


def _is_current(registry: Registry, item: Installed, owner: Owner, kernel: Kernel) -> bool:
    called = labels(runnable_kernels(kernel.environment)) or labels([kernel])
    rendered = draft_again(registry, kernel, called[kernel.directory], item, owner)
    return store.matches(item.folder, rendered)


def _judge_unmanaged(item: Installed) -> tuple[Status, str | None]:
    if item.problem is not None:
        return "broken", item.problem.rstrip(".")
    # A bare word is looked up on the Jupyter server's own PATH: nothing can be said about it here.
    command = item.spec["argv"][0]
    if os.path.isabs(command) and not os.path.exists(command):
        return "broken", f"its program {command} is gone"
    return "ok", None


def _row(
    item: Installed,
    environment: Environment | None,
    status: Status,
    reason: str | None,
    *,
    managed: bool,
    kernel: str | None = None,
) -> Registration:
    return Registration(
        name=item.name,
        display_name=str(item.spec.get("display_name", item.name)),
        language=str(item.spec.get("language", "")),
        path=item.folder,
        prefix=environment.prefix if environment else None,
        environment=environment.name if environment else None,
        manager=environment.manager if environment else None,
        managed=managed,
        status=status,
        kernel=kernel,
        reason=reason,
    )
