"""From a prefix to the kernels it holds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from .errors import BrokenKernelspecError, UnreadableError
from .models import METADATA_KEY, Environment, Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
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
        raise UnreadableError(f"{root} cannot be looked into (permission denied).") from error
    except OSError:
        return []
    return [
        name for name in names if os.path.lexists(root / name / "kernel.json") and not _is_copy(root / name)
    ]


def _is_copy(folder: Path) -> bool:
    """Whether it is no kernel of the environment's own, but registered for the Jupyter that lives there."""
    try:
        return METADATA_KEY in read_spec(folder / "kernel.json").get("metadata", {})
    except BrokenKernelspecError:
        return False


def read_spec(path: Path, prefix: Path | None = None) -> Mapping[str, Any]:
    """Read a kernel.json and check what Jupyter relies on.

    Args:
        path: The file.
        prefix: The environment that conda wrote it for. conda puts the prefix into a package's text files as
            it is; where JSON would have it escaped, it is read as what was meant.

    Returns:
        Its content, unknown keys too.

    Raises:
        BrokenKernelspecError: It cannot be read, is no JSON, or lacks what makes a kernelspec.
            https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
    """
    try:
        if not path.is_file():
            raise BrokenKernelspecError(path, "is not a file")
        text = path.read_text(encoding="utf-8")
        if prefix and any(character in str(prefix) for character in '"\\'):
            text = text.replace(str(prefix), json.dumps(str(prefix), ensure_ascii=False)[1:-1])
        spec = json.loads(text)
    except OSError as error:
        raise BrokenKernelspecError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BrokenKernelspecError(path, "is not valid JSON") from error
    if problem := problem_of(spec):
        raise BrokenKernelspecError(path, problem)
    return dict(spec)


def files_in(folder: Path | str, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Go through the files of a kernelspec's folder and the folders in it; links to folders are not followed.

    Args:
        folder: The folder.
        prefix: What to put in front of each name.

    Yields:
        Each file's path relative to the folder, with `/` between, and its entry.
    """
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from files_in(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry


def problem_of(spec: object) -> str | None:
    """Say what keeps a kernel.json's content from being a kernelspec, as a clause."""
    if not isinstance(spec, dict):
        return "is not a JSON object"
    argv = spec.get("argv")
    if not isinstance(argv, list) or not argv or not all(isinstance(word, str) for word in argv):
        return "holds no `argv` list of words"
    if not argv[0] or "\0" in "".join(argv):
        return "holds an `argv` that cannot be run"
    for key in ("env", "metadata"):
        if not isinstance(spec.get(key, {}), dict):
            return f"holds a `{key}` that is not an object"
    for key in ("display_name", "language"):
        if not isinstance(spec.get(key, ""), str):
            return f"holds a `{key}` that is not text"
    return None


def _order(name: str) -> tuple[int, str]:
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
