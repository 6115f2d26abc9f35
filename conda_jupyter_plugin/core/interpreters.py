"""Whether a kernel's program can be started, as far as its environment's files tell."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from .environment import WINDOWS
from .errors import UnreadableError
from .log import passing_over
from .presence import is_present, names_in
from .pyvenv import python_version, read_pyvenv

if TYPE_CHECKING:
    from .models import Environment, Kernel


def why_not_started(kernel: Kernel, program: Path) -> str | None:
    """Say what keeps a kernel's program from being started.

    Args:
        kernel: The kernel.
        program: Its program's absolute path.

    Returns:
        A clause, or None where nothing does that files tell of.

    Raises:
        UnreadableError: It cannot be found out.
    """
    environment = kernel.environment
    of_environment = environment.manager == "venv" and environment.prefix in program.parents
    if not is_present(program):
        if of_environment and is_present(program, as_link=True):
            return f"its base interpreter {os.path.realpath(program)} is gone"
        return f"its program {program} is gone"
    return _why_without_base(environment) if of_environment and _is_python(program) else None


def _why_without_base(environment: Environment, *, windows: bool = WINDOWS) -> str | None:
    """Say what has become of the interpreter that a virtual environment was made with.

    Its own packages are for one version of Python: `lib/python3.12/site-packages`. On Windows and with
    `--copies` its program is a copy, or a launcher, which needs the one in `home`.
    """
    values = read_pyvenv(environment.prefix)
    home, made_with = values.get("home"), python_version(values)
    if not home or not made_with or not os.path.isabs(home):
        return None
    if not is_present(Path(home)):
        return f"its base interpreter in {home} is gone"
    now = _windows_version(Path(home)) if windows else _version(environment.prefix / "bin" / "python")
    if now is None or now == made_with:
        return None
    return f"it was made with Python {made_with}, and its base interpreter is {now} now"


def _version(program: Path) -> str | None:
    """Tell an interpreter's version by the name of the file that it is in the end: `python3.12`."""
    match = re.fullmatch(r"(?:python|pypy)([0-9]+\.[0-9]+)t?", os.path.basename(os.path.realpath(program)))
    return match[1] if match else None


def _windows_version(home: Path) -> str | None:
    """Tell an interpreter's version by its library: `python312.dll`."""
    names: list[str] = []
    # Nobody may look into where the Microsoft Store puts programs.
    with passing_over(UnreadableError):
        names = names_in(home)
    for name in names:
        if match := re.fullmatch(r"python([0-9])([0-9]+)t?\.dll", name.lower()):
            return f"{match[1]}.{match[2]}"
    return None


def _is_python(program: Path) -> bool:
    return program.name.lower().startswith(("python", "pypy"))
