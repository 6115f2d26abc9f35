"""Commands that run for a page: their lines as they come, their end, and their cancellation."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

COMMAND = "conda_jupyter_plugin.server.api.command"
"""The module that a task's process runs."""

_KEPT = 50
"""How many tasks are remembered, so that a page that is loaded again finds the results of its own."""

_SECONDS = 0.05
"""How often the output of a task is read. A pipe would break under conda's clean-up if the server ends."""

_MOST_LINES = 5000
_LONGEST_LINE = 1000


class Task:
    """A command in a process of its own.

    The process ends when its standard input does: so it ends, and cleans up, when the server ends.

    Attributes:
        id: Its identifier, which cannot be guessed.
        verb: The first of its words.
        lines: The lines of its progress, from the first one.
        exit_status: Its exit status; None while it runs.
        document: The JSON document that it printed; None if it printed none.
    """

    def __init__(self, places: str, words: Sequence[str]) -> None:
        self.id, self.verb = secrets.token_urlsafe(16), words[0]
        self.lines: list[str] = []
        self.exit_status: int | None = None
        self.document: Any = None
        self._folder = TemporaryDirectory(ignore_cleanup_errors=True)
        self._printed, self._said = (Path(self._folder.name, name) for name in ("stdout", "stderr"))
        with self._printed.open("wb") as stdout, self._said.open("wb") as stderr:
            self._process = subprocess.Popen(
                [sys.executable, "-m", COMMAND, places, *words],
                stdin=subprocess.PIPE,
                stdout=stdout,
                stderr=stderr,
                # Python can import what is in this folder.
                cwd=sys.prefix,
                start_new_session=os.name != "nt",
                env={**os.environ, "NO_COLOR": "1", "PYTHONUNBUFFERED": "1", "PYTHONIOENCODING": "utf-8"},
            )
        self._end = asyncio.create_task(self._follow())

    def cancel(self) -> None:
        """Have it end as by Ctrl-C; it returns at once."""
        if self._process.stdin:
            self._process.stdin.close()

    async def end(self) -> None:
        """Wait until it has ended."""
        await asyncio.shield(self._end)

    async def change_after(self, count: int, seconds: float) -> None:
        """Wait until it has more than a number of lines, or has ended, or for some seconds."""
        for _ in range(int(seconds / _SECONDS)):
            if self.exit_status is not None or len(self.lines) > count:
                return
            await asyncio.sleep(_SECONDS)

    async def _follow(self) -> None:
        """Read its output until it has ended."""
        position, status = 0, None
        with self._folder:
            try:
                while status is None:
                    # Asked first: what it has said by then is read below.
                    status = self._process.poll()
                    position = self._read_lines(position, is_last=status is not None)
                    if status is None:
                        await asyncio.sleep(_SECONDS)
                with suppress(ValueError):
                    self.document = json.loads(self._printed.read_bytes())
            finally:
                self.cancel()
                self.exit_status = 1 if status is None else status

    def _read_lines(self, position: int, *, is_last: bool) -> int:
        """Read whole lines from a position; give the position behind them."""
        with self._said.open("rb") as said:
            said.seek(position)
            new = said.read()
        whole = new if is_last else new[: max(new.rfind(b"\n"), new.rfind(b"\r")) + 1]
        texts = whole.decode("utf-8", "replace").replace("\r", "\n").split("\n")
        lines = [text.rstrip()[:_LONGEST_LINE] for text in texts if text.strip()]
        self.lines += lines[: _MOST_LINES - len(self.lines)]
        return position + len(whole)


class Tasks:
    """The tasks of a server.

    Args:
        places: The folders that the command is to know, as JSON; see `ServerHost`.
    """

    def __init__(self, places: str) -> None:
        self._places = places
        self._tasks: OrderedDict[str, Task] = OrderedDict()

    def start(self, words: Sequence[str]) -> Task:
        """Start a command."""
        task = Task(self._places, words)
        self._tasks[task.id] = task
        ended = [known.id for known in self._tasks.values() if known.exit_status is not None]
        for identifier in ended[: max(0, len(self._tasks) - _KEPT)]:
            del self._tasks[identifier]
        return task

    def find(self, identifier: str) -> Task | None:
        """Find a task, which may have ended."""
        return self._tasks.get(identifier)

    def running(self) -> list[Task]:
        """The tasks that have not ended."""
        return [task for task in self._tasks.values() if task.exit_status is None]
