"""Notebooks as files, for what opens or runs them."""

from __future__ import annotations

import json
from pathlib import Path


def write_notebook(path: Path, kernel: str, *cells: str) -> None:
    """Writes a notebook.

    Args:
        path: Where to.
        kernel: The name of its kernel.
        *cells: The code of its cells.
    """
    code = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    metadata = {"kernelspec": {"name": kernel, "display_name": kernel, "language": "python"}}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata}
    numbered = [{**code, "id": f"cell-{number}", "source": source} for number, source in enumerate(cells)]
    path.write_text(json.dumps({**notebook, "cells": numbered}), "utf-8")
