"""conda's configuration as far as it concerns kernels: from its files and variables, in conda's order."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.system.reading import names_in, read_if_there
from ...settings import NAMED, auto_of, check_setting, expand

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

# conda's `base/constants.py`, SEARCH_PATH: what comes later counts more.
_FOLDERS_BEFORE = ("/etc/conda", "/var/lib/conda")
_FOLDERS = ("$XDG_CONFIG_HOME/conda", "~/.config/conda", "~/.conda")
_NAMES = (".condarc", "condarc")


@dataclass(frozen=True)
class Configuration:
    """What is configured.

    Attributes:
        envs_folders: The folders of named environments, beside conda's usual ones.
        auto: `plugins.kernel_auto`, as it is written.
        template: `plugins.kernel_display_name`; None where it is not set, or no template.
        location: `plugins.kernel_location`.
        exclude: `plugins.kernel_exclude`.
    """

    envs_folders: tuple[Path, ...] = ()
    auto: str = NAMED
    template: str | None = None
    location: str = "user"
    exclude: tuple[str, ...] = ()


def read_configuration(conda: Path | None) -> Configuration:
    """Read what is configured; what cannot be read, or is no such setting, is passed over.

    Args:
        conda: The base environment, which has a configuration of its own; None where none is known.
    """
    found = list(map(_read, _files(conda)))
    folders = [
        word for document in found for key in ("envs_dirs", "envs_path") for word in _words(document.get(key))
    ]
    given = os.environ.get("CONDA_ENVS_DIRS") or os.environ.get("CONDA_ENVS_PATH") or ""
    folders += given.split(os.pathsep)
    template, location = (_setting(found, name) for name in ("kernel_display_name", "kernel_location"))
    return Configuration(
        tuple(Path(expand(folder)) for folder in folders if os.path.isabs(expand(folder))),
        auto_of(_setting(found, "kernel_auto") or NAMED),
        template if template and check_setting("kernel_display_name", template) is True else None,
        location if location and check_setting("kernel_location", location) is True else "user",
        tuple(_exclude(found)),
    )


def _files(conda: Path | None) -> Iterator[Path]:
    prefixes = [str(conda)] if conda else []
    active = [os.environ["CONDA_PREFIX"]] if os.environ.get("CONDA_PREFIX") else []
    for folder in map(expand, (*_FOLDERS_BEFORE, *prefixes, *_FOLDERS)):
        if os.path.isabs(folder):
            yield from _files_in(Path(folder))
    yield Path(expand("~/.condarc"))
    for folder in active:
        yield from _files_in(Path(folder))
    if path := os.environ.get("CONDARC"):
        yield Path(expand(path))


def _files_in(folder: Path) -> Iterator[Path]:
    yield from (folder / name for name in _NAMES)
    with passing_over(UnreadableError):
        names = names_in(folder / "condarc.d")
        yield from (folder / "condarc.d" / name for name in names if name.endswith((".yml", ".yaml")))


def _read(path: Path) -> Mapping[str, Any]:
    import yaml

    with passing_over(UnreadableError, ValueError, RecursionError, yaml.YAMLError):
        found = yaml.safe_load(read_if_there(path) or "")
        return found if isinstance(found, dict) else {}
    return {}


def _words(value: object) -> Sequence[str]:
    return [word for word in value if isinstance(word, str)] if isinstance(value, list) else ()


def _exclude(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The patterns of the variable, as conda takes them, and of all files."""
    given = os.environ.get("CONDA_PLUGINS_KERNEL_EXCLUDE", "")
    yield from filter(None, (word.strip() for word in given.split(",")))
    for document in found:
        plugins = document.get("plugins")
        yield from _words(plugins.get("kernel_exclude") if isinstance(plugins, dict) else None)


def _setting(found: Sequence[Mapping[str, Any]], name: str) -> str:
    """The value of a setting: its variable, else the last file that has it; empty if unset."""
    if given := os.environ.get(f"CONDA_PLUGINS_{name.upper()}"):
        return given
    for document in reversed(found):
        plugins = document.get("plugins")
        if isinstance(plugins, dict) and isinstance(plugins.get(name), str | bool):
            return str(plugins[name])
    return ""
