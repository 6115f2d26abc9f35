"""The warning that kernels stay when conda removes the project itself."""

from __future__ import annotations

import os

from ..conda_api.packages import package_name
from ..core.jupyter.paths import may_have_written
from ..settings import location_prefix
from . import tell

_NAME = "conda-jupyter-plugin"


def point_to_way_out(command: str) -> None:
    """Name the command that takes the kernels out too, while it is still here.

    Args:
        command: The conda command's name, as its pre-command hook gives it.
    """
    from conda.base.context import context

    given = dict(context._argparse_args).get("package_names") or ()
    is_meant = command == "remove" and _NAME in map(package_name, map(str, given))
    if not is_meant or context.json or context.quiet:
        return
    if may_have_written(os.environ.get("CONDA_PREFIX", ""), location_prefix()):
        tell("its kernels stay. Run `conda kernel remove --all` first to remove them too.")
