"""The small program that starts a kernel in its activated environment.

It is written once, at registration, with everything that is fixed worked out. At start it costs one shell,
which becomes the kernel by `exec`, so that Jupyter's signals reach the kernel itself.
"""

from __future__ import annotations

import os
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from .models import Activation

# VS Code rewrites commands whose first word is "python" and those with a module named "ipykernel".
FILE_NAME = "start-activated.sh"

_SCRIPTS = ("launcher.sh", "launcher_conda.sh")

_BASH = "/bin/bash"
"""What packages write their scripts for. With `-p` it reads no start-up file, and hands on what it cannot
name, such as exported functions, which other shells drop."""


def read_scripts() -> None:
    """Read the launcher's parts, which are kept: their files may be gone when they are needed."""
    for name in _SCRIPTS:
        _text(name)


def render_launcher(
    activation: Activation, env: Mapping[str, str], *, kept: Iterable[str] = (), bash: bool | None = None
) -> bytes:
    """Write the launcher's text.

    Args:
        activation: What activating the environment does.
        env: Further variables to set, after the activation.
        kept: Variables that kernel.json sets: they stay as they are, whatever the activation says. Only to
            PATH the environment's folders are added all the same.
        bash: Whether it is written for bash; None where this machine's having it decides.

    Returns:
        A shell script that takes the kernel's own command as its arguments.
    """
    if bash is None:
        bash = os.path.exists(_BASH)
    sync = "conda kernel sync" if activation.conda else "pip-kernel sync"
    shebang = f"#!{_BASH} -p\n" if bash else "#!/bin/sh\n"
    kept = [name for name in kept if _is_name(name) and name not in env and name != "PATH"]
    lines = [shebang, _text("launcher.sh").replace("@SYNC@", sync)]
    lines += [f"__kernel_has_{name}=${{{name}+yes}} __kernel_{name}=${name}\n" for name in kept]
    lines += _conda(activation, sync) if activation.conda else _venv(activation)
    lines += [
        f'if [ -n "$__kernel_has_{name}" ]; then export {name}="$__kernel_{name}"; fi\n' for name in kept
    ]
    lines += _exports(env)
    lines.append('exec "$@"\n')
    return os.fsencode("".join(lines))


def _conda(activation: Activation, sync: str) -> Iterator[str]:
    first = "".join(f":{folder}" for folder in activation.first_path)
    yield _text("launcher_conda.sh").replace("@SYNC@", sync)
    yield f"__kernel_enter {shlex.quote(os.pathsep.join(activation.path))} {shlex.quote(first)}\n"
    for name in filter(_is_name, activation.own):
        # What a variable of the environment's hides comes back on deactivation.
        yield f'if [ -n "${{{name}+yes}}" ]; then export __CONDA_SHLVL_0_{name}="${name}"; fi\n'
    yield from (f"unset {name}\n" for name in filter(_is_name, activation.unset))
    yield from _exports({**activation.variables, **activation.own})
    yield '__kernel_run_scripts "$CONDA_PREFIX/etc/conda/activate.d"\n'
    yield "trap - EXIT\n"


def _venv(activation: Activation) -> Iterator[str]:
    yield f'PATH={shlex.quote(os.pathsep.join(activation.path))}"${{PATH:+:$PATH}}"\nexport PATH\n'
    yield from (f"unset {name}\n" for name in filter(_is_name, activation.unset))
    yield from _exports(activation.variables)


def _exports(variables: Mapping[str, str]) -> Iterator[str]:
    return (f"export {name}={shlex.quote(value)}\n" for name, value in variables.items() if _is_name(name))


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) is not None
