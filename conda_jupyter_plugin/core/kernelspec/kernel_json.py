"""A kernelspec as files: its kernel.json, and what is beside it."""

from __future__ import annotations

import errno
import json
import os
from typing import TYPE_CHECKING

from ..errors import BrokenKernelspecError
from ..system.path_text import for_this_process, is_system_text
from ..system.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import Any


def read_spec(path: Path, prefix: Path | None = None) -> Mapping[str, Any]:
    """Read a kernel.json; see `parse_spec`.

    Raises:
        BrokenKernelspecError: It cannot be read, or used.
    """
    try:
        content = read_file(path)
    except OSError as error:
        raise BrokenKernelspecError.unreadable(path, error) from error
    return parse_spec(content, path, prefix)


def parse_spec(content: bytes, path: Path | str, prefix: Path | None = None) -> Mapping[str, Any]:
    """Parse a kernel.json and check what Jupyter relies on.

    Args:
        path: Where it is.
        prefix: The environment that conda wrote it for. conda puts the prefix into a package's text files as
            it is; where JSON would have it escaped, it is read as what was meant.

    Returns:
        Its content, unknown keys too.

    Raises:
        BrokenKernelspecError: It is no JSON, or lacks what makes a kernelspec.
            https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
    """
    try:
        text = content.decode()
        if prefix and any(character in str(prefix) for character in '"\\'):
            text = text.replace(str(prefix), json.dumps(str(prefix), ensure_ascii=False)[1:-1])
        spec = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BrokenKernelspecError(path, "is not valid JSON") from error
    # Nearly always all of it is ASCII, and so the same for everybody.
    is_plain = content.isascii() and b"\\u" not in content
    if not is_plain and isinstance(spec, dict) and isinstance(words := spec.get("argv"), list):
        spec["argv"] = [for_this_process(word) if isinstance(word, str) else word for word in words]
    if problem := problem_of(spec):
        raise BrokenKernelspecError(path, problem)
    return dict(spec)


_DEEPEST = 20
"""The deepest nesting of folders in a kernelspec."""


def files_in(folder: Path | str, prefix: str = "") -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Go through the files of a kernelspec's folder and the folders in it; links to folders are not followed.

    Args:
        prefix: What to put in front of each name.

    Yields:
        Each file's path relative to the folder, with `/` between, and its entry.

    Raises:
        BrokenKernelspecError: There are folders in folders without end.
        OSError: A folder cannot be read.
    """
    if prefix.count("/") > _DEEPEST:
        raise BrokenKernelspecError(folder, f"is nested more than {_DEEPEST} folders deep")
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.is_dir(follow_symlinks=False):
                yield from files_in(entry.path, f"{prefix}{entry.name}/")
            else:
                yield prefix + entry.name, entry


def is_regular(entry: os.DirEntry[str]) -> bool:
    """Whether an entry is a file, or a link to one."""
    try:
        return entry.is_file()
    except OSError as error:
        # A link that leads round in a circle leads to none.
        if error.errno == errno.ELOOP:
            return False
        raise


def is_program(mode: int) -> bool:
    """Whether a file's mode makes it a program, even if its file system starts none."""
    return bool(mode & 0o100)


def provisioner_of(spec: Mapping[str, Any]) -> str | None:
    """Name what starts a kernel in place of Jupyter itself, None where nothing does."""
    stanza = spec.get("metadata", {}).get("kernel_provisioner")
    name = stanza.get("provisioner_name") if isinstance(stanza, dict) else None
    return name if isinstance(name, str) else None


def problem_of(spec: object) -> str | None:
    """Say what keeps a kernel.json's content from being a kernelspec, as a clause."""
    if not isinstance(spec, dict):
        return "is not a JSON object"
    argv = spec.get("argv")
    if not isinstance(argv, list) or not argv or not all(isinstance(word, str) for word in argv):
        return "has no `argv` list of strings"
    if not argv[0] or not is_system_text("".join(argv)):
        return "has an `argv` that cannot be run"
    for key in ("env", "metadata"):
        if not isinstance(spec.get(key, {}), dict):
            return f"has a `{key}` that is not an object"
    for key in ("display_name", "language"):
        if not isinstance(spec.get(key, ""), str):
            return f"has a `{key}` that is not a string"
    return None
