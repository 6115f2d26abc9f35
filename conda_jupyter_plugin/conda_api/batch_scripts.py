"""Finds the variables that the batch files in `activate.d` set on Windows, by running them once.

On Windows no program can become another, so nothing can run them when a kernel starts.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import replace
from ..core.failures import log_swallowed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ..core.models import Activation, Environment

SECONDS = 60.0
"""The time limit for all scripts of an environment."""

_done: dict[str, Activation] = {}

_OUR_OWN = "__KERNEL_"
_MARK = "__kernel_mark"

# Nothing of the user's own is to be written into a kernelspec: a script finds what every process has.
_OF_THE_SYSTEM = frozenset(
    (
        *("ALLUSERSPROFILE", "APPDATA", "COMPUTERNAME", "COMSPEC", "HOMEDRIVE", "HOMEPATH", "LOCALAPPDATA"),
        *("COMMONPROGRAMFILES", "COMMONPROGRAMFILES(X86)", "COMMONPROGRAMW6432"),
        *("PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "PROGRAMDATA", "PUBLIC"),
        *("NUMBER_OF_PROCESSORS", "OS", "PATH", "PATHEXT", "SYSTEMDRIVE", "SYSTEMROOT", "TEMP", "TMP"),
        *("PROCESSOR_ARCHITECTURE", "PROCESSOR_IDENTIFIER", "PROCESSOR_LEVEL", "PROCESSOR_REVISION"),
        *("USERDOMAIN", "USERNAME", "USERPROFILE", "WINDIR"),
    )
)


def with_batch_scripts(activation: Activation, environment: Environment) -> Activation:
    """Add an environment's own batch files to its activation; they are not run yet.

    Args:
        activation: What activating it does without them.

    Returns:
        The activation that can run them and knows which they are; unchanged where there are none.
    """
    scripts = scripts_of(environment.prefix)
    if not scripts:
        return activation
    hashed = hashlib.sha256(repr((activation, _changed(environment.prefix))).encode())
    for script in scripts:
        with suppress(OSError):
            hashed.update(f"{script}\0".encode() + Path(script).read_bytes())
    digest = hashed.hexdigest()
    run = partial(_run_once, digest, activation, environment, scripts)
    return replace(activation, run_scripts=run, scripts=digest)


def _changed(prefix: Path) -> tuple[float, ...]:
    """When conda has changed an environment last."""
    files = (prefix / "conda-meta" / name for name in ("history", "state"))
    return tuple(file.stat().st_mtime for file in files if file.exists())


def _run_once(
    digest: str, activation: Activation, environment: Environment, scripts: Sequence[str]
) -> Activation:
    """Run scripts, or give what they did before: a kernel is planned once more when its lock is held."""
    if digest not in _done:
        _done[digest] = _run(activation, environment, scripts)
    return _done[digest]


def _run(activation: Activation, environment: Environment, scripts: Sequence[str]) -> Activation:
    variables = {name: value for name, value in os.environ.items() if name.upper() in _OF_THE_SYSTEM}
    with tempfile.TemporaryDirectory() as folder:
        batch = Path(folder, "activate.bat")
        batch.write_bytes(batch_text(len(scripts)))
        # `/u` prints in UTF-16; with `/s` just the outer quotes are taken off, whatever there is inside.
        command = f'{os.environ.get("COMSPEC", "cmd.exe")} /d /e:on /v:off /u /s /c ""{batch}""'
        try:
            done = subprocess.run(
                command,
                env={**variables, **batch_variables(activation, scripts)},
                cwd=environment.prefix,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            log_swallowed()
            return activation
    return read_output(done.stdout, activation)


def scripts_of(prefix: Path) -> list[str]:
    """Name an environment's batch files in conda's order: its `activate.py`, `_get_activate_scripts`."""
    try:
        with os.scandir(prefix / "etc" / "conda" / "activate.d") as entries:
            return sorted(entry.path for entry in entries if entry.name.endswith(".bat"))
    except OSError:
        return []


def batch_text(count: int) -> bytes:
    """Write the batch file that calls scripts and prints all variables before and behind each of them.

    Args:
        count: How many there are. Their paths come in variables, as in conda's `_conda_activate.bat`: `call`
            treats them alike then, and no letter of the text depends on a code page.
    """
    lines = ["@echo off", "set", f"echo {_MARK}", f'set "PATH=%{_OUR_OWN}PATH%%PATH%"']
    for number in range(count):
        lines.append(f'call "%{_OUR_OWN}{number}%" >nul 2>nul <nul')
        # conda ends with the first script that fails.
        lines += ["@echo off", "if errorlevel 1 goto :failed", "if not errorlevel 0 goto :failed"]
        lines += ["set", f"echo {_MARK}"]
    lines += ["exit 0", ":failed", "set", f"echo {_MARK}", "exit 0", ""]
    return "\r\n".join(lines).encode()


def batch_variables(activation: Activation, scripts: Sequence[str]) -> dict[str, str]:
    """Name the variables for the batch file, in addition to the system's."""
    paths = {f"{_OUR_OWN}{number}": script for number, script in enumerate(scripts)}
    folders = "".join(f"{folder};" for folder in activation.front)
    return {**activation.variables, **activation.own, **paths, f"{_OUR_OWN}PATH": folders}


def read_output(output: bytes, activation: Activation) -> Activation:
    """Read what the batch file has printed.

    Args:
        output: All of it, in UTF-16.
        activation: What activating the environment does without its scripts.

    Returns:
        The activation with what they set, up to the one that failed or ended the shell.
    """
    blocks = output.decode("utf-16-le", "replace").split(f"{_MARK}\r\n")[:-1]
    if len(blocks) < 2:
        return activation
    before, after = _variables(blocks[0]), _variables(blocks[-1])
    rest, path = before.pop("PATH", ""), after.pop("PATH", "")
    gone = before.keys() - after.keys()
    known = {name.upper() for name in (*activation.variables, *activation.own)}
    new = {name: value for name, value in after.items() if name not in known and before.get(name) != value}

    def now(variables: Mapping[str, str]) -> dict[str, str]:
        left = ((name, value) for name, value in variables.items() if name.upper() not in gone)
        return {name: after.get(name.upper(), value) for name, value in left}

    front, found, behind = path.partition(rest) if rest else (path, "", "")
    if rest and not found:
        # A script wrote a PATH of its own, of which nothing tells what was there before.
        front, behind = ";".join(activation.front), ""
    return replace(
        activation,
        path=tuple(filter(None, front.split(";"))),
        first_path=(),
        last_path=tuple(filter(None, behind.split(";"))),
        variables=now(activation.variables),
        own={**now(activation.own), **new, **dict.fromkeys(sorted(gone - known), "")},
    )


def _variables(block: str) -> dict[str, str]:
    """Read what `set` prints; a line without a name goes on with the value before it."""
    variables: dict[str, str] = {}
    last = ""
    for line in block.split("\r\n"):
        name, equals, value = line.partition("=")
        if equals and name:
            last = name.upper()
            variables[last] = value
        elif last and line:
            variables[last] += f"\r\n{line}"
    return {name: value for name, value in variables.items() if not name.startswith(_OUR_OWN)}
