"""Sphinx configuration."""

import os
import sys
from importlib.metadata import version as _version
from pathlib import Path

# For what the reference is made from.
sys.path.insert(0, str(Path(__file__).parent))

project = "conda-jupyter-plugin"
author = "The conda-jupyter-plugin developers"
copyright = f"2026, {author}"  # noqa: A001 - Sphinx's own name
release = _version("conda-jupyter-plugin")

extensions = [
    "myst_parser",
    "sphinx_argparse_cli",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_llms_txt",
    "sphinxext.opengraph",
    "directives",
]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# They would turn `--kernel` in a heading into a dash.
smartquotes = False

html_theme = "furo"
html_title = project
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_logo = html_favicon = "_static/logo.svg"

# Only the commands of an example, without the prompt.
copybutton_prompt_text = "$ "

llms_txt_summary = (
    "A conda plugin and the command pip-kernel: every conda or virtual environment automatically becomes a"
    " Jupyter kernel, which runs activated and follows its environment."
)

# Read the Docs sets the address. Elsewhere there is none yet, so there is no sitemap either.
html_baseurl = os.environ.get("READTHEDOCS_CANONICAL_URL", "")
ogp_site_url = html_baseurl
ogp_image = "_images/lab-kernels.png"
ogp_social_cards = {"enable": False}
if html_baseurl:
    extensions.append("sphinx_sitemap")
    sitemap_url_scheme = "{link}"
