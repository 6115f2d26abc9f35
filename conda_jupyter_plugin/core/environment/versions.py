"""Reads the version of a language from an environment's files, without starting anything."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UnreadableError
from ..failures import passing_over
from ..system.reading import names_in, read_if_there

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..models import Environment

FILE_NAME = "pyvenv.cfg"

_MAXIMUM = 100_000

_LINKS = 40
"""The longest chain of links, as on Linux."""

_PACKAGES = {"python": "python", "r": "r-base"}


def language_version(environment: Environment, language: str) -> str | None:
    """Read the version of a language from the environment's files.

    Returns:
        Major and minor version, such as `3.12`, or None where no file tells.
    """
    package = _PACKAGES.get(language.lower())
    if package is None:
        return None
    if environment.manager == "conda":
        return _major_minor(conda_packages(environment.prefix).get(package))
    return _of_virtual_environment(environment.prefix) if package == "python" else None


def version_of_program(program: Path) -> str | None:
    """Tell an interpreter's version by the name of the file that it is in the end: `python3.12`."""
    path = str(program)
    with suppress(OSError):
        for _ in range(_LINKS):
            path = os.path.join(os.path.dirname(path), os.readlink(path))
    match = re.fullmatch(r"(?:python|pypy)([0-9]+\.[0-9]+)t?", os.path.basename(path))
    return match[1] if match else None


def version_of_library(home: Path) -> str | None:
    """Tell the version of an interpreter for Windows by its library: `python312.dll`.

    Args:
        home: The folder that it is in.
    """
    names: list[str] = []
    # Nobody may look into where the Microsoft Store puts programs.
    with passing_over(UnreadableError):
        names = names_in(home)
    for name in names:
        if match := re.fullmatch(r"python([0-9])([0-9]+)t?\.dll", name.lower()):
            return f"{match[1]}.{match[2]}"
    return None


def _of_virtual_environment(prefix: Path) -> str | None:
    """The version in `pyvenv.cfg`, or else in the base's files, for some old tools."""
    values = read_pyvenv(prefix)
    if version := python_version(values):
        return version
    home = values.get("home")
    return version_of_program(prefix / "bin" / "python") or (version_of_library(Path(home)) if home else None)


def conda_packages(prefix: Path) -> dict[str, str]:
    """Name the conda packages that are installed, by their records in `conda-meta`.

    Returns:
        Each package's version.
    """
    records = names_in(prefix / "conda-meta")
    # A record's file is NAME-VERSION-BUILD.json, and neither version nor build holds a dash.
    parts = (record.rsplit("-", 2) for record in records if record.endswith(".json"))
    return {part[0]: part[1] for part in parts if len(part) == 3}


def _major_minor(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version else None


def read_pyvenv(prefix: Path) -> Mapping[str, str]:
    """Read a virtual environment's `pyvenv.cfg` as Python itself does at start: CPython's `site.py`, `venv`.

    Returns:
        Each value by its key in lower case; of a key that is there more than once the last one. Nothing where
        there is no such file, or none that could be one.

    Raises:
        UnreadableError: It cannot be read.
    """
    text = read_if_there(prefix / FILE_NAME, _MAXIMUM) or ""
    # Of all that Unicode calls the end of a line Python takes these.
    pairs = (line.partition("=") for line in re.split("\r\n?|\n", text))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}


def python_version(values: Mapping[str, str]) -> str | None:
    """Say which Python a virtual environment was made with: major and minor version, None where it does not.

    `version` is written by venv and pip's tools, `version_info` by virtualenv and uv.
    """
    for key in ("version", "version_info"):
        if match := re.fullmatch(r"([0-9]+\.[0-9]+)(?![0-9]).*", values.get(key, "")):
            return match[1]
    return None
