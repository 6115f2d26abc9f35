"""The project as a conda package of the base environment, for commands that replace it or what it runs on."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

from channel import PLACEHOLDER, Channel, add_package
from made_up import kernelspec
from project import NAME

BREAKAGES: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "replaced": lambda path: path.write_text("raise RuntimeError('another version')\n"),
    "broken": lambda path: path.write_text("def (:\n"),
    "emptied": lambda path: path.write_text(""),
}
"""What can become of a file while a command runs."""


def site_packages(prefix: Path) -> Path:
    """Finds where a prefix has its packages for Python."""
    return next(prefix.glob("lib/python3*/site-packages"))


def add_own_packages(channel: Channel, wheel: Path, base: Path) -> None:
    """Adds the project in three packages: two builds of this version, and a version whose modules differ.

    Args:
        channel: Where to.
        wheel: The project's wheel.
        base: The prefix whose Python they are for.
    """
    folder = site_packages(base).relative_to(base)
    with zipfile.ZipFile(wheel) as archive:
        files = {f"{folder}/{name}": archive.read(name) for name in archive.namelist()}
    version = wheel.name.split("-")[1]
    add_package(channel, NAME, version, files, build="0")
    add_package(channel, NAME, version, {path: data + b"\n" for path, data in files.items()}, build="1")
    other = {
        path: b"raise RuntimeError('modules of two versions')\n" if _is_room(path) else data
        for path, data in files.items()
    }
    add_package(channel, NAME, "99.0", other, build="9")
    spec = kernelspec(
        "Python 3 (ipykernel)", "python", f"{PLACEHOLDER}/bin/python", "-m", "ipykernel_launcher"
    )
    add_package(channel, "python_kernelspec", files={"share/jupyter/kernels/python3/kernel.json": spec})


def add_base_for(channel: Channel, base: Path, minor: str) -> None:
    """Adds all that a base holds for another Python too, so that its Python can be changed.

    Args:
        channel: Where to; it has that Python.
        base: The base's prefix, whose records are read.
        minor: The other Python's minor version.
    """
    old = site_packages(base).parent.name
    records = [json.loads(path.read_text("utf-8")) for path in (base / "conda-meta").glob("*.json")]
    names = {record["name"] for record in records}
    for record in records:
        if record["name"] in ("python", NAME):
            continue
        there = [path for path in record["files"] if (base / path).is_file() and "__pycache__" not in path]
        files = {path.replace(f"/{old}/", f"/python{minor}/"): (base / path).read_bytes() for path in there}
        depends = {spec.split()[0] for spec in record["depends"]} & names - {"python"}
        if record["name"] != "python_kernelspec":
            depends |= {f"python {minor}.*"}
        add_package(channel, record["name"], record["version"], files, sorted(depends), build=f"for_{minor}")


def _is_room(path: str) -> bool:
    return path.endswith(".py") and not path.endswith(("/__init__.py", "/plugin.py"))
