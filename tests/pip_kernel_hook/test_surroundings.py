"""A virtual environment's kernel is the same from whatever shell it is written."""

import json
import shutil

import pytest

from ..support import snapshot

OTHER_SHELL = {
    "PATH": "/bin:/usr/bin",
    "LC_ALL": "C",
    "LANG": "de_DE.ISO-8859-1",
    "PYTHONUTF8": "0",
    "TERM": "dumb",
    "CONDA_PREFIX": "/opt",
    "CONDA_CHANGEPS1": "false",
    "VIRTUAL_ENV_DISABLE_PROMPT": "1",
    "PS1": "> ",
    "SHELL": "/bin/fish",
    "USER": "other",
    "COLUMNS": "20",
    "TZ": "UTC+9",
    "VIRTUAL_ENV": "/other",
}


@pytest.mark.parametrize("name", ["opencv", "Bildverarbeitung für Ärzte"])
@pytest.mark.parametrize("language", ["python", "R"])
@pytest.mark.parametrize("choices", [(), ("--env", "A=${A}b"), ("--no-activate", "--display-name", "CV")])
def test_it_is_the_same_from_every_shell(make_environment, run_in, home, language, name, choices):
    spec = {} if language == "python" else {"argv": ["R", "{connection_file}"], "language": "R"}
    prefix = make_environment(name, manager="venv", kernels={language.lower(): spec}).prefix
    kernels = home / ".local" / "share" / "jupyter" / "kernels"
    assert run_in(home, "pip_kernel_hook", "add", prefix, *choices).returncode == 0
    before = snapshot(kernels)

    def pip_kernel(*words):
        finished = run_in(home, "pip_kernel_hook", *words, **OTHER_SHELL)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout

    (row,) = (row for row in json.loads(pip_kernel("list", "--json"))["kernels"] if row["managed"])
    assert row["status"] == "ok"
    assert "Nothing to do" in pip_kernel("sync")
    shutil.rmtree(kernels)
    pip_kernel("add", prefix, *choices)
    assert snapshot(kernels) == before
