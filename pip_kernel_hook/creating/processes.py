"""Programs that we start: whatever ends us ends them too."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ..errors import CreationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path
    from typing import Any

_SECONDS_TO_END = 5.0

_OF_PYTHON = ("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "__PYVENV_LAUNCHER__")


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator[subprocess.Popen[str]]:
    """Run a program beside the block; where that is left early, the program ends first, and what it started.

    Args:
        command: The program's absolute path or its name, and its words.
        **options: As `subprocess.Popen` has them.

    Raises:
        CreationError: There is no such program, or it may not be run.
    """
    # At a terminal it may ask for a password, and it receives Ctrl-C directly.
    apart = os.name != "nt" and not (sys.stdin and sys.stdin.isatty())
    try:
        process = subprocess.Popen(
            command, text=True, encoding="utf-8", errors="replace", start_new_session=apart, **options
        )
    except OSError as error:
        raise CreationError.not_started(command[0], error.strerror) from error
    try:
        yield process
    except BaseException:
        _end(process, apart=apart)
        raise
    process.wait()


def run_to_end(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    folder: Path | None = None,
    seconds: float | None = None,
) -> tuple[int, str]:
    """Run a program to its end.

    Args:
        command: As `running` has it.
        environment: Its environment variables; None for ours.
        folder: The folder that it runs in; None for ours.
        seconds: How long it may take.

    Returns:
        Its exit status, and what it printed; nothing where it took too long.

    Raises:
        CreationError: As `running`.
    """
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    printed = ""
    with (
        suppress(subprocess.TimeoutExpired),
        running(command, env=environment, cwd=folder, **streams) as process,
    ):
        printed, _ = process.communicate(timeout=seconds)
    return process.returncode, printed


def without_other_pythons() -> dict[str, str]:
    """Our environment variables, without those that make another Python's packages seem to be there."""
    variables = {name: value for name, value in os.environ.items() if name not in _OF_PYTHON}
    return {**variables, "PYTHONSAFEPATH": "1"}


def _end(process: subprocess.Popen[str], *, apart: bool) -> None:
    """End a program as Ctrl-C does, so that it ends those that it has started; then, without asking."""
    with suppress(OSError, subprocess.TimeoutExpired):
        if os.name == "nt":
            process.terminate()
        elif apart:
            os.killpg(process.pid, signal.SIGINT)
        else:
            process.send_signal(signal.SIGINT)
        process.wait(_SECONDS_TO_END)
    with suppress(OSError):
        if apart:
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
