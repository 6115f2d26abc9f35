"""Runs a Python program many times without its imports: each run is a fork of a process that has them.

Run as a script, by whichever Python, it is that process; imported, it is what starts it and asks it. A run
has its own variables, folder, streams and exit, as if it were the first thing that its interpreter does; only
the modules named are there already, which must keep nothing of what they find when they are imported.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import IO, Any

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
        with _temporary() as given, _temporary() as out, _temporary() as err:
            given.write(text_in)
            given.seek(0)
            fork = self.start(*arguments, env=env, cwd=cwd, streams=(given, out, err))
            try:
                status = fork.wait(timeout)
            except TimeoutError:
                os.kill(fork.pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(words, timeout) from None
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(words, status, out.read(), err.read())

    def start(
        self,
        *arguments: str,
        env: Mapping[str, str],
        cwd: Path | None = None,
        streams: Sequence[IO[Any]] = (),
    ) -> Fork:
        """Starts what `run` runs.

        Args:
            *arguments: What follows `python` on that command line.
            env: All of its variables.
            cwd: The folder to run it in; this process's by default.
            streams: Its standard input, output and error; none by default.
        """
        request = {"arguments": arguments, "env": dict(env), "cwd": str(cwd or Path.cwd())}
        answers, its = socket.socketpair()
        with its, open(os.devnull, "r+") as nothing:
            fds = [stream.fileno() for stream in (*(streams or (nothing,) * 3), its)]
            socket.send_fds(self._channel, [json.dumps(request).encode()], fds)
        return Fork(answers)


class Fork:
    """A program that runs.

    Attributes:
        pid: Its process.
    """

    def __init__(self, answers: socket.socket) -> None:
        self._answers, self._lines = answers, answers.makefile()
        self.pid = int(self._lines.readline())

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end, and gives its exit status: that of a signal is negative.

        Args:
            timeout: Seconds to wait; for ever by default.

        Raises:
            TimeoutError: Where it takes longer.
        """
        self._answers.settimeout(timeout)
        with self._answers, self._lines:
            return int(self._lines.readline())


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
    gc.freeze()
    arguments = _serve(channel)
    try:
        _run(*arguments)
        status = 0
    except SystemExit as end:
        if not isinstance(end.code, int | None):
            raise
        status = end.code or 0
    # What the interpreter does at its end, but for taking all modules apart, which is a third of a run.
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        for stream in (sys.stdout, sys.stderr):
            if not stream.closed:
                stream.flush()
    except OSError:
        sys.exit(status)  # whose own end says what is wrong
    os._exit(status & 0xFF)


def _run(option: str, program: str, *words: str) -> None:
    sys.argv[:] = [option, *words]
    if option == "-m":
        sys.path.insert(0, os.getcwd())
        runpy.run_module(program, run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, "")
        exec(program, {"__name__": "__main__"})


if __name__ == "__main__":
    _main()
