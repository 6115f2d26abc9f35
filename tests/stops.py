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


def steps_of(work: Callable[[], object]) -> list[Step]:
    """Does some work in a process of its own, and names the steps that change files."""
    _, told = _run(work, f"trace={','.join(CHANGING)}")
    counted: Counter[str] = Counter()
    steps = []
    for line in told.splitlines():
        if match := re.match(r"\d+ +(\w+)\((.*)", line):
            name, words = match.groups()
            counted[name] += 1
            if name != "openat" or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", words):
                steps.append(Step(name, counted[name]))
    return steps


def stop_at(step: Step, work: Callable[[], object], how: str = "signal=SIGKILL") -> int:
    """Does some work in a process of its own, which is killed before a step.

    Args:
        step: The step.
        work: The work.
        how: What happens there, as `strace --inject` has it: `error=ENOSPC` lets the call fail.

    Returns:
        The process's status: 0 where it came to its end.
    """
    status, _ = _run(work, f"inject={step.name}:{how}:when={step.number}", CHANGING)
    return status


def _run(work: Callable[[], object], expression: str, traced: Sequence[str] = ()) -> tuple[int, str]:
    child = os.fork()
    if not child:
        status = 9
        try:
            os.kill(os.getpid(), signal.SIGSTOP)
            work()
            status = 0
        except Exception:
            status = 1
        finally:
            os._exit(status)
    os.waitpid(child, os.WUNTRACED)
    with tempfile.NamedTemporaryFile("r") as log:
        command = ["strace", "-f", "-qq", "-o", log.name, "-e", expression, "-p", str(child)]
        if traced:
            command += ["-e", f"trace={','.join(traced)}"]
        strace = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        if not _is_traced(child, strace):
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.skip(f"nothing can be traced here: {strace.communicate()[1]}")
        os.kill(child, signal.SIGCONT)
        _, status = os.waitpid(child, 0)
        strace.communicate()
        return status, log.read()


def _is_traced(child: int, strace: subprocess.Popen[str]) -> bool:
    while strace.poll() is None:
        with open(f"/proc/{child}/status", encoding="ascii") as status:
            if not re.search(r"TracerPid:\s+0\n", status.read()):
                return True
        time.sleep(0.001)
    return False
