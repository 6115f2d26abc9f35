"""Makes one chosen call of the project's code fail, in a conda that runs as always.

usage: python faults.py STEP COMMAND...

Runs a conda command again and again: each time a later call that the project makes or gets raises, every
STEP-th one, until a run has fewer calls than that. Prints each run as a list in JSON: which call failed, the
exit status, and both streams. `{run}` in the command becomes the run's number.

Imported from a `.pth` file, where `KERNEL_FAULT_AT` names the number N, it makes the N-th call of the
interpreter's whole life fail; a file that `KERNEL_FAULT_LOG` names gets the number of calls that there were.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

# The guards themselves, and functions that are one guard from the first line on: being called is no step of
# ours that could fail. Nor is a generator's end, which Python tells of by itself.
_GUARDS = ("plugin.py", "hooks.py")
_ENTRIES = (
    *("<module>", "<genexpr>", "NotePrefix", "verify", "execute", "reverse", "cleanup"),
    *("parse_args", "_add_to_parser", "postpone", "offer_flag", "before", "after"),
)

# Through these conda enters the project in a command that has no transaction.
_WAYS_IN = {
    "declarations": (
        *("before", "after", "offer_flag", "_add_to_parser", "postpone", "_parse_postponed", "run_verb"),
        *("settings", "_check", "_typify"),
    ),
}

# Read once: the project takes the environment away while conda works an activation out.
_LOG = os.environ.get("KERNEL_FAULT_LOG", "")

_at = int(os.environ.get("KERNEL_FAULT_AT", "0"))
_calls = 0


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


def _run_all(step: int, command: list[str]) -> None:
    global _at, _calls
    outcomes = []
    _watch()
    # After a call that has failed no further one is counted.
    _at = _calls = 1
    while _calls == _at:
        _at, _calls = 1 + step * len(outcomes), 0
        status, *told = _run([word.format(run=len(outcomes)) for word in command])
        outcomes.append((_at, status, *map(_without_news, told)))
    print(json.dumps(outcomes))


def _log() -> None:
    # A Python that conda starts besides has no call of ours.
    if _calls:
        Path(_LOG).write_text(str(_calls))


if __name__ == "__main__":
    _run_all(int(sys.argv[1]), sys.argv[2:])
elif _at:
    sys.setprofile(_count)
    atexit.register(_log)
