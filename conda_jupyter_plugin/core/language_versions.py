"""Which version of a language an environment has, by its files: nothing is started."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .presence import names_in
from .pyvenv import python_version, read_pyvenv

if TYPE_CHECKING:
    from pathlib import Path

    from .models import Environment

_PACKAGES = {"python": "python", "r": "r-base"}


def language_version(environment: Environment, language: str) -> str | None:
    """Read the version of a language from the environment's files.

    Args:
        environment: The environment.
        language: The kernel's language, as in its kernel.json.

    Returns:
        Major and minor version, such as `3.12`, or None where no file tells.
    """
    package = _PACKAGES.get(language.lower())
    if package is None:
        return None
    if environment.manager == "conda":
        return _major_minor(conda_packages(environment.prefix).get(package))
    return python_version(read_pyvenv(environment.prefix)) if package == "python" else None


def conda_packages(prefix: Path) -> dict[str, str]:
    """Name the conda packages that are installed, by their records in `conda-meta`.

    Args:
        prefix: The environment.

    Returns:
        Each package's version.
    """
    records = names_in(prefix / "conda-meta")
    # A record's file is NAME-VERSION-BUILD.json, and neither version nor build holds a dash.
    parts = (record.rsplit("-", 2) for record in records if record.endswith(".json"))
    return {part[0]: part[1] for part in parts if len(part) == 3}


def _major_minor(version: str | None) -> str | None:
    return ".".join(version.split(".")[:2]) if version else None
