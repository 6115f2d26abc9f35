"""What keeps a kernel's program from being started, as far as files tell, and the way out."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from .dataclass import dataclass
from .environment import WINDOWS
from .language_versions import version_of_library, version_of_program
from .presence import is_present
from .pyvenv import python_version, read_pyvenv

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .models import Environment, Kernel


@dataclass(frozen=True)
class Obstacle:
    """What keeps a program from being started.

    Attributes:
        reason: A clause.
        way_out: A sentence.
    """

    reason: str
    way_out: str = "Bring back what is missing, or make the environment anew."


def why_not_started(kernel: Kernel, program: Path) -> Obstacle | None:
    """Say what keeps a kernel's program from being started.

    Args:
        kernel: The kernel.
        program: Its program's absolute path.

    Returns:
        What it is, or None where nothing does that files tell of.

    Raises:
        UnreadableError: It cannot be found out.
    """
    environment = kernel.environment
    of_environment = environment.manager == "venv" and environment.prefix in program.parents
    if not is_present(program):
        if of_environment and is_present(program, as_link=True):
            return _without_base(environment, f"its base interpreter {os.path.realpath(program)} is gone")
        return Obstacle(f"its program {program} is gone")
    if not os.access(program, os.X_OK):
        return Obstacle(f"there is no permission to run {program}")
    reason = _why_without_base(environment) if of_environment and _is_python(program) else None
    return _without_base(environment, reason) if reason else None


def _without_base(environment: Environment, reason: str) -> Obstacle:
    """Say how an environment is made anew with the interpreter that is there by now; its kernel stays."""
    home, path = read_pyvenv(environment.prefix).get("home", ""), shlex.quote(str(environment.prefix))
    python = os.path.join(home, "python3")
    if not os.path.isabs(home) or not is_present(Path(python)):
        python = "py" if WINDOWS else "python3"
    command = f"{shlex.quote(python)} -m venv --clear {path} && pip-kernel add {path} --install"
    return Obstacle(reason, f"Make it anew, which empties its folder: {command}")


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
    program = environment.prefix / "bin" / "python"
    now = version_of_library(Path(home)) if windows else version_of_program(program)
    if now is None or now == made_with:
        return None
    return f"it was made with Python {made_with}, and its base interpreter is {now} now"


def _is_python(program: Path) -> bool:
    return program.name.lower().startswith(("python", "pypy"))
