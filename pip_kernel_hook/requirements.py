"""What is to be installed, in the words of `pip install`."""

from __future__ import annotations

import os
import re

from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.reading import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace

KERNEL_PACKAGE = "ipykernel"

_FILES = {"requirements_files": "-r", "constraints_files": "-c"}
_NAMES_KERNEL_PACKAGE = re.compile(rf"(?im)^{KERNEL_PACKAGE}(?![\w.-])")


def words_for_pip(args: Namespace) -> list[str]:
    """Put together what `pip install` gets: what was asked for, and a kernel package where that names none.

    Args:
        args: The parsed options.

    Raises:
        UsageError: A file or a folder is not there, or cannot be read.
    """
    files = {option: getattr(args, name) for name, option in _FILES.items()}
    texts = [_read(path, option) for option, paths in files.items() for path in paths]
    for path in args.editables:
        folder = re.sub(r"\[[^\]]*\]$", "", path)
        if "://" not in folder and not os.path.isdir(os.path.expanduser(folder)):
            raise UsageError(f"-e {path} is no folder.", "Give it the folder of a project.")
    named = any(map(_NAMES_KERNEL_PACKAGE.match, args.requirements)) or any(
        map(_NAMES_KERNEL_PACKAGE.search, texts[: len(args.requirements_files)])
    )
    words = [*([] if named else [KERNEL_PACKAGE]), *args.requirements]
    for option, paths in (*files.items(), ("-e", args.editables)):
        words += [word for path in paths for word in (option, path)]
    return [*words, *args.pip_options]


def _read(path: str, option: str) -> str:
    if "://" in path:
        return ""
    try:
        return read_text(os.path.expanduser(path), errors="replace")
    except OSError as error:
        told = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{option} {path} cannot be read ({told}).", "Give it a requirements file."
        ) from error
