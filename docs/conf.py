"""Sphinx configuration."""

from importlib.metadata import version as _version

project = "conda-jupyter-plugin"
author = "The conda-jupyter-plugin developers"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx's own name
release = _version("conda-jupyter-plugin")

extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
