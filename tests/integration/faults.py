"""Makes one chosen call of the project's code fail, in a conda that runs as always.

usage: python faults.py once NUMBER COMMAND...
       python faults.py each MOST COMMAND...

`once` makes the call of that number fail, and writes the number of calls that there were to the file `calls`
in its folder. `each` runs a conda command again and again, each time with another call that fails: with every
one, or with as many as MOST says, taken at random, but each time the same. It prints each run as a list in
JSON: which call failed, the exit status, and both streams. `{run}` in the command becomes the run's number.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

# The guards themselves, and functions that are one guard from the first line on: being called is no step of
# ours that could fail. Nor is a generator's end, which Python tells of by itself.
_GUARDS = ("plugin.py", "conda_host/hooks.py")
_ENTRIES = (
    *("<module>", "<genexpr>", "NotePrefix", "verify", "execute", "reverse", "cleanup"),
    *("parse_args", "_add_to_parser", "postpone", "offer_flag", "before", "after", "_guarded"),
)

# Through these conda enters the project in a command that has no transaction.
_WAYS_IN = {
    "conda_host": (
        *("before", "after", "offer_flag", "_add_to_parser", "postpone", "_parse_postponed", "run_verb"),
        *("settings", "_check", "_typify"),
    ),
}

_NEVER = 10**9

_at = _calls = 0
_is_ours: dict[str, bool] = {}


def _count(frame: FrameType, event: str, called: Any) -> None:
    """Counts the functions of the project that are called, and the C functions that they call."""
    global _calls
    code = frame.f_code
    file = code.co_filename
    ours = _is_ours.get(file)
    if ours is None:
        ours = _is_ours[file] = "conda_jupyter_plugin" in file and not file.endswith(_GUARDS)
    # Closing a file does so, whatever it says: a lock is never kept by it.
    if (
        ours
        and called is not os.close
        and (event == "c_call" or (event == "call" and code.co_name not in _ENTRIES))
    ):
        _calls += 1
        if _calls == _at:
            raise OSError(f"fault in {code.co_name}")


def _watched(function: Callable[..., Any]) -> Callable[..., Any]:
    """Counts calls while a function runs; to count all of conda's own would take most of the time."""

    def call(*args: Any, **options: Any) -> Any:
        # After a call that has failed no further one is counted.
        if sys.getprofile() or _calls >= _at:
            return function(*args, **options)
        sys.setprofile(_count)
        try:
            result = function(*args, **options)
            return list(result) if isinstance(result, Iterator) else result
        finally:
            sys.setprofile(None)

    return call


def _watch() -> None:
    for name, functions in _WAYS_IN.items():
        module = import_module(f"conda_jupyter_plugin.{name}")
        for function in functions:
            setattr(module, function, _watched(getattr(module, function)))


def _run(command: list[str]) -> tuple[Any, str, str]:
    """Runs a command in this process; gives its exit status and what it printed."""
    from conda.cli.main import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(*command)
    return status, out.getvalue(), err.getvalue()


def _without_news(told: str) -> str:
    """Leaves out what the project did, or would do."""
    return "".join(line for line in told.splitlines(keepends=True) if not line.startswith('Kernel "'))


def _each(most: int, command: list[str]) -> None:
    _watch()

    def run(at: int) -> tuple[Any, str, str]:
        global _at, _calls
        _at, _calls = at, 0
        status, *told = _run([word.format(run=at) for word in command])
        out, err = map(_without_news, told)
        return status, out, err

    run(_NEVER)
    points = range(1, _calls + 1)
    if most < len(points):
        points = sorted(random.Random(str(command)).sample(points, most))
    print(json.dumps([(at, *run(at)) for at in points]))


def _once(at: int, command: list[str]) -> None:
    global _at
    _at = at
    calls = Path.cwd() / "calls"
    atexit.register(lambda: calls.write_text(str(_calls)))

    from conda.cli.main import main

    sys.setprofile(_count)
    sys.exit(main(*command))


if __name__ == "__main__":
    _how, _number, *_command = sys.argv[1:]
    (_once if _how == "once" else _each)(int(_number), _command)
