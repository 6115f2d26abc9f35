"""Finds the program that a kernelspec starts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .. import system
from ..environment.environment import environment_around, program_directories, same_prefix
from ..errors import BrokenKernelspecError, UnreadableError
from ..failures import passing_over
from ..system.reading import is_present
from .kernel_json import read_spec

if TYPE_CHECKING:
    from ..models import Choices, Kernel

_RESOURCE_DIR = "{resource_dir}"

_OF_THE_SYSTEM = ("/usr/local/bin", "/usr/bin", "/bin", "/opt/homebrew/bin")
"""The system's folders for programs, in any shell."""


def program(kernel: Kernel) -> Path:
    """A kernel's program, which is looked for once."""
    return kernel.program or find_program(kernel)


def find_program(kernel: Kernel, known: Path | None = None) -> Path:
    """Find a kernel's program: Jupyter would make a bare `python` the server's own.

    Args:
        known: Where it was found before, if in no environment: another shell's PATH may lack it.

    Returns:
        Its absolute path: in the environment; else where it was before, among the system's, or on PATH.
    """
    word = placed(str(kernel.spec["argv"][0]), kernel, str(kernel.folder))
    directories = program_directories(kernel.environment)
    if os.path.isabs(word):
        moved, written = directories[0] / Path(word).name, Path(word)
        is_elsewhere = not is_present(written) or _is_copied_with(kernel, written)
        return moved if is_elsewhere and is_present(moved) else written
    if os.path.dirname(word):
        return kernel.environment.prefix / word
    for path in (os.path.join(folder, word) for folder in directories):
        if not system.WINDOWS and os.path.isfile(path) and os.access(path, os.X_OK):
            return Path(path)
    if known and word in (known.name, known.stem) and is_present(known):
        return known
    # Another Python is none of this kernel's; anything else may be the system's.
    own_only = word.startswith(("python", "pypy"))
    others = () if own_only else (*_OF_THE_SYSTEM, *os.environ.get("PATH", "").split(os.pathsep))
    folders = [*map(str, directories), *others]
    import shutil

    found = shutil.which(word, path=os.pathsep.join(folders))
    return Path(os.path.abspath(found)) if found else directories[0] / word


def program_outside(kernel: Kernel) -> Path | None:
    """Find a kernel's program, if it is named by a bare word and is outside the environment."""
    path = program(kernel)
    is_inside = os.path.dirname(str(kernel.spec["argv"][0])) or kernel.environment.prefix in path.parents
    return None if is_inside else path


def _is_copied_with(kernel: Kernel, written: Path) -> bool:
    """Whether a kernelspec is the copy of another environment's, whose program it still names: unpacked."""
    if written.is_relative_to(kernel.environment.prefix):
        return False
    other = environment_around(written)
    if other is None or same_prefix(other.prefix, kernel.environment.prefix):
        return False
    with passing_over(BrokenKernelspecError, UnreadableError):
        origin = other.prefix / kernel.folder.relative_to(kernel.environment.prefix) / "kernel.json"
        return is_present(origin) and read_spec(origin)["argv"] == kernel.spec["argv"]
    return False


def started_program(kernel: Kernel, choices: Choices) -> Path:
    """Find the program that a registered kernel starts: the kernel's own, or a hand-made one."""
    written = Path(choices.spec["argv"][0]) if choices.spec else None
    # Interpreters go, as `python3.11` does, and their environment's next one does as well.
    if written and (is_present(written) or not written.name.startswith(("python", "pypy"))):
        return written
    return program(kernel)


def placed(word: str, kernel: Kernel, folder: str) -> str:
    """Put in what a word stands for where Jupyter runs in the environment itself.

    https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
    """
    prefix = str(kernel.environment.prefix)
    return word.replace(_RESOURCE_DIR, folder).replace("{prefix}", prefix)
