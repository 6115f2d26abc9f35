"""Hand-made kernelspecs: whether they can become managed, and what of them stays."""

from __future__ import annotations

import filecmp
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..environment.environment import environment_around, same_prefix
from ..errors import BrokenKernelspecError
from ..models import Choices
from ..system.path_text import paths_into
from .kernel_json import files_in, is_regular
from .program import program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..models import Installed, Kernel

# A shell's own script, or a launcher, may activate what it likes: ours would be in its way.
_STARTING_OTHERS = frozenset(
    {"ash", "bash", "cmd", "conda", "csh", "dash", "env", "fish", "ksh", "mamba", "micromamba", "pixi"}
    | {"powershell", "pwsh", "sh", "tcsh", "uv", "zsh"}
)

# What `ipykernel install` adds or leaves out, as its version has it.
_VARYING_WORD, _VARYING_METADATA = "-Xfrozen_modules=off", ("debugger", "supported_encryption")


def is_adoptable(item: Installed, kernel: Kernel) -> bool:
    """Whether a kernelspec is a plain hand-made one for this environment and language.

    Returns:
        False too for what cannot be activated without changing it: what begins with a shell or another
        launcher, what is a link to a kernelspec that is kept elsewhere, what has more than files beside it.
    """
    if not _is_somebodys(item, kernel):
        return False
    if os.path.islink(item.folder) or os.path.islink(item.folder / "kernel.json"):
        return False
    command = Path(item.spec["argv"][0])
    environment = environment_around(command) if command.is_absolute() else None
    own = environment is not None and same_prefix(environment.prefix, kernel.environment.prefix)
    plain = own and command.stem.lower() not in _STARTING_OTHERS
    return plain and _has_files_alone(item.folder)


def is_left_to_its_writer(item: Installed, kernel: Kernel) -> bool:
    """Whether a hand-made kernelspec has its own settings and its user did not ask to adopt it."""
    if not _is_somebodys(item, kernel):
        return False
    if is_adoptable(item, kernel):
        return _essence(item.spec) != _essence(kernel.spec)
    words, environment = item.spec["argv"], kernel.environment
    inside = paths_into(environment.prefix)
    by_name = rf"""(activate|-n|--name)["']?[ =]+["']?{re.escape(environment.name)}["']?([\s;&]|$)"""
    links = (os.path.realpath(item.folder), os.path.realpath(item.folder / "kernel.json"))
    return any(map(inside.search, (*words, *links))) or re.search(by_name, " ".join(words)) is not None


def choices_of(item: Installed, kernel: Kernel) -> Choices:
    """Find the choices in a hand-made kernelspec: everything that the kernel's own lacks.

    Args:
        item: The kernelspec, which can be adopted.
    """
    spec = {key: value for key, value in item.spec.items() if key != "display_name"}
    return Choices(
        display_name=item.spec.get("display_name") or None,
        spec=None if _says_nothing_new(item, spec, kernel) else spec,
    )


def _has_files_alone(folder: Path) -> bool:
    try:
        return all(is_regular(entry) for _, entry in files_in(folder))
    except (OSError, BrokenKernelspecError):
        return False


def _is_somebodys(item: Installed, kernel: Kernel) -> bool:
    """Whether a kernelspec is not ours, can be used, and is for a kernel's language."""
    if item.owner is not None or item.problem is not None or item.later:
        return False
    return bool(item.spec.get("language", "").lower() == kernel.language.lower())


def _says_nothing_new(item: Installed, spec: Mapping[str, Any], kernel: Kernel) -> bool:
    own = {**kernel.spec, "argv": [str(program(kernel)), *kernel.spec["argv"][1:]]}
    metadata = own.get("metadata", {})
    if any(metadata.get(key) != value for key, value in spec.get("metadata", {}).items()):
        return False
    if any(own.get(key) != value for key, value in spec.items() if key != "metadata"):
        return False
    files = {name: entry.path for name, entry in files_in(item.folder) if name != "kernel.json"}
    return all(_is_alike(path, os.path.join(kernel.folder, name)) for name, path in files.items())


def _is_alike(path: str, own: str) -> bool:
    # Only regular files end.
    return os.path.isfile(path) and os.path.isfile(own) and filecmp.cmp(path, own, shallow=False)


def _essence(spec: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields that distinguish kernelspecs of one kernel."""
    aside = ("display_name", "env", "kernel_protocol_version")
    metadata = {**spec.get("metadata", {})}
    for key in _VARYING_METADATA:
        metadata.pop(key, None)
    argv = [word for word in spec["argv"][1:] if word != _VARYING_WORD]
    return {**{key: spec[key] for key in spec if key not in aside}, "argv": argv, "metadata": metadata}
