"""The program `pip-kernel`, from its first line to its last: what interrupts it, what it leaves unprinted."""

from __future__ import annotations

import os
import sys

from conda_jupyter_plugin.cli import interruptions


def run() -> int:
    """Run `pip-kernel` with this process's command line.

    Returns:
        The exit status.
    """
    interruptions.exit_at_once()
    from .main import main

    try:
        with interruptions.interruptible(as_json="--json" in sys.argv):
            status = main()
    finally:
        interruptions.exit_at_once()
    return _flush(status)


def _flush(status: int) -> int:
    """Print what is not printed yet, while something can be said of it."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # https://docs.python.org/3/library/signal.html#note-on-sigpipe
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return status if isinstance(error, BrokenPipeError) else status or 1
    return status
