"""From a prefix to the kernels it holds."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from .errors import BrokenKernelspecError
from .models import Environment, Kernel

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
    root = environment.prefix.joinpath(*KERNELS)
    try:
        folders = sorted(root.iterdir(), key=_order)
    except OSError:
        return ()
    return tuple(
        Kernel(environment, folder, read_spec(folder / "kernel.json"))
        for folder in folders
        if (folder / "kernel.json").exists()
    )


def read_spec(path: Path) -> Mapping[str, Any]:
    """Read a kernel.json and check what Jupyter relies on.

    Args:
        path: The file.

    Returns:
        Its content, unknown keys too.

    Raises:
        BrokenKernelspecError: It cannot be read, is no JSON, or lacks what makes a kernelspec.
            https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
    """
    try:
        if not path.is_file():
            raise BrokenKernelspecError(path, "is not a file")
        spec = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenKernelspecError(path, f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise BrokenKernelspecError(path, "is not valid JSON") from error
    if problem := _problem(spec):
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


def _problem(spec: object) -> str | None:
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


def _order(folder: Path) -> tuple[int, str]:
    name = folder.name
    return (_FIRST.index(name) if name in _FIRST else len(_FIRST), name)
