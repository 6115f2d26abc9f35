"""From a kernel to the kernelspec to be written; pure, so that 'stale' is simply 'differs'."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .environment import WINDOWS, program_directories, python_of
from .errors import BrokenKernelspecError
from .kernelspec import files_in
from .launcher import FILE_NAME, render_launcher
from .models import METADATA_KEY, Activation, Choices, Kernel, Origin, Rendered, RenderedFile
from .record import write_record

if TYPE_CHECKING:
    from collections.abc import Mapping

_RESOURCE_DIR = "{resource_dir}"


def render(
    kernel: Kernel,
    *,
    name: str,
    display_name: str,
    choices: Choices,
    activation: Activation | None,
    folder: Path,
    beside: Path | None = None,
    origin: Origin | None = None,
    conda: Path | None = None,
    windows: bool = WINDOWS,
) -> Rendered:
    """Render a kernel as it is to be registered.

    Args:
        kernel: The environment's kernel.
        name: The name to register it by.
        display_name: The name to show.
        choices: What the user chose; recorded.
        activation: The environment's activation, None to start the kernel without.
        folder: Where it will lie.
        beside: Where it lies now, for the files of a kernelspec that was written by hand.
        origin: Where the environment lies; recorded.
        conda: The conda that the environment belongs to; recorded.
        windows: Whether the rules of Windows apply.

    Returns:
        The kernelspec: the environment's own one, kept whole, with what makes it start from anywhere.
    """
    base = choices.spec or kernel.spec
    files = _files_beside(kernel.folder)
    if choices.spec and beside:
        files.update(_files_beside(beside))
    command = [_command_word(kernel, windows=windows), *base["argv"][1:]]
    env = {str(key): str(value) for key, value in base.get("env", {}).items()}
    env.update({key: value.replace("$", "$$") for key, value in choices.env.items()})
    if activation and windows:
        env = {**_windows_env(activation), **env}
    elif activation:
        command.insert(0, str(folder / FILE_NAME))
        launcher = render_launcher(activation, choices.env, kept=env)
        files[FILE_NAME] = RenderedFile(launcher, executable=True)
    spec: dict[str, Any] = {**base, "argv": command, "display_name": display_name}
    if env:
        spec["env"] = env
    private = bool(choices.env) or (activation is not None and activation.private)
    if not private:
        choices = replace(choices, share=None)
    spec["metadata"] = {**base.get("metadata", {}), **_metadata(kernel, windows=windows)}
    spec["metadata"][METADATA_KEY] = write_record(kernel, choices, origin, conda)
    files["kernel.json"] = RenderedFile((json.dumps(spec, indent=1) + "\n").encode())
    return Rendered(name, display_name, kernel.language, files, private and not choices.share)


def program(kernel: Kernel, *, windows: bool = WINDOWS) -> Path:
    """Find a kernel's program: Jupyter would make a bare `python` the server's own.

    Args:
        kernel: The kernel.
        windows: Whether the rules of Windows apply.

    Returns:
        Its absolute path: the environment's where there is one, then what PATH has.
    """
    word = str(kernel.spec["argv"][0]).replace(_RESOURCE_DIR, str(kernel.folder))
    directories = program_directories(kernel.environment, windows=windows)
    if os.path.isabs(word):
        moved = directories[0] / Path(word).name
        return moved if not Path(word).exists() and moved.exists() else Path(word)
    if os.path.dirname(word):
        return kernel.environment.prefix / word
    # Another Python is none of this kernel's; anything else may be the system's.
    own_only = word.startswith(("python", "pypy"))
    folders = [*map(str, directories), *([] if own_only else os.environ.get("PATH", "").split(os.pathsep))]
    found = shutil.which(word, path=os.pathsep.join(folders))
    return Path(os.path.abspath(found)) if found else directories[0] / word


def _command_word(kernel: Kernel, *, windows: bool) -> str:
    """The program as kernel.json is to name it; Jupyter puts the registered folder in for one beside it."""
    word = str(kernel.spec["argv"][0])
    return word if word.startswith(_RESOURCE_DIR) else str(program(kernel, windows=windows))


def _metadata(kernel: Kernel, *, windows: bool) -> Mapping[str, Any]:
    environment = kernel.environment
    metadata: dict[str, Any] = {}
    if environment.manager == "conda":
        metadata["conda_env_path"] = str(environment.prefix)
    if kernel.language.lower() == "python":
        metadata["interpreter"] = {"path": str(python_of(environment, windows=windows))}
    return metadata


def _windows_env(activation: Activation) -> Mapping[str, str]:
    # On Windows a program cannot become another one, so Jupyter itself sets what is fixed.
    path = ";".join((*activation.path, *activation.first_path, "${PATH}"))
    fixed = {**activation.variables, **activation.own}
    return {**{key: value.replace("$", "$$") for key, value in fixed.items()}, "PATH": path}


def _files_beside(folder: Path) -> dict[str, RenderedFile]:
    """Read the logos and other files of a kernelspec; links are followed, other things left out."""
    files = {}
    for name, entry in files_in(folder) if folder.is_dir() else ():
        if name not in ("kernel.json", FILE_NAME) and entry.is_file():
            try:
                with open(entry.path, "rb") as file:
                    content = file.read()
            except OSError as error:
                raise BrokenKernelspecError(Path(entry.path), f"cannot be read ({error.strerror})") from error
            files[name] = RenderedFile(content, executable=os.access(entry.path, os.X_OK))
    return files
