"""conda's activation of an environment, worked out by conda itself."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .core.activation import activate_virtual_environment
from .core.environment import WINDOWS
from .core.models import Activation, Environment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .core.models import Activators

# A shell's own bookkeeping and what the launcher works out at start.
_LEFT_ASIDE = frozenset({"PATH"})

_REST_OF_PATH = "rest-of-path"


def activate(environment: Environment) -> Activation:
    """Work out what `conda activate` does for an environment, wherever it is called.

    Args:
        environment: A conda environment.

    Returns:
        Its activation; nothing of the current process's environment is in it.
    """
    from conda.activate import CmdExeActivator, PosixActivator

    activator = CmdExeActivator() if WINDOWS else PosixActivator()
    with _bare_environment():
        plan = activator.build_activate(str(environment.prefix))
    exports = {name: str(value) for name, value in plan["export_vars"].items()}
    folders = exports["PATH"].split(os.pathsep)
    folders = folders[: folders.index(_REST_OF_PATH)]
    return Activation(
        conda=True,
        path=tuple(folder for folder in folders if not folder.endswith("condabin")),
        first_path=tuple(folder for folder in folders if folder.endswith("condabin")),
        variables={name: value for name, value in exports.items() if name not in _LEFT_ASIDE},
        unset=tuple(plan["unset_vars"]),
    )


ACTIVATORS: Activators = {"conda": activate, "venv": activate_virtual_environment}
"""What works out the activation of each kind of environment."""


@contextmanager
def _bare_environment() -> Iterator[None]:
    """Take the current environment away: conda would mix it in, as it does for a shell."""
    current = os.environ
    # Emptying the real one would be a system call for each variable, and felt by other threads' children.
    os.environ = {"PATH": _REST_OF_PATH}  # type: ignore[assignment]  # noqa: B003
    try:
        yield
    finally:
        os.environ = current  # noqa: B003
