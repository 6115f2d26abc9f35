"""The small program that starts a kernel in its activated environment.

It is written once, at registration, with everything that is fixed worked out. At start it costs one
`/bin/sh`, which becomes the kernel by `exec`, so that Jupyter's signals reach the kernel itself.
"""

from __future__ import annotations

import os
import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from .models import Activation

# VS Code rewrites commands whose first word is "python" and those with a module named "ipykernel".
FILE_NAME = "start-activated.sh"

_HEAD = """\
#!/bin/sh
# Starts a kernel in its activated environment. Written by conda-jupyter-plugin, which writes it anew
# whenever the environment changes: edit nothing here, use `conda kernel add --env` instead.
if [ ! -x "$1" ]; then
    printf '%s\\n' "This kernel cannot start, because $1 is gone: '{sync}' removes it." >&2
    exit 127
fi
path=":$PATH:"
"""

# A virtual environment around us would lend the kernel its packages: IPython looks at VIRTUAL_ENV.
_LEAVE_VIRTUAL_ENVIRONMENT = """\
if [ -n "$VIRTUAL_ENV" ]; then
    case $path in
    *":$VIRTUAL_ENV/bin:"*) path=${path%%":$VIRTUAL_ENV/bin:"*}:${path#*":$VIRTUAL_ENV/bin:"} ;;
    esac
fi
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
"""

# The same steps as conda's `activate.py`: `_replace_prefix_in_path`, else `_add_prefix_to_path`.
_ENTER_CONDA = """\
unset CONDA_PREFIX_1 CONDA_PREFIX_2 CONDA_PREFIX_3 CONDA_PREFIX_4 CONDA_PREFIX_5
unset CONDA_STACKED_2 CONDA_STACKED_3 CONDA_STACKED_4 CONDA_STACKED_5
outer=
[ "${CONDA_SHLVL:-0}" = 0 ] || outer=$CONDA_PREFIX
case $path in
*":${outer:-/}/bin:"*) path=${path%%":$outer/bin:"*}:$own:${path#*":$outer/bin:"} ;;
*) case $outer$path in
    :*condabin:*) path=:$own$path ;;
    :*) path=:$own$first$path ;;
    *) path=:$own$path ;;
    esac ;;
esac
"""


def render_launcher(activation: Activation, env: Mapping[str, str], *, without: Container[str] = ()) -> bytes:
    """Write the launcher's text.

    Args:
        activation: What activating the environment does.
        env: Further variables to set, after the activation.
        without: Variables that kernel.json sets already: those are the kernel's own affair.

    Returns:
        A POSIX shell script that takes the kernel's own command as its arguments.
    """
    head = _HEAD.replace("{sync}", "conda kernel sync" if activation.conda else "pip-kernel sync")
    own, first = os.pathsep.join(activation.path), "".join(f":{folder}" for folder in activation.first_path)
    lines = [head, _LEAVE_VIRTUAL_ENVIRONMENT, f"own={shlex.quote(own)}\nfirst={shlex.quote(first)}\n"]
    lines.append(_ENTER_CONDA if activation.conda else "path=:$own$path\n")
    lines.append("path=${path#:}\nPATH=${path%:}\nexport PATH\n")
    lines += [f"unset {name}\n" for name in activation.unset if _is_name(name)]
    fixed = {name: value for name, value in activation.variables.items() if name not in without}
    variables = {**fixed, **env}
    lines += [f"export {name}={shlex.quote(value)}\n" for name, value in variables.items() if _is_name(name)]
    lines.append('exec "$@"\n')
    return os.fsencode("".join(lines))


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text) is not None
