"""Which of an environment's files tell that it, or a kernel of it, has changed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from .. import system
from ..system.fingerprint import entries_of
from .versions import FILE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

# A transaction adds and removes files of `conda-meta`; `conda env config vars` writes its state.
_OF_CONDA = ("conda-meta/history", "conda-meta/state", ".condarc")
_OF_PACKAGES = ("etc/conda/env_vars.d",)
# Where no shell sources an environment's scripts they are run when it changes, to find out what they set.
_SCRIPTS = ("etc/conda/activate.d", "etc/conda/deactivate.d")


def telling_paths(prefix: str) -> Iterator[str]:
    """Name the files and folders that tell, be they there or not.

    Args:
        prefix: The environment's prefix, which need not be there.
    """
    conda_meta, kernels = f"{prefix}/conda-meta", f"{prefix}/share/jupyter/kernels"
    yield from (prefix, f"{prefix}/{FILE_NAME}", conda_meta, kernels)
    # A kernel.json may come after its folder.
    for name in entries_of(kernels):
        yield from (f"{kernels}/{name}", f"{kernels}/{name}/kernel.json")
    if os.path.isdir(conda_meta):
        yield from (f"{prefix}/{name}" for name in _OF_CONDA)
        for folder in (*_OF_PACKAGES, *(_SCRIPTS if system.WINDOWS else ())):
            yield f"{prefix}/{folder}"
            yield from (f"{prefix}/{folder}/{name}" for name in entries_of(f"{prefix}/{folder}"))
