"""Programs that the extension runs: quietly, and with a reason where they fail."""

from __future__ import annotations

import shlex
import signal
import subprocess
from typing import TYPE_CHECKING

from ..core.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class CommandError(KernelError):
    """A program that the extension ran has failed, or was killed."""

    code = "command"


def run_command(
    command: Sequence[str], *, cwd: str | Path, stdin_bytes: bytes = b"", timeout: float | None = None
) -> bytes:
    """Run a program.

    Args:
        cwd: The folder to run it in: Python can import what is there.
        stdin_bytes: What it is given on its standard input.
        timeout: How many seconds it may take.

    Returns:
        What it printed.

    Raises:
        CommandError: It failed, with the last line of what it said of it, or was killed.
        OSError, TimeoutExpired: It could not be started, or did not come to its end.
    """
    done = subprocess.run(command, input=stdin_bytes, capture_output=True, cwd=cwd, timeout=timeout)
    if done.returncode:
        raise CommandError(f"`{shlex.join(command)}` {_how_it_ended(done)}.")
    return done.stdout


def _how_it_ended(done: subprocess.CompletedProcess[bytes]) -> str:
    said = done.stderr.decode(errors="replace").strip().rpartition("\n")[2].rstrip(".")
    if done.returncode < 0:
        return f"was ended by {signal.Signals(-done.returncode).name}"
    return f"failed: {said}" if said else f"failed with status {done.returncode}"
