"""The commands that install the project, as README and the documentation print them."""

from __future__ import annotations

RELEASED = False
"""Whether the registries have a release. Until then the commands install a checkout."""

_FROM_REGISTRY = {
    "conda": "conda install -n base -c conda-forge conda-jupyter-plugin",
    "pip": "python -m pip install conda-jupyter-plugin",
    "uv": "uv tool install conda-jupyter-plugin",
    "pipx": "pipx install conda-jupyter-plugin",
}
_FROM_CHECKOUT = {
    "conda": "conda run -n base python -m pip install .",
    "pip": "python -m pip install .",
    "uv": "uv tool install .",
    "pipx": "pipx install .",
}
_IMAGE_FROM_REGISTRY = ["RUN conda install -y -n base -c conda-forge conda-jupyter-plugin"]
_IMAGE_FROM_WHEEL = [
    "COPY conda_jupyter_plugin-*.whl /tmp/",
    "RUN conda run -n base python -m pip install /tmp/conda_jupyter_plugin-*.whl",
]

CHECKOUT = (
    "There is no release yet. Run the command in a checkout of the repository, or replace `.` with the path"
    " of a wheel or a source distribution."
)
"""What to know about the commands until there is a release."""


def command(tool: str) -> str:
    """Give the command that installs the project with conda, pip, uv or pipx."""
    return (_FROM_REGISTRY if RELEASED else _FROM_CHECKOUT)[tool]


def tabs() -> list[str]:
    """Give a tab for each tool, in Markdown."""
    lines = ["::::{tab-set}", ":sync-group: tool"]
    for tool in _FROM_CHECKOUT:
        lines += [f":::{{tab-item}} {tool}", f":sync: {tool}", *console(tool), ":::"]
    return [*lines, "::::", *([] if RELEASED else ["", CHECKOUT])]


def console(tool: str) -> list[str]:
    """Give the command of one tool, in Markdown."""
    return ["```console", f"$ {command(tool)}", "```"]


def image() -> list[str]:
    """Give the first lines of a Dockerfile, in Markdown."""
    lines = _IMAGE_FROM_REGISTRY if RELEASED else _IMAGE_FROM_WHEEL
    return ["```dockerfile", "FROM quay.io/jupyter/base-notebook", *lines, "```"]
