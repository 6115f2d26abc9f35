"""Sphinx configuration."""

import sys
from importlib.metadata import version as _version
from pathlib import Path

# For what the reference is made from.
sys.path.insert(0, str(Path(__file__).parent))

project = "conda-jupyter-plugin"
author = "The conda-jupyter-plugin developers"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx's own name
release = _version("conda-jupyter-plugin")

extensions = ["myst_parser", "sphinx_argparse_cli", "directives"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
