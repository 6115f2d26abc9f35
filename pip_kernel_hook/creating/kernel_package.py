"""The kernel package, installed beside what was asked for: by a call of its own, which changes nothing of it.

One call for both fails where the files say that every package has a hash, or come from an index that holds
few: https://pip.pypa.io/en/stable/topics/secure-installs/
"""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.kernelspec.survey import find_readable_kernels

from ..errors import CreationError
from .installing import install_packages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from conda_jupyter_plugin.core.models import Environment

    from .requirements import Requirements

KERNEL_PACKAGE = "ipykernel"

_HASH = re.compile(r"(?:[ \t]*\\\r?\n)?[ \t]*--hash[=\s]\S+")


def install_beside(
    environment: Environment, asked: Requirements, missing: Sequence[str], *, quiet: bool, verbose: bool
) -> None:
    """Install what an environment still lacks: a kernel package, where what was asked for brings none.

    Args:
        asked: What was asked for, and is there by now.
        missing: Other packages that it lacks.

    Raises:
        CreationError: It could not be done; the installer has said why.
    """
    words = [*missing, *([] if any(find_readable_kernels(environment)) else [KERNEL_PACKAGE])]
    if not words:
        return
    with TemporaryDirectory() as folder:
        options = [*asked.options, *_constraints(environment, asked, Path(folder))]
        # A file's index may be the only one in reach, and may be one that lacks it: only trying tells.
        if asked.sources:
            try:
                with_sources = (*options, *asked.sources)
                install_packages(
                    environment, words, options=with_sources, quiet=quiet, verbose=verbose, is_trial=True
                )
            except CreationError:
                pass
            else:
                return
        install_packages(environment, words, options=options, quiet=quiet, verbose=verbose)


def _constraints(environment: Environment, asked: Requirements, folder: Path) -> Iterator[str]:
    """Write the versions that stay as they are into files, and give the options that name these."""
    folders = ("lib/*/site-packages", "Lib/site-packages")
    found = (path for folder in folders for path in environment.prefix.glob(f"{folder}/*-info"))
    matches = (re.fullmatch(r"([\w.]+)-(\d[\w.!+]*)(?:-py.*)?\.\w+-info", path.name) for path in found)
    installed = "".join(f"{match[1]}=={match[2]}\n" for match in matches if match)
    texts = [installed, *(_HASH.sub("", text) for text in asked.constraints.values())]
    for number, text in enumerate(texts):
        path = folder / f"{number}.txt"
        path.write_text(text, encoding="utf-8")
        yield from ("-c", str(path))
