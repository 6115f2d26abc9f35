"""The requested packages, as arguments of `pip install`, and the ones for the kernel package."""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.dataclass import dataclass
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.system.path_text import as_typed
from conda_jupyter_plugin.core.system.reading import read_text

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence

_OF_A_WHOLE_LIST = frozenset({"--no-deps", "--require-hashes"})
"""The options of `pip install` for a list that names all packages there are to be."""

# https://pip.pypa.io/en/stable/reference/requirements-file-format/
_FURTHER_FILE = re.compile(r"(?m)^[ \t]*(?:-r|--requirement)[ \t=]*(\S+)")
_SOURCE = re.compile(
    r"(?m)^[ \t]*((?:-[if]|--(?:extra-)?index-url|--find-links|--no-index|--trusted-host)(?![\w-]).*)"
)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")


@dataclass(frozen=True)
class Requirements:
    """The requested packages.

    Attributes:
        words: What `pip install` gets for it; empty where only the kernel package is wanted.
        options: The options of `pip install` that hold for the kernel package too.
        sources: Options too: where the requirements files say that packages come from.
        constraints: The texts of the constraints files, by their paths.
    """

    words: tuple[str, ...]
    options: tuple[str, ...]
    sources: tuple[str, ...]
    constraints: Mapping[str, str]


def requirements_of(args: Namespace) -> Requirements:
    """Put together what is asked for.

    Raises:
        UsageError: A file or a folder is not there, or cannot be read.
    """
    sources = tuple(word for path in args.requirements_files for word in _sources(path, set()))
    constraints = {path: _read(path, "-c") for path in args.constraints_files}
    for path in args.editables:
        folder = re.sub(r"\[[^\]]*\]$", "", path)
        if "://" not in folder and not os.path.isdir(os.path.expanduser(folder)):
            raise UsageError(f"-e {as_typed(path)} is not a folder.", "Pass the folder of a project.")
    asked = [*args.requirements, *_each("-r", args.requirements_files), *_each("-e", args.editables)]
    return Requirements(
        (*asked, *_each("-c", constraints), *args.pip_options) if asked else (),
        tuple(word for word in args.pip_options if word not in _OF_A_WHOLE_LIST),
        sources,
        constraints,
    )


def _each(option: str, values: Sequence[str] | Mapping[str, str]) -> list[str]:
    return [word for value in values for word in (option, value)]


def _sources(path: str, seen: set[str]) -> Iterator[str]:
    """Give the options of a requirements file, and of those that it names, that say where packages are."""
    text, folder = _read(path, "-r"), os.path.dirname(path)
    seen.add(path)
    for match in _SOURCE.finditer(text):
        line = _VARIABLE.sub(lambda name: os.environ.get(name[1], name[0]), _COMMENT.sub("", match[1]))
        option, *values = shlex.split(re.sub(r"^(-[if]|--[\w-]+)=?\s*", r"\1 ", line))
        links = [os.path.join(folder, value) for value in values[:1] if option in ("-f", "--find-links")]
        yield from (option, *(links if any(map(os.path.exists, links)) else values[:1]), *values[1:])
    for match in _FURTHER_FILE.finditer(text):
        included = match[1] if "://" in match[1] else os.path.join(folder, match[1])
        if included not in seen:
            yield from _sources(included, seen)


def _read(path: str, option: str) -> str:
    if "://" in path:
        return ""
    try:
        return read_text(os.path.expanduser(path), errors="replace")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UsageError(
            f"{option} {as_typed(path)} cannot be read ({reason}).", "Pass a requirements file."
        ) from error
