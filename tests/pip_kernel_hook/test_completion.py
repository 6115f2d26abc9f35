import json
import os
import subprocess
import sys

import pytest

from conda_jupyter_plugin.cli.verbs.completion import completion_script
from conda_jupyter_plugin.core.verbs.add import add

from ..shells import SHELLS, completed
from ..support import write_program


@pytest.fixture
def environ(home, open_registry, make_environment):
    """The variables of a shell whose user has two kernels, with the program on PATH."""
    for name in ("opencv", "other"):
        add(open_registry(), make_environment(name, manager="venv"))
    write_program(home / "bin" / "pip-kernel", f'#!/bin/sh\nexec {sys.executable} -m pip_kernel_hook "$@"\n')
    return {**os.environ, "PATH": f"{home / 'bin'}:{os.environ['PATH']}", "TERM": "xterm"}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("pip-kernel s", {"sync"}),
        ("pip-kernel remove o", {"opencv", "other"}),
        ("pip-kernel add --kernel-", {"--kernel-name", "--kernel-display-name"}),
        ("pip-kernel completion f", {"fish"}),
    ],
)
def test_a_shell_completes_verbs_options_and_names(environ, shell, line, expected):
    assert expected <= completed(shell, completion_script("pip-kernel", shell), line, environ)


def test_the_script_is_printed(environ):
    for shell in SHELLS:
        command = [sys.executable, "-m", "pip_kernel_hook", "completion", shell]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
        assert done.stdout.strip() == completion_script("pip-kernel", shell).strip()


def test_a_shell_that_is_not_known_is_bad_usage(environ):
    command = [sys.executable, "-m", "pip_kernel_hook", "completion", "tcsh"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)

    assert done.returncode == 2 and "tcsh" in done.stderr


@pytest.mark.parametrize("words", [["list"], ["completion", "--help"], ["remove", "x"]])
def test_nothing_of_it_is_loaded_unless_a_shell_asks(environ, words):
    code = (
        "import json, sys, pip_kernel_hook.program as program\n"
        f"sys.argv = ['pip-kernel', *{words!r}]\n"
        "try: program.run()\nexcept SystemExit: pass\n"
        "print(json.dumps('argcomplete' in sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environ
    )

    assert json.loads(done.stdout.splitlines()[-1]) is False
