"""Programs that the extension runs: quietly, and with a reason where they fail."""

from __future__ import annotations

import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def run(command: Sequence[str], *, cwd: str | Path, told: bytes = b"", timeout: float | None = None) -> bytes:
    """Run a program.

    Args:
        command: The program and its arguments.
        cwd: The folder to run it in: Python can import what lies there.
        told: What it is given on its standard input.
        timeout: How many seconds it may take.

    Returns:
        What it printed.

    Raises:
        RuntimeError: It failed; the last line of what it said of it.
        OSError, TimeoutExpired: It could not be started, or did not come to its end.
    """
    done = subprocess.run(command, input=told, capture_output=True, cwd=cwd, timeout=timeout)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace").strip().rpartition("\n")[2])
    return done.stdout
