"""Reads which kernel a notebook uses, and writes nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.system.reading import read_file
from ..errors import NotebookError
from .modules import imported_modules
from .text_notebooks import is_text_notebook, parse_text_notebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path
    from typing import Any

LARGEST = 500_000_000
"""The largest notebook in bytes: outputs can be large."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_PARTS = {
    1: ("cells",),
    2: ("worksheets", "metadata"),
    3: ("worksheets", "metadata"),
    4: ("cells", "metadata"),
}
"""The required fields of a notebook, by format: https://nbformat.readthedocs.io/en/latest/format_description.html"""

DEFAULT = "python3"
"""jupyter_client's kernel for `python` and for no name: `manager.py`, `_kernel_name_changed`."""

_NAMES_NONE = (
    "It does not name a kernel. nbconvert uses python3, JupyterLab asks, and papermill needs `-k NAME`."
)
_WANTED = "which nbconvert requires. Open it in Jupyter and save it."


@dataclass(frozen=True)
class Notebook:
    """The kernel that a notebook uses.

    Attributes:
        path: The notebook.
        kernel: The kernel's name; empty where none is recorded.
        display_name: The name that Jupyter showed.
        languages: Its language, as its kernelspec says and as its kernel does; empty where nothing tells.
        modules: What its cells import.
        flaw: Why nothing runs it, as a clause, and what to do, as a sentence; None where it can be run.
        warnings: What not every program takes: sentences.
    """

    path: Path
    kernel: str
    display_name: str
    languages: tuple[str, ...]
    modules: tuple[str, ...]
    flaw: tuple[str, str] | None = None
    warnings: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        """Its language; empty if unknown."""
        return next(iter(self.languages), "")

    @property
    def started(self) -> str:
        """The name of the kernel that is started for it."""
        return DEFAULT if self.kernel in ("", "python") else self.kernel


def read_notebook(path: Path) -> Notebook:
    """Read a notebook.

    Raises:
        NotebookError: It cannot be read, or is not a notebook.
    """
    try:
        content = read_file(path, LARGEST)
        text = content.removeprefix(_BYTE_ORDER_MARK).decode("utf-8")
        document = parse_text_notebook(text) if is_text_notebook(path) else json.loads(text)
    except OSError as error:
        raise NotebookError.unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(path) from error
    if not isinstance(document, dict) or not (
        "nbformat" in document or isinstance(document.get("cells"), list)
    ):
        raise NotebookError(path)
    metadata, cells = _object(document, "metadata"), list(_code_cells(document))
    kernelspec = _object(metadata, "kernelspec")
    languages = tuple(filter(None, _languages(metadata, kernelspec, cells)))
    has_mark = content.startswith(_BYTE_ORDER_MARK) and not is_text_notebook(path)
    return Notebook(
        path,
        _text(kernelspec, "name"),
        _text(kernelspec, "display_name"),
        languages,
        imported_modules(next(iter(languages), "python"), map(_source, cells)),
        _flaw(document, metadata, has_mark=has_mark),
        tuple(_warnings(document, kernelspec)),
    )


def _languages(
    metadata: Mapping[str, Any], kernelspec: Mapping[str, Any], cells: Iterable[Mapping[str, Any]]
) -> tuple[str, ...]:
    said = _text(kernelspec, "language"), _text(_object(metadata, "language_info"), "name")
    if any(said):
        return said
    # Format 3, whose cells say `python` in many notebooks of other languages.
    return (_text(metadata, "language") or next((_text(cell, "language") for cell in cells), ""),)


def _flaw(
    document: Mapping[str, Any], metadata: Mapping[str, Any], *, has_mark: bool
) -> tuple[str, str] | None:
    """Say what nbformat cannot read, and jupyter_client cannot start a kernel for."""
    if has_mark:
        return "it starts with a byte order mark", "Save it as UTF-8 without a byte order mark."
    version = document.get("nbformat", 1)
    if not isinstance(version, int) or version not in _PARTS:
        return (
            f"Jupyter cannot read its format (nbformat {version!s:.20})",
            "Save it in format 4.",
        )
    for part in _PARTS[version]:
        if part not in document:
            return f"it has no {part}", "Open it in Jupyter and save it."
    kernelspec = metadata.get("kernelspec", {"name": ""})
    if not isinstance(kernelspec, dict) or not isinstance(kernelspec.get("name"), str):
        return (
            "its kernelspec has no name",
            "Choose its kernel in Jupyter (Kernel > Change Kernel) and save it.",
        )
    return None


def _warnings(document: Mapping[str, Any], kernelspec: Mapping[str, Any]) -> Iterator[str]:
    if not kernelspec.get("name"):
        yield _NAMES_NONE
    elif "display_name" not in kernelspec:
        yield f"Its kernelspec has no display_name, {_WANTED}"
    if document.get("nbformat") == 4 and "nbformat_minor" not in document:
        yield f"It has no nbformat_minor, {_WANTED}"


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else ""


def _code_cells(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    sheets = document.get("worksheets")
    for sheet in [document, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                yield cell


def _source(cell: Mapping[str, Any]) -> str:
    """The text of a code cell, as versions 4, 3 and 1 of the format have it."""
    source = next((cell[key] for key in ("source", "input", "code") if key in cell), "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)
