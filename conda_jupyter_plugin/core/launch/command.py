"""The words of a kernelspec's command that start the launcher, before those of the kernel's own."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..models import Activation

FILE_NAME = "start-activated.sh"
"""The launcher's."""

# Packages write their scripts for bash; it also hands on what it cannot name, such as exported functions,
# which other shells drop. Below ssh it would read `.bashrc`: its `shell.c`, `run_startup_files`.
_SHELLS = (("/bin/bash", "--norc"), ("/bin/sh",))

# A shell that is told to source a file needs no right to execute it, and calls itself a shell in `$0` and in
# `ps`, as scripts expect. VS Code rewrites commands whose first word is a Python's, and no others.
_SOURCING = ("-c", '. "$1"')


def start_with(launcher: Path) -> tuple[str, ...]:
    """Write the words that start a launcher; the kernel's own command is to follow."""
    own = shell()
    return (*own, *_SOURCING, os.path.basename(own[0]), str(launcher))


def start_plainly_with(launcher: Path) -> tuple[str, ...]:
    """Write the same in words that come through another shell unquoted, as through a provisioner's `ssh`.

    Args:
        launcher: The launcher's file, whose own path is its first argument here too.
    """
    return (*shell(), str(launcher), str(launcher))


def start_anywhere_with(launcher: Path, activation: Activation) -> tuple[str, ...]:
    """Write the words that start a kernel where the launcher may be missing: then by its own script."""
    own, script = shell(), shlex.quote(activation.script)
    prefix = shlex.quote(activation.variables.get("CONDA_PREFIX", ""))
    entering = f". {script}; conda activate {prefix}" if activation.conda else f". {script}"
    front = shlex.quote(os.pathsep.join(activation.path))
    activating = f"if [ -r {script} ]; then {entering}; else export PATH={front}:$PATH; fi"
    code = f'if [ -r "$1" ]; then . "$1"; else shift; {activating}; exec "$@"; fi'
    return (*own, "-c", code, os.path.basename(own[0]), str(launcher))


def shell() -> tuple[str, ...]:
    """The words that start the shell which sources a launcher."""
    return next((words for words in _SHELLS if os.path.exists(words[0])), _SHELLS[-1])


def launcher_of(argv: Sequence[str]) -> Path | None:
    """Find the launcher in the words of a kernelspec's command; None if there is none."""
    place = _place(argv)
    return None if place is None else Path(argv[place])


def _place(argv: Sequence[str]) -> int | None:
    """The launcher's position in the command; the kernel's own command follows it."""
    for place in reversed(range(min(len(argv), 6))):
        if argv[place].endswith(FILE_NAME) and os.path.basename(argv[place]) == FILE_NAME:
            return place
    return None


def without_launcher(argv: Sequence[str]) -> tuple[str, ...]:
    """The kernel's own command in the words of a kernelspec's, be there a launcher in front or not."""
    place = _place(argv)
    return tuple(argv if place is None else argv[place + 1 :])


def launcher_and_program(argv: Sequence[str]) -> tuple[str, str]:
    """Find the launcher in the words of a kernelspec's command, empty for none, and the program."""
    command = without_launcher(argv)
    return argv[-len(command) - 1] if len(command) < len(argv) else "", command[0]
