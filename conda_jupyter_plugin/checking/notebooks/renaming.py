"""Notebooks that ask for a kernel by its name: they are found, and changed where its name changes.

Nothing of a notebook but that name is changed, and each is written as a whole.
"""

from __future__ import annotations

import json
import os
import re
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.environment.search import folders_below
from ...core.failures import collecting
from ...core.system.open_folder import Entry
from ...core.system.opening import open_folder
from ...core.system.permissions import hand_over
from ..errors import NotebookError
from .notebooks import LARGEST
from .text_notebooks import find_kernel_name, is_text_notebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ...core.errors import KernelError

_SPACE = re.compile(r"[ \t\r\n]*")
_BYTE_ORDER_MARK = "\ufeff"
_CHECKPOINTS = ".ipynb_checkpoints"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class Mention:
    """A notebook that asks for a kernel by its name.

    Attributes:
        path: The notebook.
        is_changed: Whether it asks for the new name now.
    """

    path: Path
    is_changed: bool = False


def find_mentions(folder: Path, name: str, errors: list[KernelError]) -> Iterator[Mention]:
    """Find the notebooks in a folder, and those below, that ask for a kernel; links are not followed.

    Args:
        errors: Takes which notebooks cannot be read.
    """
    for path in _notebooks_below(folder):
        with collecting(errors, path), open_folder(path.parent) as opened:
            if _find(Entry(opened, path.name), path, name):
                yield Mention(path)


def change_mention(mention: Mention, name: str, new: str) -> Mention:
    """Let a notebook ask for another kernel, if it still asks for this one.

    Raises:
        NotebookError: It cannot be read or written.
    """
    path = mention.path
    try:
        with open_folder(path.parent) as opened:
            entry = Entry(opened, path.name)
            if (found := _find(entry, path, name)) is None:
                return mention
            before, after = found
            _replace(entry, f"{before}{new}{after}".encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise NotebookError.unreadable(path, error, "changed") from error
    return Mention(path, is_changed=True)


def _notebooks_below(folder: Path) -> Iterator[Path]:
    for path, names in folders_below(folder):
        if os.path.basename(path) == _CHECKPOINTS:
            continue
        for name in sorted(name for name, is_folder in names.items() if not is_folder):
            notebook = Path(path, name)
            if name.endswith(".ipynb") or is_text_notebook(notebook):
                yield notebook


def _find(entry: Entry, path: Path, name: str) -> tuple[str, str] | None:
    """Read a notebook that asks for a kernel.

    Returns:
        What stands before the kernel's name, and behind it; None where it asks for another one.
    """
    status = entry.look()
    if status is None or not stat.S_ISREG(status.st_mode):
        return None
    try:
        content = entry.folder.read(entry.name, LARGEST)
    except OSError as error:
        raise NotebookError.unreadable(path, error) from error
    # Most texts are no notebooks.
    if b"kernelspec" not in content and b"jupyter" not in content:
        return None
    text = content.decode("utf-8", "surrogateescape")
    try:
        span = find_kernel_name(text) if is_text_notebook(path) else _span_of_name(text)
    except (ValueError, IndexError, RecursionError) as error:
        raise NotebookError(path) from error
    if span is None or text[slice(*span)].lower() != name:
        return None
    return text[: span[0]], text[span[1] :]


def _span_of_name(text: str) -> tuple[int, int] | None:
    """Find where the name of the kernel stands in a notebook's JSON, without its quotes."""
    position: int | None = len(_BYTE_ORDER_MARK) if text.startswith(_BYTE_ORDER_MARK) else 0
    for key in ("metadata", "kernelspec", "name"):
        position = _member(text, position, key) if position is not None else None
    if position is None or text[position] != '"':
        return None
    return position + 1, json.JSONDecoder().raw_decode(text, position)[1] - 1


def _member(text: str, position: int, key: str) -> int | None:
    """Find where the value of a key begins in the object that begins at a position; the last one counts."""
    decoder, found = json.JSONDecoder(), None
    position = _behind_space(text, position)
    if text[position] != "{":
        return None
    position = _behind_space(text, position + 1)
    while text[position] != "}":
        name, position = decoder.raw_decode(text, position)
        position = _behind_space(text, _behind_space(text, position) + 1)
        if name == key:
            found = position
        position = _behind_space(text, decoder.raw_decode(text, position)[1])
        if text[position] == ",":
            position = _behind_space(text, position + 1)
    return found


def _behind_space(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return match.end() if match else position


def _replace(entry: Entry, content: bytes) -> None:
    """Write a file in place of one, with its modes, as a whole."""
    folder, new, status = entry.folder, f".{entry.name}.{os.urandom(8).hex()}", entry.look()
    try:
        with open(folder.open(new, _NEW, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            if status and os.name != "nt":
                hand_over(file.fileno(), status)
                os.fchmod(file.fileno(), stat.S_IMODE(status.st_mode))
            os.fsync(file.fileno())
        folder.move(new, folder, entry.name)
    finally:
        # Where all went well it has its place, and is not there any more.
        with suppress(OSError):
            folder.unlink(new)
