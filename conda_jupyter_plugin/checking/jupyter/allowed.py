"""Reads `allowed_kernelspecs` from a Jupyter's configuration, without running it.

As `load_config_file` in jupyter_core's `application.py` has it: first the general name in all folders, then
each specific one, and JSON after Python beside it. Notebook's and JupyterLab's count for every server that
has them as extensions.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass, replace
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.jupyter.paths import config_path_of
from ...core.system.reading import names_in, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any

    from ...core.results import Registration

_NAMES = ("jupyter_config", "jupyter_server_config", "jupyter_notebook_config", "jupyter_lab_config")
_CLASS, _OPTIONS = "KernelSpecManager", ("whitelist", "allowed_kernelspecs")
"""The option by its former name, which counts less, and by its present one."""


@dataclass(frozen=True)
class Allowed:
    """The kernels that a Jupyter shows.

    Attributes:
        names: Their names; no other one is shown.
        file: The file that says so.
    """

    names: frozenset[str]
    file: Path

    def hides(self, name: str) -> bool:
        """Whether a kernel is none of them."""
        return name.lower() not in self.names


def allowed_in(prefix: Path) -> Allowed | None:
    """Say which kernels the Jupyter in a prefix shows; None if it shows all, or if that is unknown."""
    allowed = None
    # What counts most comes last.
    folders = [Path(folder) for folder in reversed(config_path_of(str(prefix)))]
    with passing_over(UnreadableError):
        present = [(folder, set(names_in(folder))) for folder in folders]
        for name, (folder, names) in product(_NAMES, present):
            for file in sorted({f"{name}.py", f"{name}.json"} & names, reverse=True):
                found = _read(folder / file)
                allowed = allowed if found is None else Allowed(found, folder / file)
    return allowed if allowed and allowed.names else None


def mark_hidden(rows: Iterable[Registration], allowed: Allowed | None) -> Iterator[Registration]:
    """Say of kernels that Jupyter hides that it does; what is broken says why that is."""
    for row in rows:
        if allowed and allowed.hides(row.name) and row.status in ("ok", "stale"):
            row = replace(row, reason=f"hidden by allowed_kernelspecs in {allowed.file}")
        yield row


def _read(file: Path) -> frozenset[str] | None:
    text = read_if_there(file) or ""
    if not any(option in text for option in _OPTIONS):
        return None
    try:
        values = _in_json(text) if file.suffix == ".json" else _in_python(text)
        names = [values[option] for option in _OPTIONS if option in values]
        return frozenset(map(str, names[-1])) if names else None
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        # Jupyter passes over such a file too, or it works the names out.
        return None


def _in_json(text: str) -> dict[str, Any]:
    document = json.loads(text)
    section = document.get(_CLASS) if isinstance(document, dict) else None
    return section if isinstance(section, dict) else {}


def _in_python(text: str) -> dict[str, Any]:
    import ast

    values: dict[str, Any] = {}
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            if isinstance(target, ast.Attribute) and ast.unparse(target.value) == f"c.{_CLASS}":
                value = node.value
                if isinstance(value, ast.Call) and ast.unparse(value.func) in ("set", "list", "frozenset"):
                    value = value.args[0] if value.args else ast.Tuple([])
                values[target.attr] = ast.literal_eval(value)
    return values
