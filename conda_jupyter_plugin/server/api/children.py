"""Runs other commands, so that a cancelled one still cleans up, and an end of the server cancels all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TextIO

_INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended."""

_SECONDS_TO_END = 60.0
"""How long conda may take to undo a transaction."""


def end_with_standard_input() -> None:
    """From now on, end this process as by Ctrl-C when its standard input ends."""
    Thread(target=_wait_for_end, name="standard input", daemon=True).start()


def _wait_for_end() -> None:
    with suppress(OSError, ValueError):
        while os.read(0, 4096):
            pass
    # Of our process group are those that we have started: conda undoes what it has begun.
    if os.name == "nt":
        from _thread import interrupt_main

        interrupt_main()
    else:
        os.killpg(0, signal.SIGINT)


def run_child(command: Sequence[str], stdout: TextIO | None = None) -> int:
    """Run a command to its end, in a folder that nobody else can write to.

    Args:
        stdout: Where its output goes; None for our own.

    Returns:
        Its exit status.

    Raises:
        KeyboardInterrupt: We were interrupted; the command has ended.
        SystemExit: The same, if the command has printed so as our document.
    """
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stdout, cwd=sys.prefix)
    try:
        return process.wait()
    except KeyboardInterrupt:
        if os.name == "nt":
            process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_END)
        process.kill()
        if stdout is None:
            raise SystemExit(_INTERRUPTED) from None
        raise
