"""What a notebook says of the kernel that it is for. No notebook is written to."""

from __future__ import annotations

import json
from pathlib import Path

from ..core.dataclass import dataclass
from ..core.reading import read_text
from .errors import NotebookError
from .modules import imported_modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

_LARGEST = 500_000_000
"""How many bytes of a notebook are read: outputs can be large."""


@dataclass(frozen=True)
class Notebook:
    """What a notebook says of the kernel that it is for.

    Attributes:
        path: The notebook.
        kernel: The kernel's name; empty where none is recorded.
        display_name: The name that Jupyter showed.
        language: Its language; empty where nothing tells.
        modules: What its cells import.
    """

    path: Path
    kernel: str
    display_name: str
    language: str
    modules: tuple[str, ...]


def read_notebook(path: Path) -> Notebook:
    """Read a notebook.

    Args:
        path: The file.

    Raises:
        NotebookError: It cannot be read, or is no notebook.
            https://nbformat.readthedocs.io/en/latest/format_description.html
    """
    try:
        document = json.loads(read_text(path, _LARGEST))
    except OSError as error:
        raise NotebookError.unreadable(path, error) from error
    except (ValueError, RecursionError) as error:
        raise NotebookError(path) from error
    if not isinstance(document, dict) or not isinstance(document.get("nbformat"), int):
        raise NotebookError(path)
    metadata = _object(document, "metadata")
    kernelspec = _object(metadata, "kernelspec")
    language = _text(kernelspec, "language") or _text(_object(metadata, "language_info"), "name")
    return Notebook(
        path,
        _text(kernelspec, "name"),
        _text(kernelspec, "display_name"),
        language,
        imported_modules(language or "python", _sources(document)),
    )


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = document.get(key)
    return value if isinstance(value, dict) else {}


def _text(document: Mapping[str, Any], key: str) -> str:
    value = document.get(key)
    return value if isinstance(value, str) else ""


def _sources(document: Mapping[str, Any]) -> Iterator[str]:
    """The text of each code cell, as versions 3 and 4 of the format have it."""
    sheets = document.get("worksheets")
    for sheet in [document, *(sheets if isinstance(sheets, list) else [])]:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                source = cell.get("source", cell.get("input", ""))
                yield "".join(map(str, source)) if isinstance(source, list) else str(source)
