"""`virtualenv --kernel PATH`, through virtualenv's own plugin interface."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from virtualenv.activation.activator import Activator

if TYPE_CHECKING:
    from argparse import ArgumentParser

    from virtualenv.config.cli.parser import VirtualEnvOptions
    from virtualenv.create.creator import Creator
    from virtualenv.discovery.py_info import PythonInfo


class KernelActivator(Activator):
    """Registers the new environment where `--kernel` is given; virtualenv calls it once pip is there."""

    def __init__(self, options: VirtualEnvOptions) -> None:
        super().__init__(options)
        self._wanted = options.kernel

    @classmethod
    def supports(cls, interpreter: PythonInfo) -> bool:  # noqa: ARG003
        """Any interpreter will do: only files are looked at."""
        return True

    @classmethod
    def add_parser_arguments(cls, parser: ArgumentParser, interpreter: PythonInfo) -> None:  # noqa: ARG003
        """Add `--kernel`."""
        parser.add_argument(
            "--kernel",
            action="store_true",
            help="install ipykernel and make the environment a Jupyter kernel",
            default=False,
        )

    def generate(self, creator: Creator) -> list[Path]:
        """Install ipykernel and register the kernel; a failure is one line, never virtualenv's."""
        if not self._wanted:
            return []
        try:
            _register(Path(str(creator.dest)))
        except Exception as error:
            from conda_jupyter_plugin.cli.report import say
            from conda_jupyter_plugin.core.log import log_swallowed

            log_swallowed()
            say(f"The kernel was not registered: {error}", sys.stderr)
        return []


def _register(prefix: Path) -> None:
    from .main import main

    main(["add", str(prefix), "--install"])
