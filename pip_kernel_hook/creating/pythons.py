"""Which interpreter `--python` means, in all the ways that people write one, and what it can make."""

from __future__ import annotations

import logging
import os
import shlex
import sys
from pathlib import Path

from conda_jupyter_plugin.core.dataclass import dataclass
from conda_jupyter_plugin.core.environment.environment import identify, python_of
from conda_jupyter_plugin.core.errors import UsageError

from .installing import has_other_installer
from .processes import run_to_end, without_other_pythons

_FIRST = "3.6"
"""The oldest Python that python-discovery finds."""

_ASK = "from importlib.util import find_spec; print(*filter(find_spec, ('venv', 'ensurepip')))"


@dataclass(frozen=True)
class Python:
    """An interpreter that makes virtual environments.

    Attributes:
        program: The absolute path of its program.
        brings_pip: Whether what it makes has pip: Debian's without python3-venv does not.
    """

    program: str
    brings_pip: bool


def find_python(given: str | None) -> Python:
    """Find an interpreter to make an environment with, as virtualenv does.

    Args:
        given: `3.11`, `python3.11`, `pypy3`, `>=3.10`, a path, or an environment's; None for the running one.

    Raises:
        UsageError: There is none, or none that can make environments.
    """
    program = sys.executable if given is None else _discover(given)
    status, printed = run_to_end([program, "-I", "-c", _ASK], without_other_pythons())
    modules = () if status else printed.split()
    if "venv" not in modules:
        raise UsageError(
            f"{program} cannot make virtual environments: it has no module venv.",
            "Give --python another interpreter.",
        )
    brings_pip = "ensurepip" in modules
    if not brings_pip and not has_other_installer():
        raise UsageError(
            f"{program} cannot make virtual environments with pip: it has no module ensurepip.",
            "Install the package python3-venv, or put uv on PATH."
            if _is_debians(program)
            else "Give --python another interpreter, or put uv on PATH.",
        )
    return Python(program, brings_pip)


def _discover(given: str) -> str:
    from python_discovery import get_interpreter

    is_path = os.sep in given or given.startswith("~") or (os.altsep and os.altsep in given)
    path = Path(os.path.abspath(os.path.expanduser(given)))
    if path.is_dir() and (environment := identify(path)):
        path, is_path = python_of(environment), True
    # What it says of interpreters that it passes over is nobody's news.
    logging.getLogger("python_discovery").setLevel(logging.CRITICAL)
    try:
        found = get_interpreter(str(path) if is_path else given) if given else None
    except (RuntimeError, ValueError, OSError):
        found = None
    if found is None:
        called = shlex.quote(given)
        is_none = (
            f"{called} is no interpreter"
            if is_path and path.exists()
            else f"There is no interpreter {called}"
        )
        raise UsageError(
            f"{is_none} of Python {_FIRST} or newer.",
            "Give --python a version such as 3.12, a name on PATH, or a path.",
        )
    # Not what only leads there, as pyenv's shims and another environment's programs do.
    return str(found.system_executable or found.executable)


def _is_debians(program: str) -> bool:
    return os.path.exists("/etc/debian_version") and os.path.realpath(program).startswith("/usr/")
