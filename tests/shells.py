"""Real shells that complete a line as if their user pressed Tab."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping

import pexpect
import pytest

SHELLS = ("bash", "zsh", "fish")

_BASH = """
eval "$1"
line=$2
COMP_WORDS=($line)
case $line in *' ') COMP_WORDS+=('');; esac
COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE=$line COMP_POINT=${#line} COMP_TYPE=9
program=${COMP_WORDS[0]}
$(complete -p "$program" | sed 's/.* -F \\([^ ]*\\) .*/\\1/') "$program"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def completed(shell: str, script: str, line: str, environ: Mapping[str, str]) -> set[str]:
    """Says what a shell offers for the last word of a line.

    Args:
        shell: The shell; the test is skipped where it is not installed.
        script: What switches completion on.
        line: What is typed.
        environ: Its environment variables.
    """
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    if shell == "zsh":
        return _completed_by_zsh(script, line, environ)
    if shell == "bash":
        command = ["bash", "--norc", "-c", _BASH, "bash", script, line]
    else:
        command = ["fish", "--no-config", "-c", f'{script}\ncomplete -C "{line}"']
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=False)
    return {offered.split("\t")[0].strip() for offered in done.stdout.splitlines() if offered.strip()}


def _completed_by_zsh(script: str, line: str, environ: Mapping[str, str]) -> set[str]:
    """zsh completes on a terminal only: Ctrl-D lists what it would offer there."""
    zsh = pexpect.spawn("zsh", ["-f", "-i"], env=dict(environ), encoding="utf-8", dimensions=(200, 300))
    zsh.sendline("autoload -Uz compinit; compinit -u -D; cd ~")
    with open(os.path.join(environ["HOME"], "completion.zsh"), "w", encoding="utf-8") as file:
        file.write(script)
    zsh.sendline("source completion.zsh; echo sour''ced")
    zsh.expect("sourced\r", timeout=60)
    # it reads on when all is shown: Ctrl-U takes the line away again
    zsh.send(f"{line}\x04\x15")
    zsh.sendline("echo sho''wn")
    zsh.expect("shown\r", timeout=60)
    shown = zsh.before or ""
    zsh.close(force=True)
    return set(re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", " ", shown).split())
