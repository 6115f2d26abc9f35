"""The verdict of a check on a kernel, and the fix."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass, replace
from ..core.environment.environment import is_frozen, same_prefix
from ..core.errors import UnreadableError
from ..core.failures import passing_over
from ..core.kernelspec.kernel_packages import BY_OPTION, kernel_command
from ..core.models import Environment
from ..core.results import ENVIRONMENT_GONE
from ..core.system.reading import is_present, names_in
from . import remedies
from .reasons import Trouble, last_lines
from .remedies import Fix

if TYPE_CHECKING:
    from ..core.results import Registration
    from ..core.verbs.find import Found
    from .activation_trace import Trace
    from .questions import Answer

_SLOW = 1.0
"""The activation is slow from this number of seconds on."""

# What is imported under another name than it is installed by.
_PACKAGES = {
    "zmq": "pyzmq",
    "IPython": "ipython",
    "dateutil": "python-dateutil",
    "_cffi_backend": "cffi",
    "attr": "attrs",
    "yaml": "pyyaml",
    "pywintypes": "pywin32",
    "win32api": "pywin32",
    # https://setuptools.pypa.io/en/latest/pkg_resources.html
    "pkg_resources": "setuptools<81",
}

_WITHOUT = {
    "script": ("Fix that script, or start the kernel without activation", ("--no-activate",)),
    "chosen search path": ("Start the kernel without PYTHONPATH", ("--unset", "PYTHONPATH")),
    "search path": ("Start the kernel without PYTHONPATH", ("--env", "PYTHONPATH=")),
    "provisioner": (
        "Install it next to Jupyter, or let Jupyter start the kernel itself",
        ("--provisioner", ""),
    ),
}
"""Things that a kernel can do without, and the options that drop them."""


@dataclass(frozen=True)
class Checked:
    """A kernel that was started for real.

    Attributes:
        registration: The kernel.
        ok: Whether it works: where it belongs, and activated.
        seconds: How long it took until it answered, or until it was clear that it does not.
        activation_seconds: How long its activation takes alone; None without one.
        error: What is wrong, as a clause.
        hint: The way out, as a sentence.
        fix: The way out, as data; None where no single command is one.
        lines: What it printed at last, where nothing else tells what is wrong.
        warnings: What works, and not as it should: sentences.
        spoilt_by: The folder that it does not work in, where it works elsewhere.
    """

    registration: Registration
    ok: bool
    seconds: float = 0.0
    activation_seconds: float | None = None
    error: str | None = None
    hint: str = ""
    fix: Fix | None = None
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    spoilt_by: Path | None = None


def environment_of(row: Registration) -> Environment | None:
    """The environment that a kernel belongs to, where it is known."""
    if row.prefix is None or row.environment is None or row.manager is None:
        return None
    return Environment(row.prefix, row.environment, row.manager)


def misplaced(found: Found, answer: Answer | None) -> Trouble | None:
    """Say whether a kernel runs elsewhere than it should, or not activated."""
    row, owner = found.registration, found.item.owner
    if answer is None or row.prefix is None or owner is None:
        return None
    if row.language.lower() == "python" and answer.prefix and not _same(answer.prefix, row):
        return Trouble("elsewhere", f"it runs in {answer.prefix}, not in its environment {row.prefix}")
    if owner.choices.activate is False:
        return None
    variable, value = (
        ("CONDA_PREFIX", answer.conda) if row.manager == "conda" else ("VIRTUAL_ENV", answer.venv)
    )
    if _same(value, row):
        return None
    says = f"{variable} is {value}" if value else f"{variable} is not set"
    return Trouble("not activated", f"its environment is not activated: {says}")


def _same(path: str, row: Registration) -> bool:
    return row.prefix is not None and bool(path) and same_prefix(Path(path), row.prefix)


def failed_silently(seconds: float, trace: Trace | None, printed: str) -> Trouble:
    """Find out why a kernel does not answer, from its activation.

    Args:
        seconds: How long it had.
        trace: Its activation, run alone.
    """
    lines = last_lines(printed)
    if trace and trace.unfinished:
        return Trouble("script", f"{trace.unfinished.script} does not finish", lines=lines)
    if trace and trace.seconds > seconds / 2:
        return Trouble("silent", f"its activation takes {trace.seconds:.1f} seconds", lines=lines)
    return Trouble("silent", f"it did not answer in {seconds:g} seconds", lines=lines)


def spoilt_by(folder: Path, in_empty_folder: Checked) -> Checked:
    """Say that a kernel does not work in a folder, and which files there Python takes for its own.

    Args:
        in_empty_folder: How it works in an empty one.
    """
    error, names = f"it starts, but not in {folder}", []
    with passing_over(UnreadableError):
        names = sorted(name for name in names_in(folder) if _hides_a_module(folder / name))
    if not names or in_empty_folder.registration.language.lower() != "python":
        return replace(in_empty_folder, ok=False, error=error, spoilt_by=folder)
    said = ", ".join(names)
    error += (
        f", where {said} hide{'s a standard module' if len(names) == 1 else ' standard modules'} of Python"
    )
    return replace(in_empty_folder, ok=False, error=error, hint=f"Rename {said}.", spoilt_by=folder)


def _hides_a_module(path: Path) -> bool:
    """Whether a file or folder is imported in place of a module that comes with Python."""
    if path.name.partition(".")[0] not in sys.stdlib_module_names:
        return False
    return path.suffix == ".py" or is_present(path / "__init__.py")


def way_out(trouble: Trouble, row: Registration) -> str:
    """Say what to do, as a sentence; empty if unknown."""
    environment = environment_of(row)
    if environment is None or not row.managed:
        return _without_us(trouble, row, environment)
    command = kernel_command(environment.manager)
    if trouble.kind in _WITHOUT:
        words, options = _WITHOUT[trouble.kind]
        return f"{words}: {remedies.command_to_add(environment, *_named(row, environment), *options)}"
    if trouble.kind == "package" and row.status == "broken":
        # Its kernelspec is gone with it.
        if trouble.package not in BY_OPTION or is_frozen(environment.prefix):
            return f"Install it: {_installing(trouble, environment)}"
        return f"Install it: {remedies.command_to_add(environment, '--install')}"
    if trouble.kind in ("outdated", "import", "package") and trouble.package:
        return f"Reinstall it: {_installing(trouble, environment)}"
    if row.fixable:
        return _by_sync(trouble, row, f"`{command} sync`")
    if trouble.kind in ("elsewhere", "not activated"):
        return f"`{command} info {row.name}` shows where each variable comes from."
    if row.kept:
        return f"`{command} remove --missing` removes it."
    return _in_general(trouble)


def fix_for(trouble: Trouble, row: Registration) -> Fix | None:
    """Give what to do, as data, if a single command of ours does it; see `way_out`."""
    environment = environment_of(row)
    if environment is None or not row.managed:
        return None
    is_closed = is_frozen(environment.prefix)
    if trouble.kind == "package" and row.status == "broken":
        is_installable = trouble.package in BY_OPTION and not is_closed
        return Fix("add", environment.prefix, trouble.package) if is_installable else None
    if trouble.kind in ("outdated", "import", "package") and re.fullmatch(r"\w[\w.-]*", trouble.package):
        package = _PACKAGES.get(trouble.package, trouble.package)
        return None if is_closed else Fix("install", environment.prefix, package)
    return Fix("sync") if row.fixable else None


def _by_sync(trouble: Trouble, row: Registration, sync: str) -> str:
    if row.status == "stale":
        return f"{sync} refreshes it."
    keeping = "" if row.reason == ENVIRONMENT_GONE else _in_general(trouble)
    return f"{keeping} {sync} removes the kernel.".lstrip()


def _named(row: Registration, environment: Environment) -> tuple[str, ...]:
    return () if row.name == environment.name.lower() else ("--kernel-name", row.name)


def _without_us(trouble: Trouble, row: Registration, environment: Environment | None) -> str:
    if trouble.kind in ("outdated", "import", "package") and environment and trouble.package:
        return f"Reinstall it: {_installing(trouble, environment)}"
    if trouble.kind == "gone":
        return f"It is not managed. Remove it with: jupyter kernelspec remove {shlex.quote(row.name)}"
    return _in_general(trouble)


def _installing(trouble: Trouble, environment: Environment) -> str:
    return remedies.command_to_install(environment, _PACKAGES.get(trouble.package, trouble.package))


def _in_general(trouble: Trouble) -> str:
    return {
        "gone": "Restore the missing file, or recreate the environment.",
        "foreign": "Recreate the environment on this machine.",
        "permission": "Restore the permissions of that file with `chmod`.",
        "provisioner": "Install it next to Jupyter, or remove `kernel_provisioner` from kernel.json.",
        "search path": "Unset PYTHONPATH before you start Jupyter.",
        "port": "Stop the other program, or try again.",
        "silent": "Allow more time with --timeout SECONDS.",
    }.get(trouble.kind, "")


def warnings_of(row: Registration, seconds: float, trace: Trace | None, *, works: bool) -> tuple[str, ...]:
    """Say what works and not as it should.

    Args:
        seconds: How long it took until the kernel answered.
        trace: Its activation, run alone.
        works: Whether nothing else is wrong with it.
    """
    warnings = []
    if row.status == "broken" and works:
        warnings.append(f"It works, but its status is broken: {row.reason}.")
    if row.status == "stale" and (environment := environment_of(row)):
        command = kernel_command(environment.manager)
        warnings.append(f"It is out of date. Refresh it with `{command} sync`.")
    failed = [step.script for step in trace.steps if step.failed] if trace else []
    warnings += [f"The activation script {script} failed." for script in failed]
    if trace and trace.seconds >= _SLOW:
        slowest = max(trace.steps, key=lambda step: step.seconds, default=None)
        where = f", {slowest.seconds:.1f} of them in {slowest.script}" if slowest else ""
        warnings.append(f"Its activation takes {trace.seconds:.1f} of {seconds:.1f} seconds{where}.")
    return tuple(warnings)
