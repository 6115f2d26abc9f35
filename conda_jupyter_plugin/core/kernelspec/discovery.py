"""From a prefix to the kernels it holds."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from ..errors import BrokenKernelspecError
from ..failures import log_swallowed
from ..models import Environment, Kernel
from ..system.reading import is_present, names_in
from .kernel_json import read_spec
from .record import has_record, is_recorded

if TYPE_CHECKING:
    from pathlib import Path

KERNELS = ("share", "jupyter", "kernels")

# Of an environment's kernels the first one gets the environment's own name.
_FIRST = ("python3", "python2", "ir")


def find_kernels(environment: Environment) -> tuple[Kernel, ...]:
    """Find every kernel that an environment holds.

    Args:
        environment: The environment to look into.

    Returns:
        Its kernels, the one that stands for the whole environment first.

    Raises:
        BrokenKernelspecError: A kernel.json cannot be read or is no kernelspec.
        UnreadableError: The environment cannot be looked into.
    """
    kernels, broken = find_readable_kernels(environment)
    for error in broken.values():
        raise error
    return kernels


def find_readable_kernels(
    environment: Environment,
) -> tuple[tuple[Kernel, ...], dict[str, BrokenKernelspecError]]:
    """Find the kernels of an environment, a broken one being no reason to leave out the others.

    Args:
        environment: The environment to look into.

    Returns:
        Its kernels in order, and what is wrong with the others, by their folders' names.

    Raises:
        UnreadableError: The environment cannot be looked into.
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
        raise BrokenKernelspecError(folder / "kernel.json", "leads to a file that is somebody else's secret")
    return Kernel(environment, folder, spec)


def _is_secret_of_others(path: Path, environment: Environment) -> bool:
    """Whether root can read a file, by somebody's link, that its owner keeps from all others."""
    with suppress(OSError):
        status = os.stat(path)
        return not status.st_mode & 0o044 and status.st_uid != os.stat(environment.prefix).st_uid
    return False


def has_kernel(environment: Environment, directory: str) -> bool:
    """Whether an environment holds a kernel of its own in a folder of that name, be it a broken one.

    Raises:
        UnreadableError: The environment cannot be looked into.
    """
    folder = environment.prefix.joinpath(*KERNELS, directory)
    return is_present(folder / "kernel.json", as_link=True) and not is_recorded(folder)


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
