"""What the project says of itself, for tests of what is released."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = Path(__file__).parents[2]
NAME = "conda-jupyter-plugin"


def metadata() -> dict[str, Any]:
    """Reads pyproject.toml's table `project`, with the version that it takes from elsewhere."""
    project: dict[str, Any] = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    text = (PROJECT / "conda_jupyter_plugin" / "__init__.py").read_text("utf-8")
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert found is not None
    return project | {"version": found[1]}
