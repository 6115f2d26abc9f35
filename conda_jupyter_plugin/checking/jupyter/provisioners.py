"""The provisioners that a Jupyter has: nothing of it is run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.environment.environment import same_prefix
from ...core.failures import passing_over
from ...core.launch.provisioning import PACKAGE
from ...core.system.refusals import RefusedError
from ...core.system.trust import check_trusted
from ..notebooks.modules import import_folders
from .jupyters import found_on_path

if TYPE_CHECKING:
    from collections.abc import Mapping

_GROUP = "jupyter_client.kernel_provisioners"


def find_provisioners(prefix: Path) -> Mapping[str, Path | None]:
    """Find the provisioners that are installed where a Jupyter is.

    Returns:
        For each name, the folder of the engine's own programs that start kernels, None where it has none.
    """
    from importlib.metadata import distributions

    folders = list(map(str, import_folders(prefix)))
    if not folders and prefix == Path(sys.prefix):
        folders = sys.path
    found: dict[str, Path | None] = {}
    for distribution in distributions(path=folders):
        for point in distribution.entry_points:
            if point.group == _GROUP:
                own = point.value.partition(".")[0] == PACKAGE
                programs = Path(str(distribution.locate_file(PACKAGE)), "kernel-launchers")
                found.setdefault(point.name, programs if own and _may_run(programs, prefix) else None)
    return found


def _may_run(programs: Path, prefix: Path) -> bool:
    """Whether nobody else can change programs that are to start kernels.

    Those of our own Jupyter, and of one on PATH, are run already.
    """
    if same_prefix(prefix, Path(sys.prefix)) or prefix in found_on_path():
        return True
    with passing_over(RefusedError):
        check_trusted(programs)
        return True
    return False
