"""Which interpreter `--python` means, in all the ways that people write one."""

from __future__ import annotations

import logging
import os
import sys

from conda_jupyter_plugin.core.errors import UsageError

_FIRST = "3.6"
"""The oldest Python that python-discovery finds."""


def find_python(given: str | None) -> str:
    """Find an interpreter to make an environment with, as virtualenv does.

    Args:
        given: `3.11`, `python3.11`, `pypy3`, `>=3.10`, or a path; None for the running one.

    Returns:
        The absolute path of its program.

    Raises:
        UsageError: There is none, or none that can make environments.
    """
    if given is None:
        return sys.executable
    from python_discovery import get_interpreter

    is_path = os.sep in given or given.startswith("~") or (os.altsep and os.altsep in given)
    # What it says of interpreters that it passes over is nobody's news.
    logging.getLogger("python_discovery").setLevel(logging.CRITICAL)
    found = get_interpreter(os.path.abspath(os.path.expanduser(given)) if is_path else given)
    if found is None:
        raise UsageError(
            f"There is no interpreter {given} of Python {_FIRST} or newer.",
            "Give --python a version such as 3.12, a name on PATH, or a path.",
        )
    # Not what only leads there, as pyenv's shims and another environment's programs do.
    return str(found.system_executable or found.executable)
