"""Shell completion of words, options and kernel names.

`argcomplete` does it, which is loaded only while a shell asks. A shell asks by running the command itself,
with the line in variables: https://kislyuk.github.io/argcomplete/.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ...core.jupyter.locations import visible
from ...core.jupyter.registry import Registry
from ...core.rules import Rules

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import Any

    from ..host import Host


def is_asked() -> bool:
    """Whether it is a shell that runs this command, to complete its line."""
    return "_ARGCOMPLETE" in os.environ


def complete(parser: ArgumentParser) -> None:
    """Answer the shell.

    Raises:
        SystemExit: Always.
    """
    import argcomplete

    argcomplete.autocomplete(parser, always_complete_options="long")
    raise SystemExit(1)


class KernelNames:
    """Completes the names of kernels.

    Args:
        host: The command.
        managed: Whether those that this project did not make are left out: they are not to be removed.
    """

    def __init__(self, host: Host, *, managed: bool = False) -> None:
        self._host = host
        self._managed = managed

    def __call__(self, **_: Any) -> list[str]:
        """Name the kernels that Jupyter sees."""
        location = self._host.default_location()
        registry = Registry(location, visible(self._host.active_prefix, location), Rules())
        items = [item for readable in registry.visibly() for item in readable.inventory]
        return sorted({item.name for item in items if item.owner or not self._managed})
