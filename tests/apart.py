"""Does something in a process of its own, forked by one that has no threads: a worker of pytest has some."""

from __future__ import annotations

import os
import pickle
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from pkgutil import iter_modules

from conda_jupyter_plugin import core

from .fork_server import Fork, ForkServer
from .support import stay_in

_PROJECT = Path(__file__).parents[1]

_MODULES = [f"{core.__name__}.{module.name}" for module in iter_modules(core.__path__)]
"""What is imported only where it is needed: here, by each of the others anew."""

_DO = """
import sys
from tests.apart import do
do(sys.argv[1])
"""


class Apart(ForkServer):
    """Processes that call functions of a module, with the variables and the umask of whoever asks."""

    def __init__(self, module: str) -> None:
        """Starts the one that the others are forks of.

        Args:
            module: The module that has the functions.
        """
        # other users may not be able to read where this user's Python has the last one
        modules = (__name__, module, *_MODULES, "jupyter_core.paths", "_strptime")
        path = os.pathsep.join(map(str, (_PROJECT, _PROJECT / "tests" / "integration")))
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - it is closed with the others
        super().__init__(Path(sys.executable), modules, {**os.environ, "PYTHONPATH": path})

    def begin(self, function: Callable[..., object], *args: object) -> Fork:
        """Begins to call a function; both it and its arguments are pickled."""
        # unbuffered, as the others write there too, where it stands
        os.ftruncate(self._output.fileno(), 0)
        os.lseek(self._output.fileno(), 0, os.SEEK_SET)
        streams = (self._output,) * 3
        return self.start("-c", _DO, _packed(function, args), env=os.environ, streams=streams)

    def said(self) -> str:
        """Gives what the function that was last begun has written."""
        return os.pread(self._output.fileno(), 2**20, 0).decode()

    def __exit__(self, *error: object) -> None:
        super().__exit__(*error)
        self._output.close()


def do(packed: str) -> None:
    """Calls what was packed."""
    umask, function, args = pickle.loads(bytes.fromhex(packed))
    os.umask(umask)
    stay_in(Path(os.environ["HOME"]))
    try:
        function(*args)
    except SystemExit as ending:
        _end(int(ending.code or 0))
    except BaseException:
        traceback.print_exc()
        _end(1)
    _end(0)


def _end(status: int) -> None:
    """Ends at once: taking all modules down takes longer than most functions."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


def as_user(user: int, group: int, function: Callable[..., object], *args: object) -> None:
    """Calls a function as another user, and writes the error that it ended with."""
    try:
        os.setgroups([group])
        os.setgid(group)
        os.setuid(user)
        function(*args)
    except BaseException as error:
        sys.stdout.write(f"{type(error).__name__}: {error}")


def _packed(function: Callable[..., object], args: tuple[object, ...]) -> str:
    os.umask(umask := os.umask(0))
    return pickle.dumps((umask, function, args)).hex()
