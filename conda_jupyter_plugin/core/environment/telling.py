"""Lists the files that reveal a change of an environment or its kernels."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .. import system
from ..system.fingerprint import entries_of
from .versions import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..models import Manager

KERNELS_INSIDE = "share/jupyter/kernels"
"""The folder of an environment's own kernelspecs."""

# A transaction adds and removes files of `conda-meta`; `conda env config vars` writes its state.
_OF_CONDA = ("conda-meta", "conda-meta/history", "conda-meta/state", ".condarc")
_OF_PACKAGES = ("etc/conda/env_vars.d",)
# Where no shell sources an environment's scripts they are run when it changes, to find out what they set.
_SCRIPTS = ("etc/conda/activate.d", "etc/conda/deactivate.d")


def telling_paths(prefix: str, manager: Manager, kernels: Iterable[str]) -> list[str]:
    """List the files and folders that reveal changes, existing or not.

    Args:
        prefix: The environment's prefix, which need not be there.
        manager: Who made it.
        kernels: The folders of its kernelspecs; that there are others tells the folder around them.
    """
    folder = f"{prefix}/{KERNELS_INSIDE}"
    paths = [prefix, f"{prefix}/{FILE_NAME}", folder]
    for name in kernels:
        # A kernel.json may come after its folder.
        paths += (f"{folder}/{name}", f"{folder}/{name}/kernel.json")
    if manager == "conda":
        paths += (f"{prefix}/{name}" for name in _OF_CONDA)
        for folder in (*_OF_PACKAGES, *(_SCRIPTS if system.WINDOWS else ())):
            names = entries_of(f"{prefix}/{folder}")
            paths += (f"{prefix}/{folder}", *(f"{prefix}/{folder}/{name}" for name in names))
    return paths
