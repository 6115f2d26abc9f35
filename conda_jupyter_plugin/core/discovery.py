"""From a prefix to the kernels it holds."""

from __future__ import annotations

from .errors import BrokenKernelspecError
from .kernelspec import read_spec
from .models import Environment, Kernel
from .presence import is_present, names_in
from .record import is_recorded

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
    return tuple(read_kernel(environment, directory) for directory in _directories(environment))


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


def has_kernel(environment: Environment, directory: str) -> bool:
    """Whether an environment holds a kernel of its own in a folder of that name, be it a broken one.

    Raises:
        UnreadableError: The environment cannot be looked into.
    """
    folder = environment.prefix.joinpath(*KERNELS, directory)
    # What is recorded is no kernel of the environment's own, but registered for the Jupyter that lives there.
    return is_present(folder / "kernel.json", as_link=True) and not is_recorded(folder)


def _directories(environment: Environment) -> list[str]:
    root = environment.prefix.joinpath(*KERNELS)
    return sorted((name for name in names_in(root) if has_kernel(environment, name)), key=_order)


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
