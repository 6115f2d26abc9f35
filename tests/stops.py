"""A process is stopped at each system call that changes a file, one after the other: by `strace`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from .apart import Apart

CHANGING = (
    *("mkdir", "mkdirat", "rmdir", "rename", "renameat", "renameat2", "unlink", "unlinkat"),
    *("link", "linkat", "symlink", "symlinkat", "openat", "write", "pwrite64", "ftruncate"),
    *("chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "utimensat", "fsync"),
    *("sendfile", "copy_file_range"),
)

needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


@dataclass(frozen=True)
class Step:
    """One system call of some work: the which-th of its name."""

    name: str
    number: int


def steps_of(apart: Apart, function: Callable[..., object], *args: object) -> list[Step]:
    """Calls a function in a process of its own, and names the steps that change files."""
    _, told = _run(apart, function, args, f"trace={','.join(CHANGING)}")
    counted: Counter[str] = Counter()
    steps = []
    for line in told.splitlines():
        if match := re.match(r"\d+ +(\w+)\((.*)", line):
            name, words = match.groups()
            counted[name] += 1
            if name != "openat" or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", words):
                steps.append(Step(name, counted[name]))
    return steps


def stop_at(step: Step, how: str, apart: Apart, function: Callable[..., object], *args: object) -> int:
    """Calls a function in a process of its own, which is stopped before a step.

    Args:
        step: The step.
        how: What happens there, as `strace --inject` has it: `error=ENOSPC` lets the call fail.
        apart: What has such processes.
        function: The function.
        *args: Its arguments.

    Returns:
        The process's exit status: 0 where it came to its end, a negative one where a signal ended it.
    """
    status, _ = _run(apart, function, args, f"inject={step.name}:{how}:when={step.number}", CHANGING)
    return status


def _wait_and_do(function: Callable[..., object], args: tuple[object, ...]) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)
    function(*args)


def _run(
    apart: Apart,
    function: Callable[..., object],
    args: tuple[object, ...],
    expression: str,
    traced: Sequence[str] = (),
) -> tuple[int, str]:
    fork = apart.begin(_wait_and_do, function, args)
    _wait_for(fork.pid, r"State:\s+T")
    with tempfile.NamedTemporaryFile("r") as log:
        command = ["strace", "-f", "-qq", "-o", log.name, "-e", expression, "-p", str(fork.pid)]
        if traced:
            command += ["-e", f"trace={','.join(traced)}"]
        strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        if not _wait_for(fork.pid, r"TracerPid:\s+[1-9]", strace):
            os.kill(fork.pid, signal.SIGKILL)
            fork.wait()
            pytest.skip(f"nothing can be traced here: {strace.communicate()[1]}")
        os.kill(fork.pid, signal.SIGCONT)
        status = fork.wait()
        strace.communicate()
        return status, log.read()


def _wait_for(pid: int, state: str, strace: subprocess.Popen[str] | None = None) -> bool:
    """Waits until a process says something of itself; in vain where strace has ended."""
    while strace is None or strace.poll() is None:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            if re.search(state, status.read()):
                return True
        time.sleep(0.001)
    return False
