"""conda's configuration as far as it concerns kernels: from its files and variables, in conda's order."""

from __future__ import annotations

import os
from pathlib import Path

from ..core.dataclass import dataclass
from ..core.display_names import check_template
from ..core.errors import UnreadableError
from ..core.log import passing_over
from ..core.presence import names_in
from ..core.reading import read_if_there

TYPE_CHECKING = False
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
    """

    envs_folders: tuple[Path, ...] = ()
    auto: str = "named"
    template: str | None = None
    location: str = "user"


def read_configuration(conda: Path | None) -> Configuration:
    """Read what is configured; what cannot be read, or is no such setting, is passed over.

    Args:
        conda: The base environment, which has a configuration of its own; None where none is known.
    """
    found = list(map(_read, _files(conda)))
    folders = [word for one in found for key in ("envs_dirs", "envs_path") for word in _words(one.get(key))]
    given = os.environ.get("CONDA_ENVS_DIRS") or os.environ.get("CONDA_ENVS_PATH") or ""
    folders += given.split(os.pathsep)
    # YAML 1.1 reads `off` as false.
    auto, template = _setting(found, "kernel_auto", "named"), _setting(found, "kernel_display_name", "")
    return Configuration(
        tuple(Path(_expanded(folder)) for folder in folders if os.path.isabs(_expanded(folder))),
        "off" if auto == "False" else auto,
        template if template and check_template(template) is None else None,
        _expanded(_setting(found, "kernel_location", "user")),
    )


def _files(conda: Path | None) -> Iterator[Path]:
    prefixes = [str(conda)] if conda else []
    active = [os.environ["CONDA_PREFIX"]] if os.environ.get("CONDA_PREFIX") else []
    for folder in map(_expanded, (*_FOLDERS_BEFORE, *prefixes, *_FOLDERS)):
        if os.path.isabs(folder):
            yield from _files_in(Path(folder))
    yield Path(_expanded("~/.condarc"))
    for folder in active:
        yield from _files_in(Path(folder))
    if path := os.environ.get("CONDARC"):
        yield Path(_expanded(path))


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


def _setting(found: Sequence[Mapping[str, Any]], name: str, default: str) -> str:
    """One of our settings: its variable, else the last file that has it."""
    if given := os.environ.get(f"CONDA_PLUGINS_{name.upper()}"):
        return given
    for one in reversed(found):
        plugins = one.get("plugins")
        if isinstance(plugins, dict) and isinstance(plugins.get(name), str | bool):
            return str(plugins[name])
    return default


def _expanded(path: str) -> str:
    return os.path.expandvars(os.path.expanduser(path))
