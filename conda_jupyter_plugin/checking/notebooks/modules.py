"""The modules that a notebook's cells import, and which of them an environment lacks: nothing is run."""

from __future__ import annotations

import ast
import re
import sys
from typing import TYPE_CHECKING

from ...core.environment.versions import read_pyvenv
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.system.reading import is_present, names_in, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

# IPython's magics, commands of the system, and help: https://ipython.readthedocs.io/en/stable/interactive/magics.html
_NO_PYTHON = re.compile(r"\s*(?:[%!?]|.*\?\s*$)")
_PYTHON_CELL_MAGICS = ("%%time", "%%timeit", "%%capture", "%%prun")

_R_IMPORTS = re.compile(r"(?:library|require|requireNamespace)\(\s*['\"]?([\w.]+)|\b([A-Za-z][\w.]*):::?")
_R_OWN = frozenset({"base", "compiler", "datasets", "graphics", "grDevices", "grid", "methods"}) | {
    *("parallel", "splines", "stats", "stats4", "tcltk", "tools", "utils")
}


def imported_modules(language: str, sources: Iterable[str]) -> tuple[str, ...]:
    """Name what cells import that does not come with the language itself.

    Args:
        sources: The text of each of its code cells.

    Returns:
        Names of top-level modules, or of R's packages, in order; empty for other languages.
    """
    find = {"python": _of_python, "r": _of_r}.get(language.lower())
    names = (name for source in sources for name in find(source)) if find else ()
    return tuple(sorted(set(names)))


def _of_python(source: str) -> Iterator[str]:
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%") and not first.startswith(_PYTHON_CELL_MAGICS):
        return
    lines = ["" if _NO_PYTHON.match(line) else line for line in source.split("\n")]
    for name in _imports_in("\n".join(lines)):
        if name not in sys.stdlib_module_names:
            yield name


def _imports_in(code: str) -> Iterator[str]:
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Some line is not Python's, or of another version of it.
        for match in re.finditer(r"(?m)^(?:import|from)[ \t]+([A-Za-z_]\w*)", code):
            yield match[1]
        return
    for node in _run_for_sure(tree.body):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


def _run_for_sure(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Give the statements that run whatever happens: none of a function, of a branch or with a way out."""
    for node in body:
        yield node
        if isinstance(node, ast.With):
            yield from _run_for_sure(node.body)
        elif isinstance(node, ast.Try):
            yield from _run_for_sure([*([] if node.handlers else node.body), *node.finalbody])


def _of_r(source: str) -> Iterator[str]:
    for match in _R_IMPORTS.finditer(re.sub(r"(?m)#.*$", "", source)):
        name = match[1] or match[2]
        if name not in _R_OWN:
            yield name


def missing_modules(
    prefix: Path, language: str, modules: Iterable[str], notebook_folder: Path
) -> tuple[str, ...]:
    """Name the modules that an environment does not have.

    Args:
        notebook_folder: The notebook's folder, whose own modules are found too.

    Returns:
        Those that lie nowhere; empty where it cannot be told.
    """
    with passing_over(UnreadableError):
        if language.lower() == "r":
            library = prefix / "lib" / "R" / "library"
            if not is_present(library):
                return ()
            return tuple(name for name in modules if not is_present(library / name))
        folders = import_folders(prefix)
        if not folders:
            return ()
        importable = {name for folder in (*folders, notebook_folder) for name in names_in(folder)}
        return tuple(name for name in modules if not _is_among(name, importable))
    return ()


def import_folders(prefix: Path) -> list[Path]:
    """The folders from which an environment's Python imports, with `.pth` files; empty if it uses others."""
    if read_pyvenv(prefix).get("include-system-site-packages", "").lower() == "true":
        return []
    library = prefix / "lib"
    versions = [name for name in names_in(library) if re.fullmatch(r"(?:python|pypy)\d\.\d+t?", name)]
    own = [*(library / name / "site-packages" for name in versions), prefix / "Lib" / "site-packages"]
    folders = [folder for folder in own if is_present(folder)]
    for folder in tuple(folders):
        for name in names_in(folder):
            if name.endswith(".pth"):
                lines = (read_if_there(folder / name) or "").splitlines()
                folders += [
                    path for line in lines if line.strip() and is_present(path := folder / line.strip())
                ]
    return folders


def _is_among(module: str, names: set[str]) -> bool:
    if module in names or f"{module}.py" in names or f"{module}.egg-link" in names:
        return True
    # An extension module, or what an editable installation or somebody's `.pth` brings from elsewhere.
    beginnings = (f"{module}.cpython-", f"{module}.cp", f"{module}.abi3", f"__editable__.{module}")
    endings = (".so", ".pyd", ".pth", ".py")
    return any(name.startswith(beginnings) and name.endswith(endings) for name in names)
