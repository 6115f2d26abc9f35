"""Whose a kernelspec is: ours for this kernel, written by hand for it, or somebody else's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .environment import environment_around, same_prefix
from .models import Choices

if TYPE_CHECKING:
    from .models import Installed, Kernel


def is_for(item: Installed, kernel: Kernel, former_prefix: Path | None = None) -> bool:
    """Whether a kernelspec is our registration of a kernel.

    Args:
        item: The kernelspec.
        kernel: The environment's kernel.
        former_prefix: The prefix that the environment had before it was renamed.
    """
    if item.owner is None or item.owner.kernel != kernel.directory:
        return False
    prefix = item.owner.prefix
    return same_prefix(prefix, kernel.environment.prefix) or (
        former_prefix is not None and same_prefix(prefix, former_prefix)
    )


def is_adoptable(item: Installed, kernel: Kernel) -> bool:
    """Whether somebody wrote a kernelspec by hand for this very environment and language."""
    if item.owner is not None or item.problem is not None:
        return False
    command = item.spec["argv"][0]
    if item.spec.get("language", "").lower() != kernel.language.lower() or not os.path.isabs(command):
        return False
    around = environment_around(Path(command))
    return around is not None and same_prefix(around.prefix, kernel.environment.prefix)


def is_own_way(item: Installed, kernel: Kernel) -> bool:
    """Whether a kernelspec written by hand for a kernel says more than that kernel's own."""
    if not is_adoptable(item, kernel):
        return False
    ours = {"display_name", "env", "kernel_protocol_version"}
    hand_made, own = (
        {key: spec[key] for key in spec if key not in ours} for spec in (item.spec, kernel.spec)
    )
    return {**hand_made, "argv": item.spec["argv"][1:]} != {**own, "argv": kernel.spec["argv"][1:]}


def earlier_choices(item: Installed | None, kernel: Kernel) -> Choices:
    """Find what was chosen for a kernelspec before, be it recorded by us or written by hand.

    Args:
        item: What is registered now, if anything.
        kernel: The environment's kernel.

    Returns:
        The choices, none where the kernelspec is somebody else's.
    """
    if item is not None and item.owner is not None:
        return item.owner.choices
    if item is None or not is_adoptable(item, kernel):
        return Choices()
    # `ipython kernel install --name=opencv` makes the name the display name: nobody chose that.
    shown = item.spec.get("display_name", "")
    chosen = shown not in ("", item.name, kernel.spec.get("display_name"))
    given = kernel.spec.get("env", {})
    env = {key: str(value) for key, value in item.spec.get("env", {}).items() if key not in given}
    env = {key: value.replace("$$", "$") for key, value in env.items()}
    return Choices(display_name=shown if chosen else None, env=env)
