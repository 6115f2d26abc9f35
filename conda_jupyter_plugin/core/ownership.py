"""Whose a kernelspec is: ours for this kernel, written by hand for it, or somebody else's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import environment_around, same_prefix
from .models import Choices
from .references import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    if item.owner is not None or item.problem is not None or item.later:
        return False
    command = item.spec["argv"][0]
    if item.spec.get("language", "").lower() != kernel.language.lower() or not os.path.isabs(command):
        return False
    around = environment_around(Path(command))
    return around is not None and same_prefix(around.prefix, kernel.environment.prefix)


def is_own_way(item: Installed, kernel: Kernel) -> bool:
    """Whether a kernelspec written by hand for a kernel says more than that kernel's own."""
    return is_adoptable(item, kernel) and _essence(item.spec) != _essence(kernel.spec)


def _essence(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """What tells kernelspecs of one kernel apart, without what `ipykernel install` adds or leaves out."""
    aside = ("display_name", "env", "kernel_protocol_version")
    metadata = {**spec.get("metadata", {})}
    for key in ("debugger", "supported_encryption"):
        metadata.pop(key, None)
    argv = [word for word in spec["argv"][1:] if word != "-Xfrozen_modules=off"]
    return {**{key: spec[key] for key in spec if key not in aside}, "argv": argv, "metadata": metadata}


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
    env = {key: Value.of_kernelspec(value).for_option() for key, value in env.items()}
    spec = {key: value for key, value in item.spec.items() if key not in ("display_name", "env")}
    return Choices(
        display_name=shown if chosen else None, env=env, spec=spec if is_own_way(item, kernel) else None
    )
