"""What a virtual environment says of itself in `pyvenv.cfg`."""

from __future__ import annotations

import re

from .reading import read_if_there

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FILE_NAME = "pyvenv.cfg"

_MAXIMUM = 100_000


def read_pyvenv(prefix: Path) -> Mapping[str, str]:
    """Read a virtual environment's `pyvenv.cfg` as Python itself does at start: CPython's `site.py`, `venv`.

    Args:
        prefix: The environment.

    Returns:
        Each value by its key in lower case; of a key that is there more than once the last one. Nothing where
        there is no such file, or none that could be one.

    Raises:
        UnreadableError: It cannot be looked into.
    """
    text = read_if_there(prefix / FILE_NAME, _MAXIMUM) or ""
    # Of all that Unicode calls the end of a line Python takes these.
    pairs = (line.partition("=") for line in re.split("\r\n?|\n", text))
    return {key.strip().lower(): value.strip() for key, equals, value in pairs if equals}


def python_version(values: Mapping[str, str]) -> str | None:
    """Say which Python a virtual environment was made with: major and minor version, None where it does not.

    `version` is written by venv and pip's tools, `version_info` by virtualenv and uv.

    Args:
        values: What its `pyvenv.cfg` says.
    """
    for key in ("version", "version_info"):
        if match := re.fullmatch(r"([0-9]+\.[0-9]+)(?![0-9]).*", values.get(key, "")):
            return match[1]
    return None
