"""A shell in which conda has activated environments.

Most of what `conda activate` takes is a start of conda: the shell's function asks a fork server instead.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

from conda_base import Conda, run

BASH = "/bin/bash"

# In place of conda.sh's function of this name: hands arguments and variables on, and prints the answer.
_ASK = r"""
__conda_exe() (
    { printf '%s\0' "$#" "$@"; cat /proc/self/environ; printf '\0'; } >&"$asking"
    IFS= read -r -d '' answer <&"$answering"
    printf '%s\n' "$answer"
)
"""

Variables = dict[str, str]


def variables_of(environ: bytes) -> Variables:
    """Gives the variables in a process's `/proc/PID/environ`."""
    return dict(os.fsdecode(item).split("=", 1) for item in environ.split(b"\0") if item)


def activated(conda: Conda, environments: Sequence[str], env: Mapping[str, str]) -> Variables:
    """Gives all variables of a shell that has activated environments, one after the other.

    Args:
        conda: Whose environments; one without forks is started by the shell, as it is elsewhere.
        environments: What follows `conda activate` each time.
        env: The shell's own variables.

    Raises:
        AssertionError: Where conda cannot activate one.
    """
    (asked, asking), (answering, answered) = os.pipe(), os.pipe()
    instead = f"asking={asking} answering={answering}\n{_ASK}" if conda.forks else ""
    lines = [f". '{conda.prefix}/etc/profile.d/conda.sh'", instead]
    lines += [f"conda activate {environment} > /dev/null" for environment in environments]
    command = [BASH, "--norc", "--noprofile", "-c", "\n".join([*lines, "exec cat /proc/self/environ"])]
    with tempfile.TemporaryFile() as printed:
        with subprocess.Popen(command, env=env, stdout=printed, pass_fds=(asking, answering)) as shell:
            os.close(asking)
            os.close(answering)
            with open(asked, "rb", buffering=0) as questions, open(answered, "wb", buffering=0) as answers:
                while question := _next(questions):
                    answers.write(_answer(conda, question) + b"\0")
        assert shell.returncode == 0
        printed.seek(0)
        return variables_of(printed.read())


def _next(questions: IO[bytes]) -> list[bytes]:
    data = b""
    while not data.endswith(b"\0\0"):
        part = questions.read(65536)
        if not part:
            return []
        data += part
    return data[:-2].split(b"\0")


def _answer(conda: Conda, question: list[bytes]) -> bytes:
    count, rest = int(question[0]), question[1:]
    command = [str(conda.python), "-m", "conda", *map(os.fsdecode, rest[:count])]
    env = variables_of(b"\0".join(rest[count:]))
    return os.fsencode(run(command, env, cwd=conda.home, forks=conda.forks).stdout)
