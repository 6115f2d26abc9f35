"""Runs a Python program many times without its imports: each run is a fork of a process that has them.

Run as a script, by whichever Python, it is that process; imported, it is what starts it and asks it. A run
has its own variables, folder, streams and exit, as if it were the first thing that its interpreter does; only
the modules named are there already, which must keep nothing of what they find when they are imported.
"""

from __future__ import annotations

import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO

_LONGEST = 2**18
"""Bytes that a request may have: a few kilobytes of arguments and variables is what they have."""


class ForkServer:
    """An interpreter that has imported some modules, and runs programs in forks of itself."""

    def __init__(self, python: Path, modules: Sequence[str], env: Mapping[str, str]) -> None:
        """Starts it.

        Args:
            python: The interpreter.
            modules: What to import; what it does not have is left out.
            env: The variables of the importing; each run has its own.
        """
        self.python = python
        self._channel, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [str(python), __file__, str(its.fileno()), *modules]
        with its:
            self._process = subprocess.Popen(command, env=env, pass_fds=[its.fileno()])

    def __enter__(self) -> ForkServer:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it."""
        self._channel.close()
        self._process.wait(timeout=30)

    def run(
        self, *arguments: str, env: Mapping[str, str], text_in: str, timeout: float, cwd: Path | None
    ) -> subprocess.CompletedProcess[str]:
        """Runs what `python -m MODULE ...` or `python -c CODE ...` would run.

        Args:
            *arguments: What follows `python` on that command line.
            env: All of its variables.
            text_in: Its standard input.
            timeout: Seconds to wait.
            cwd: The folder to run it in; this process's by default.

        Raises:
            subprocess.TimeoutExpired: Where it takes longer; it is killed then.
        """
        words = [str(self.python), *arguments]
        request = {"arguments": arguments, "env": dict(env), "cwd": str(cwd or Path.cwd())}
        answers, its = socket.socketpair()
        with answers, _temporary() as given, _temporary() as out, _temporary() as err:
            given.write(text_in)
            given.seek(0)
            with its:
                fds = [given.fileno(), out.fileno(), err.fileno(), its.fileno()]
                socket.send_fds(self._channel, [json.dumps(request).encode()], fds)
            status = self._await(answers, words, timeout)
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(words, status, out.read(), err.read())

    def _await(self, answers: socket.socket, words: list[str], timeout: float) -> int:
        with answers.makefile() as lines:
            child = int(lines.readline())
            answers.settimeout(timeout)
            try:
                return int(lines.readline())
            except TimeoutError:
                os.kill(child, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout) from None


def _temporary() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _serve(channel: socket.socket) -> list[str]:
    """Waits for requests; returns in each child, with what it is to run."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    while True:
        data, fds, _, _ = socket.recv_fds(channel, _LONGEST, 4)
        if not data:
            os._exit(0)
        if not os.fork():
            break
        for fd in fds:
            os.close(fd)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    channel.close()
    *streams, answers = fds
    child = os.fork()
    if child:
        os.write(answers, f"{child}\n".encode())
        _, status = os.waitpid(child, 0)
        os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())
        os._exit(0)
    os.close(answers)
    for number, fd in enumerate(streams):
        os.dup2(fd, number)
        os.close(fd)
    request = json.loads(data)
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    arguments: list[str] = request["arguments"]
    return arguments


def _main() -> None:
    channel = socket.socket(fileno=int(sys.argv[1]))
    del sys.path[0]  # this file's folder
    for name in sys.argv[2:]:
        try:
            import_module(name)
        except ImportError:
            continue
    option, program, *words = _serve(channel)
    sys.argv[:] = [option, *words]
    if option == "-m":
        sys.path.insert(0, os.getcwd())
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, "")
        exec(program, {"__name__": "__main__"})


if __name__ == "__main__":
    _main()
