"""Runs an environment's activation as its launcher does, and reports what each script sets, and how fast.

bash calls the `DEBUG` trap before each command: there the probe sees which script that one stands in, and
tells when that has changed. https://www.gnu.org/software/bash/manual/bash.html#index-trap
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from ..core.launch.command import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from ..core.models import Installed

_BASH = "/bin/bash"

# The outermost file that is not the launcher is the environment's script, whatever that one sources itself.
_PROBE = r"""
__kernel_probe() {
    if [ "$BASH_SUBSHELL" != 0 ]; then return; fi
    local index script= failed=no
    for (( index = ${#BASH_SOURCE[@]} - 1; index > 0; index-- )); do
        case ${BASH_SOURCE[index]} in
        "$__kernel_launcher" | "" | environment) ;;
        *) script=${BASH_SOURCE[index]}; break ;;
        esac
    done
    if [ "$script" != "$__kernel_script" ]; then
        if [ "$1" != 0 ]; then failed=yes; fi
        __kernel_script=$script
        { printf '%s\0%s\0' "$script" "$failed"; /usr/bin/env -0; printf '\0'; } >&"$__kernel_told"
    fi
}
__kernel_script=- __kernel_launcher=$1 __kernel_told=$2
set -- "$1" "${@:3}"
set -T
trap '__kernel_probe "$?"' DEBUG
. "$1"
"""

# What stands in for the kernel: it tells that the activation has come to its end.
_END = 'printf "=\\0no\\0" >&"$0"; exec /usr/bin/env -0 >&"$0"'

_PAUSE = 0.005

OF_THE_SHELL = frozenset({"_", "SHLVL", "PWD", "OLDPWD"})
"""Variables that every shell sets."""


@dataclass(frozen=True)
class Step:
    """One script of an activation.

    Attributes:
        script: Its path.
        seconds: How long it took; up to now where it has not ended.
        before: The variables that it found.
        after: Those that it left; None where it did not come to its end.
        failed: Whether its last command failed.
    """

    script: str
    seconds: float
    before: Mapping[str, str]
    after: Mapping[str, str] | None
    failed: bool = False

    @property
    def changed(self) -> dict[str, str | None]:
        """The variables that it set; None for those that it unset."""
        after = self.after or {}
        names = [*after, *(name for name in self.before if name not in after)] if self.after else []
        return {
            name: after.get(name)
            for name in names
            if name not in OF_THE_SHELL and after.get(name) != self.before.get(name)
        }


@dataclass(frozen=True)
class Trace:
    """An activation as it went.

    Attributes:
        seconds: How long all of it took.
        steps: Its scripts.
        variables: What the kernel would find; None where the activation did not come to its end.
    """

    seconds: float
    steps: tuple[Step, ...] = ()
    variables: Mapping[str, str] | None = None

    @property
    def unfinished(self) -> Step | None:
        """The script that it hangs in, or that has ended the shell."""
        return next((step for step in self.steps if step.after is None), None)


def trace(
    item: Installed, launcher: bytes | None, timeout: float, is_enough: Callable[[], bool] = lambda: False
) -> Trace | None:
    """Run a kernel's activation without its kernel.

    Args:
        launcher: The text of its launcher; None where it has none that may be run.
        timeout: After how many seconds it is ended.
        is_enough: Whether it is to be ended before.

    Returns:
        How it went; None where no launcher activates, or where there is no bash to look inside.
    """
    if launcher is None or not os.path.exists(_BASH):
        return None
    with TemporaryDirectory() as folder:
        # Runs the text that was checked, even if the file has changed since.
        own = Path(folder, FILE_NAME)
        own.write_bytes(launcher)
        return _run(own, surroundings_of(item), timeout, is_enough)


def _run(launcher: Path, env: Mapping[str, str], timeout: float, is_enough: Callable[[], bool]) -> Trace:
    reading, writing = os.pipe()
    command = [_BASH, "--norc", "-c", _PROBE, "bash", str(launcher), str(writing)]
    # Other shells know no file descriptor above 9.
    command += [_BASH, "--norc", "-c", _END, str(writing)]
    begin = time.monotonic()
    records: list[tuple[float, bytes]] = []
    reader = threading.Thread(target=_gather, args=(reading, records), daemon=True)
    try:
        process = subprocess.Popen(
            command,
            env=env,
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(writing)
    reader.start()
    try:
        while process.poll() is None and time.monotonic() < begin + timeout and not is_enough():
            time.sleep(_PAUSE)
    finally:
        with suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    seconds = time.monotonic() - begin
    reader.join(timeout=0.5)
    return _read(records, begin, seconds)


def surroundings_of(item: Installed) -> dict[str, str]:
    """The variables that Jupyter starts a kernel with: its own, and the kernelspec's.

    As jupyter_client's `provisioning/provisioner_base.py`, `_apply_env_substitutions`.
    """
    env = dict(os.environ)
    given = item.spec.get("env", {})
    return {**env, **{name: Template(str(value)).safe_substitute(env) for name, value in given.items()}}


def _gather(reading: int, records: list[tuple[float, bytes]]) -> None:
    """Read what the probe tells, and when."""
    while more := os.read(reading, 65_536):
        records.append((time.monotonic(), more))
    os.close(reading)


def _read(records: list[tuple[float, bytes]], begin: float, seconds: float) -> Trace:
    entries = list(_entries(records))
    steps, variables = [], None
    for index, (when, script, _, before) in enumerate(entries):
        following = entries[index + 1] if index + 1 < len(entries) else None
        if script == "=":
            variables, seconds = before, when - begin
        elif script:
            until, _, failed, after = following or (begin + seconds, "", False, None)
            steps.append(Step(script, until - when, before, after, failed))
    return Trace(seconds, tuple(steps), variables)


def _entries(records: list[tuple[float, bytes]]) -> Iterator[tuple[float, str, bool, dict[str, str]]]:
    """Split the output into steps: a script, whether what came before it failed, the variables.

    An empty text is behind them; the last has none.
    """
    whole, times = b"", []
    for when, more in records:
        times.append((len(whole), when))
        whole += more
    position = 0
    while position < len(whole):
        end = whole.find(b"\0\0", position)
        part = whole[position : end if end >= 0 else len(whole)]
        when = next(moment for start, moment in reversed(times) if start <= position)
        script, failed, *variables = (*part.split(b"\0"), b"")
        pairs = (os.fsdecode(pair).partition("=") for pair in variables if b"=" in pair)
        yield when, os.fsdecode(script), failed == b"yes", {name: value for name, _, value in pairs}
        position = end + 2 if end >= 0 else len(whole)
