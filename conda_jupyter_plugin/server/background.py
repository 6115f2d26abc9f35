"""The thread that has a process look whether something has changed, and bring kernels in line."""

from __future__ import annotations

import json
import sys
from threading import Event, Thread
from typing import TYPE_CHECKING

from ..core.failures import collecting
from .running import run_command

if TYPE_CHECKING:
    from collections.abc import Sequence
    from logging import Logger

    from ..core.errors import KernelError

PROCESS = "conda_jupyter_plugin.server.process"
"""The module that the process runs."""


class Background(Thread):
    """Waits until it is woken, and for a process of its own then.

    All is done there: each step of Python's in another thread would hold up the server's answers.

    Args:
        folders: The folders whose environments become kernels too.
    """

    def __init__(self, folders: Sequence[str], log: Logger) -> None:
        super().__init__(name="conda-jupyter-plugin", daemon=True)
        self._command = [sys.executable, "-m", PROCESS, *folders]
        self._log = log
        self._woken = Event()
        self._seen = b""
        self._told: Sequence[str] = ()

    def wake(self) -> None:
        """Have it look whether something has changed; it returns at once."""
        self._woken.set()

    def run(self) -> None:
        """Look for changes and have them handled for as long as the server runs."""
        while self._woken.wait():
            self._woken.clear()
            errors: list[KernelError] = []
            with collecting(errors, "kernels"):
                self._look()
            self._warn(list(map(str, errors)))

    def _look(self) -> None:
        printed = run_command(self._command, cwd=sys.prefix, stdin_bytes=self._seen)
        report, _, seen = printed.partition(b"\n")
        if not report:
            return
        document = json.loads(report)
        # What could not be done is tried again, whether or not anything has changed by then.
        self._seen = b"" if document["again"] else seen
        for line in document["done"]:
            self._log.info("conda-jupyter-plugin: %s", line)
        self._warn(document["errors"])

    def _warn(self, lines: Sequence[str]) -> None:
        """Tell what is wrong once, however often it is so."""
        if lines and lines != self._told:
            self._told = lines
            for line in lines:
                self._log.warning("conda-jupyter-plugin: %s", line)
