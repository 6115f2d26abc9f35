"""Renders a kernel's kernelspec, as a pure function, so that 'stale' means 'differs'."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from .. import system
from ..dataclass import dataclass, replace
from ..environment.environment import python_of
from ..errors import BrokenKernelspecError
from ..failures import log
from ..kernelspec.kernel_json import files_in, is_program, is_regular, provisioner_of
from ..kernelspec.kernel_packages import source_of
from ..kernelspec.program import placed, started_program
from ..kernelspec.record import METADATA_KEY, write_record
from ..kernelspec.survey import KERNELS
from ..models import Activation, Choices, Kernel, Owner
from ..rendered import Rendered, RenderedFile
from ..system.path_text import all_for_everybody
from ..system.reading import is_present
from .command import FILE_NAME, start_with
from .launcher import carried, render_launcher
from .variables import Value
from .windows_env import windows_env

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .provisioning import Launch


@dataclass(frozen=True)
class Draft:
    """The decisions about a kernelspec before it is rendered.

    Attributes:
        kernel: The environment's kernel.
        owner: The owner to record: its environment and its choices.
        display_name: The name to show.
        activation: The environment's activation, None to start the kernel without.
        folder: Where it will lie; the kernel's name is this folder's.
        files_from: Where the files of a kernelspec that was written by hand lie.
        env: Its variables, where they are known and not to be worked out.
    """

    kernel: Kernel
    owner: Owner
    display_name: str
    activation: Activation | None
    folder: Path
    files_from: Path | None = None
    env: Mapping[str, str] | None = None


def render(draft: Draft) -> Rendered:
    """Render a kernel as it is to be registered.

    Returns:
        The kernelspec: the environment's own one, kept whole, with what makes it start from anywhere.
    """
    choices = draft.owner.choices
    launch = _launch(draft)
    # What a program of Jupyter's own starts elsewhere is activated there.
    activation = draft.activation if launch is None or launch.takes_activation else None
    base = choices.spec or draft.kernel.spec
    env, values = _variables(base, choices)
    if draft.env is not None:
        env = {**draft.env}
    elif activation:
        env = windows_env(activation, env) if system.WINDOWS else {**env, **carried(values)}
    private = bool(choices.env) or (activation is not None and activation.private) or _was_private(draft)
    spec: dict[str, Any] = {
        **base,
        "argv": _argv(draft, base, activation, launch),
        "display_name": draft.display_name,
        **({"env": env} if env else {}),
        "metadata": _metadata(draft, base, private=private),
    }
    files = {**_files(draft), **(launch.files if launch else {})}
    if activation and not system.WINDOWS:
        files[FILE_NAME] = RenderedFile(
            render_launcher(activation, values, source_of(draft.kernel, base["argv"]))
        )
    files["kernel.json"] = RenderedFile(document=all_for_everybody(spec))
    return Rendered(
        draft.folder.name.lower(),
        draft.display_name,
        draft.kernel.language,
        files,
        private and not choices.share,
        provisioner_of(spec),
    )


def _launch(draft: Draft) -> Launch | None:
    """The provisioner's way to start the kernel; None if Jupyter starts it, as usual."""
    if draft.owner.choices.provisioner is None:
        return None
    from .provisioning import launch_by

    return launch_by(draft.owner.choices.provisioner, draft.kernel, draft.folder)


def _argv(
    draft: Draft,
    base: Mapping[str, Any],
    activation: Activation | None,
    launch: Launch | None,
) -> list[str]:
    """The command: the launcher where there is one, the environment's program, and what follows it."""
    kernel, choices = draft.kernel, draft.owner.choices
    words = base["argv"][1:]
    if not choices.spec:
        words = [placed(word, kernel, str(kernel.folder)) for word in words]
    # What somebody wrote by hand has its placeholders still: Jupyter puts in what it did before.
    command = [str(started_program(kernel, choices)), *words]
    if launch:
        command = launch.command(command)
    if not activation or system.WINDOWS:
        return command
    launcher = draft.folder / FILE_NAME
    return [*(launch.start_with(launcher, activation) if launch else start_with(launcher)), *command]


def _variables(base: Mapping[str, Any], choices: Choices) -> tuple[dict[str, str], dict[str, Value]]:
    """The kernelspec's own variables and those that were chosen: in Jupyter's way of writing, and read."""
    given = {str(key): str(value) for key, value in base.get("env", {}).items()}
    chosen = {key: Value.of_option(text) for key, text in choices.env.items()}
    values = {key: Value.of_kernelspec(text) for key, text in given.items()} | chosen
    # The activation goes in front of a PATH, whatever that is.
    values = {key: value for key, value in values.items() if key != "PATH" or key in value.names}
    return {**given, **{key: value.for_kernelspec() for key, value in chosen.items()}}, values


def _metadata(draft: Draft, base: Mapping[str, Any], *, private: bool) -> Mapping[str, Any]:
    environment, owner = draft.kernel.environment, draft.owner
    metadata = {**base.get("metadata", {})}
    if provisioner := owner.choices.provisioner:
        metadata["kernel_provisioner"] = provisioner.stanza
    if environment.manager == "conda":
        metadata["conda_env_path"] = str(environment.prefix)
    if draft.kernel.language.lower() == "python":
        metadata["interpreter"] = {"path": str(python_of(environment))}
    if not private:
        # There is nothing to be shared any more.
        owner = replace(owner, choices=replace(owner.choices, share=None))
    return {**metadata, METADATA_KEY: write_record(owner)}


def _was_private(draft: Draft) -> bool:
    """Whether only its owner could read a hand-made kernelspec."""
    if not draft.owner.choices.spec or draft.files_from is None:
        return False
    path = draft.files_from / "kernel.json"
    return is_present(path) and not os.stat(path).st_mode & 0o044


def _files(draft: Draft) -> dict[str, RenderedFile]:
    if draft.owner.choices.spec and draft.files_from:
        return _files_beside(draft.files_from, draft.files_from)
    return _files_beside(draft.kernel.folder, draft.kernel.environment.prefix)


def _files_beside(folder: Path, whole: Path) -> dict[str, RenderedFile]:
    """Name the logos and other files of a kernelspec; what is no file, or is elsewhere, is left out.

    Args:
        whole: The environment, or what else its files are to lie in.
    """
    files = {}
    real, inside = os.path.realpath(folder), os.path.realpath(whole)
    try:
        for name, entry in files_in(folder) if is_present(folder) else ():
            if name not in ("kernel.json", FILE_NAME) and is_regular(entry):
                source = os.path.realpath(entry.path) if entry.is_symlink() else os.path.join(real, name)
                if not _may_be_copied(source, inside, os.path.join(folder.name, name)):
                    log(f"Not copied: {entry.path} links to a file outside {whole}.")
                    continue
                if not os.access(source, os.R_OK):
                    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), entry.path)
                executable = is_program(entry.stat().st_mode)
                files[name] = RenderedFile(executable=executable, source=Path(source))
    except OSError as error:
        raise BrokenKernelspecError.unreadable(Path(error.filename or folder), error) from error
    return files


def _may_be_copied(source: str, inside: str, name: str) -> bool:
    """Whether everybody who sees the kernel may read a file, also through a link.

    What is in the environment may, and the same file where an installer keeps it: conda with soft links, uv
    with its link mode "symlink".
    """
    if source.startswith(os.path.join(inside, "")):
        return True
    return source.endswith(os.path.join(os.sep, *KERNELS, name))
