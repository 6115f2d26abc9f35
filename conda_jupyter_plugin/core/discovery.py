"""From a prefix to the kernels it holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .errors import BrokenKernelspecError, UnreadableError
from .kernelspec import read_spec
from .models import Environment, Kernel
from .record import is_recorded

if TYPE_CHECKING:
    pass

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
    """
    return tuple(read_kernel(environment, directory) for directory in _directories(environment))


def find_readable_kernels(
    environment: Environment,
) -> tuple[tuple[Kernel, ...], dict[str, BrokenKernelspecError]]:
    """Find the kernels of an environment, a broken one being no reason to leave out the others.

    Args:
        environment: The environment to look into.

    Returns:
        Its kernels in order, and what is wrong with the others, by their folders' names.
    """
    kernels, broken = [], {}
    for directory in _directories(environment):
        try:
            kernels.append(read_kernel(environment, directory))
        except BrokenKernelspecError as error:
            broken[directory] = error
    return tuple(kernels), broken


def read_kernel(environment: Environment, directory: str) -> Kernel:
    """Read one of an environment's kernels.

    Args:
        environment: The environment.
        directory: The kernelspec's folder's name.

    Raises:
        BrokenKernelspecError: Its kernel.json cannot be used.
    """
    folder = environment.prefix.joinpath(*KERNELS, directory)
    return Kernel(environment, folder, read_spec(folder / "kernel.json", environment.prefix))


def _directories(environment: Environment) -> list[str]:
    root = environment.prefix.joinpath(*KERNELS)
    try:
        names = sorted(os.listdir(root), key=_order)
    except PermissionError as error:
        raise UnreadableError(root, "permission denied") from error
    except OSError:
        return []
    names = [name for name in names if os.path.lexists(root / name / "kernel.json")]
    # What is recorded is no kernel of the environment's own, but registered for the Jupyter that lives there.
    return [name for name in names if not is_recorded(root / name)]


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
