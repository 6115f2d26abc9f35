"""Closed streams, readers that have gone, and interruptions: conda's own output and status stay conda's."""

from __future__ import annotations

import json
import os
import shlex
import subprocess

import pytest
from conda_base import Conda
from conda_checks import Done, environments, one_document, registered

INTERRUPTED = """
import os, signal, sys
from importlib import import_module
module = import_module(f"conda_jupyter_plugin.{sys.argv[1]}")
function = getattr(module, sys.argv[2])

def interrupt(*args, **options):
    os.kill(os.getpid(), signal.SIGINT)
    return function(*args, **options)

setattr(module, sys.argv[2], interrupt)
from conda.cli.main import main
sys.exit(main(*sys.argv[3:]))
"""


def in_a_shell(conda: Conda, script: str) -> subprocess.CompletedProcess[str]:
    """Runs a bash script in which `conda` is this conda."""
    command = shlex.join([str(conda.python), "-m", "conda"])
    script = f'set -o pipefail; conda() {{ {command} "$@"; }}; {script}'
    words = ["bash", "-c", script]
    return subprocess.run(
        words, env=conda.variables(), capture_output=True, text=True, check=False, cwd=conda.home
    )


@pytest.mark.parametrize("command", ["create", "kernel create"])
def test_without_stderr_json_is_one_document(conda: Conda, command: str) -> None:
    flag = "" if command.startswith("kernel") else "--kernel"
    done = in_a_shell(conda, f"conda {command} -y -n opencv {flag} --json bash_kernel 2>&-")

    assert done.returncode == 0
    assert json.loads(done.stdout)["success"] is True
    assert registered(conda) == ["opencv"]


@pytest.mark.parametrize("sink", ["| true", "> /dev/full", ">&-"])
def test_a_line_that_nobody_reads_is_no_failure(conda: Conda, sink: str) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    script = "conda {} env config vars set -n opencv A=b {}"
    without = in_a_shell(conda, script.format("--no-plugins", sink))
    done = in_a_shell(conda, script.format("", sink))

    assert done.returncode == without.returncode == 0
    assert done.stderr.count("\n") <= 1
    assert "A" in (conda.kernels_dir / "opencv" / "start-activated.sh").read_text()


@pytest.mark.parametrize("option", ["--download-only", "--dry-run"])
def test_what_registers_nothing_is_told_in_one_document_too(conda: Conda, option: str) -> None:
    done = conda.run("kernel", "create", "-y", "-n", "opencv", option, "--json", "bash_kernel")

    document = one_document(done)
    assert (document["success"], document["refreshed"], document["removed"]) == (True, [], [])
    assert environments(conda) == registered(conda) == []


@pytest.mark.parametrize(
    "where", ["cli.verbs.add.add_one", "core.storage.store.locked", "core.storage.store.put"]
)
@pytest.mark.parametrize("options", ["", "--json"])
@pytest.mark.parametrize("command", ["create --kernel", "kernel create"])
def test_an_interruption_while_the_kernel_is_registered_is_condas(
    conda: Conda, command: str, options: str, where: str
) -> None:
    words = f"{command} -y -n opencv {options} bash_kernel".split()
    done = interrupted(conda, where, *words)

    assert done.returncode == 1
    told = one_document(done) if options else {}
    assert "KeyboardInterrupt" in told.get("error", done.stderr)
    assert "registered" not in done.stdout + done.stderr
    assert registered(conda) == []
    assert (conda.env_prefix("opencv") / "share/jupyter/kernels/bash/kernel.json").is_file()
    conda.run("kernel", "add", "-n", "opencv")
    assert {*os.listdir(conda.data_dir / ".conda-jupyter-plugin")} <= {"lock", "stamps.json"}


@pytest.mark.parametrize("options", ["", "--json"])
@pytest.mark.parametrize(
    "where", ["cli.verbs.add.add_one", "core.storage.store.locked", "core.storage.store.put"]
)
def test_an_interruption_of_a_verb_is_a_line_and_the_status_of_a_shell(
    conda: Conda, options: str, where: str
) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel", env={"CONDA_PLUGINS_KERNEL_AUTO": "off"})

    done = interrupted(conda, where, *f"kernel add -n opencv {options}".split())

    assert done.returncode == 130
    told = one_document(done)["error"] if options else done.stderr.strip()
    assert (told, done.stderr if options else done.stdout) == ("Interrupted.", "")
    conda.run("kernel", "add", "-n", "opencv")
    assert {*os.listdir(conda.data_dir / ".conda-jupyter-plugin")} <= {"lock", "stamps.json"}


def test_an_interruption_of_what_comes_by_itself_is_a_line(conda: Conda) -> None:
    done = interrupted(conda, "core.storage.store.put", "create", "-y", "-n", "opencv", "bash_kernel")

    assert done.returncode == 0
    assert (
        done.stderr == "conda-jupyter-plugin: interrupted. Run `conda kernel sync` to update the kernels.\n"
    )
    conda.run("kernel", "sync")
    assert registered(conda) == ["opencv"]


def interrupted(conda: Conda, where: str, *words: str) -> Done:
    """Runs a conda command that gets the signal of Ctrl-C when it comes to a function of the project."""
    return conda.run_code(INTERRUPTED, *where.rsplit(".", 1), *words)
