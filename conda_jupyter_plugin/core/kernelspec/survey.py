"""Finds the kernels in an environment, labels them, and checks whether they can start."""

from __future__ import annotations

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from .. import system
from ..dataclass import dataclass, field, replace
from ..environment.platforms import foreign_platform
from ..environment.telling import KERNELS_INSIDE
from ..environment.versions import (
    language_version,
    python_version,
    read_pyvenv,
    version_of_library,
    version_of_program,
)
from ..errors import BrokenKernelspecError
from ..failures import log_swallowed
from ..models import Environment, Kernel
from ..system.reading import is_present, names_in
from .kernel_json import read_spec
from .program import find_program, program
from .record import has_record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

KERNELS = tuple(KERNELS_INSIDE.split("/"))
# Of an environment's kernels the first one gets the environment's own name.
_FIRST = ("python3", "python2", "ir")

_LANGUAGES = {"python": "Python", "r": "R"}


def find_kernels(environment: Environment) -> tuple[Kernel, ...]:
    """Find every kernel that an environment holds.

    Returns:
        Its kernels, the one that stands for the whole environment first.

    Raises:
        BrokenKernelspecError: A kernel.json cannot be read or is no kernelspec.
        UnreadableError: The environment cannot be read.
    """
    kernels, broken = find_readable_kernels(environment)
    for error in broken.values():
        raise error
    return kernels


def find_readable_kernels(
    environment: Environment,
) -> tuple[tuple[Kernel, ...], dict[str, BrokenKernelspecError]]:
    """Find the kernels of an environment, a broken one being no reason to leave out the others.

    Returns:
        Its kernels in order, and what is wrong with the others, by their folders' names.

    Raises:
        UnreadableError: The environment cannot be read.
    """
    kernels, broken = [], {}
    root = environment.prefix.joinpath(*KERNELS)
    for directory in sorted(names_in(root), key=_order):
        if is_present(root / directory / "kernel.json", as_link=True):
            try:
                kernel = read_kernel(environment, directory)
            except BrokenKernelspecError as error:
                log_swallowed()
                broken[directory] = error
            else:
                # What is recorded is registered for the Jupyter that lives there, and none of its own.
                if not has_record(kernel.spec):
                    kernels.append(kernel)
    return tuple(kernels), broken


def read_kernel(environment: Environment, directory: str) -> Kernel:
    """Read one of an environment's kernels.

    Args:
        directory: The kernelspec's folder's name.

    Raises:
        BrokenKernelspecError: Its kernel.json cannot be used.
    """
    folder = environment.prefix.joinpath(*KERNELS, directory)
    spec = read_spec(folder / "kernel.json", environment.prefix)
    if os.name != "nt" and _is_secret_of_others(folder / "kernel.json", environment):
        raise BrokenKernelspecError(folder / "kernel.json", "links to a file that only its owner may read")
    return Kernel(environment, folder, spec)


def _is_secret_of_others(path: Path, environment: Environment) -> bool:
    """Whether root can read a file, by somebody's link, that its owner keeps from all others."""
    with suppress(OSError):
        status = os.stat(path)
        return not status.st_mode & 0o044 and status.st_uid != os.stat(environment.prefix).st_uid
    return False


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)


@dataclass(frozen=True)
class Survey:
    """An environment's kernels by the folders of their kernelspecs, the one that stands for all of it first.

    Attributes:
        kernels: Those whose kernel.json can be used.
        problems: What is wrong with those that cannot be started.
    """

    kernels: Mapping[str, Kernel] = field(default_factory=dict)
    problems: Mapping[str, BrokenKernelspecError] = field(default_factory=dict)

    @property
    def runnable(self) -> tuple[Kernel, ...]:
        """Those that can be started, as far as files tell."""
        return tuple(kernel for name, kernel in self.kernels.items() if name not in self.problems)

    @property
    def found(self) -> bool:
        """Whether there is any, usable or not."""
        return bool(self.kernels or self.problems)


def survey(environment: Environment, programs: Mapping[str, Path] | None = None) -> Survey:
    """Look at every kernel that an environment holds; one that is broken is no reason to leave out others.

    Args:
        programs: Where programs were found before that lie in no environment, by their kernels' folders.

    Raises:
        UnreadableError: The environment cannot be read.
    """
    found, broken = find_readable_kernels(environment)
    known = programs or {}
    kernels = [replace(kernel, program=find_program(kernel, known.get(kernel.directory))) for kernel in found]
    problems = dict(broken)
    foreign = foreign_platform(environment) if kernels else None
    reason = f"its environment was built for {foreign}, another platform"
    of_all = Obstacle(reason) if foreign else None
    for kernel in kernels:
        if obstacle := of_all or why_not_started(kernel, program(kernel)):
            problems[kernel.directory] = BrokenKernelspecError.not_starting(
                kernel.folder, obstacle.reason, obstacle.way_out
            )
    labelled = label_kernels(kernel for kernel in kernels if kernel.directory not in problems)
    return Survey({kernel.directory: kernel for kernel in (*kernels, *labelled)}, problems)


def kernel_to_be(environment: Environment, directory: str, language: str) -> Kernel:
    """Describe the only kernel of an environment that need not exist yet."""
    folder = environment.prefix.joinpath(*KERNELS, directory)
    spec = {"argv": [language], "language": language}
    return next(label_kernels([Kernel(environment, folder, spec, is_first=True)]))


def label_kernels(kernels: Iterable[Kernel]) -> Iterator[Kernel]:
    """Label each of an environment's kernels by its language, or by its name if that is taken."""
    known: dict[str, str] = {}
    taken = set()
    for kernel in kernels:
        key = kernel.language.lower()
        if key in _LANGUAGES and key not in known:
            version = language_version(kernel.environment, key)
            known[key] = f"{_LANGUAGES[key]} {version}" if version else _LANGUAGES[key]
        # An unknown language keeps the kernel's own name for it.
        language = known.get(key) or _own_name(kernel)
        yield replace(kernel, label=_own_name(kernel) if language in taken else language)
        taken.add(language)


def _own_name(kernel: Kernel) -> str:
    return str(kernel.spec.get("display_name") or kernel.directory)


@dataclass(frozen=True)
class Obstacle:
    """The reason why a program cannot start.

    Attributes:
        reason: A clause.
        way_out: A sentence.
    """

    reason: str
    way_out: str = "Restore the missing file, or recreate the environment."


def why_not_started(kernel: Kernel, program: Path) -> Obstacle | None:
    """Say what keeps a kernel's program from being started.

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
        return Obstacle(f"you do not have permission to run {program}")
    reason = _why_without_base(environment) if of_environment and _is_python(program) else None
    return _without_base(environment, reason) if reason else None


def _without_base(environment: Environment, reason: str) -> Obstacle:
    """Explain how to recreate an environment with the current interpreter; its kernel stays."""
    home, path = read_pyvenv(environment.prefix).get("home", ""), shlex.quote(str(environment.prefix))
    python = os.path.join(home, "python3")
    if not os.path.isabs(home) or not is_present(Path(python)):
        python = "py" if system.WINDOWS else "python3"
    command = f"{shlex.quote(python)} -m venv --clear {path} && pip-kernel add {path} --install"
    return Obstacle(reason, f"Recreate it, which empties its folder: {command}")


def _why_without_base(environment: Environment) -> str | None:
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
    now = version_of_library(Path(home)) if system.WINDOWS else version_of_program(program)
    if now is None or now == made_with:
        return None
    return f"it was created with Python {made_with}, but its base interpreter is now {now}"


def _is_python(program: Path) -> bool:
    return program.name.lower().startswith(("python", "pypy"))
