"""A kernel that cannot start explains itself to whoever runs a cell in it."""

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location

from ..support import wait_until, write_spec
from .conftest import append, site_packages
from .test_check import (
    delete_the_interpreter,
    let_a_script_end_the_shell,
    remove_the_kernel_package,
    take_the_permission_away,
)

CLIENT = """
import json, sys
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel(kernel_name="opencv", startup_timeout=60)
info = client.kernel_info(reply=True, timeout=60)["content"]["language_info"]
reply = client.execute_interactive("1 + 1", timeout=10, output_hook=print)["content"]
print(json.dumps([manager.provisioner.pid, info["name"], reply["ename"], reply["evalue"]]), file=sys.stderr)
"""
END = "client.stop_channels(); manager.shutdown_kernel()\n"


@pytest.fixture(autouse=True)
def _with_its_own_connection_files(tmp_path, monkeypatch):
    """What a client leaves behind that ends at once goes with the test."""
    monkeypatch.setenv("TMPDIR", str(tmp_path))


def run_client(code):
    """Runs a Jupyter client, as the server is one, and gives what it says last."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1]), done.stderr


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


WAYS = [
    (delete_the_interpreter, "PREFIX/bin/python is gone. Run 'pip-kernel sync' to remove the kernel."),
    (let_a_script_end_the_shell, "PREFIX/bin/activate ended the shell with status 3. Fix that script"),
    (take_the_permission_away, "you do not have permission to run PREFIX/bin/python"),
    (
        remove_the_kernel_package,
        "the kernel package ipykernel is missing. Install it: pip-kernel add PREFIX --install",
    ),
]


@pytest.mark.parametrize(("way", "said"), WAYS)
def test_running_a_cell_says_why(opencv, way, said):
    way(opencv.prefix)

    (pid, language, name, sentence), told = run_client(CLIENT + END)

    assert (language, name) == ("python", "KernelCannotStart")
    assert sentence.startswith("This kernel cannot start, because ")
    assert said.replace("PREFIX", str(opencv.prefix)) in sentence
    assert sentence in told.splitlines()[0]
    assert not is_alive(pid)


def test_one_whose_kernelspec_alone_was_taken_away_starts(opencv, check):
    shutil.rmtree(opencv.prefix / "share/jupyter/kernels/python3")
    starting = "from ipykernel.kernelapp import launch_new_instance\nlaunch_new_instance()\n"
    (site_packages(opencv.prefix) / "ipykernel_launcher.py").write_text(starting)

    assert check().ok


def test_it_ends_with_whoever_started_it(opencv):
    delete_the_interpreter(opencv.prefix)

    (pid, *_), _ = run_client(CLIENT + "import os; sys.stderr.flush(); os._exit(0)\n")

    wait_until(lambda: not is_alive(pid))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_whom_a_signal_ends_does_not_live_on(opencv, home, number):
    append(opencv.prefix / "bin/activate", "\ntouch here; sleep 100\n")
    spec = json.loads((user_location().kernels / "opencv/kernel.json").read_text())
    process = subprocess.Popen(spec["argv"], cwd=home, stderr=subprocess.DEVNULL, start_new_session=True)
    wait_until((home / "here").exists)

    os.killpg(process.pid, number)

    assert process.wait(60) in (-number, 128 + number)


def test_nbconvert_shows_the_sentence(opencv, home):
    delete_the_interpreter(opencv.prefix)
    notebook = home / "analysis.ipynb"
    cell = {"cell_type": "code", "source": "1", "metadata": {}, "outputs": [], "execution_count": None}
    kernelspec = {"name": "opencv", "display_name": "opencv", "language": "python"}
    metadata = {"kernelspec": kernelspec}
    document = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [cell]}
    notebook.write_text(json.dumps(document))

    command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", str(notebook)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=home)

    assert done.returncode == 1
    assert f"{opencv.prefix}/bin/python is gone. Run 'pip-kernel sync' to remove the kernel." in done.stderr


def test_a_kernel_that_runs_no_line_is_seen_through(opencv, check, home):
    path = user_location().kernels / "opencv"
    spec = json.loads((path / "kernel.json").read_text())
    write_spec(path, {**spec, "language": "cobol"})
    let_a_script_end_the_shell(opencv.prefix)

    checked = check()

    assert not checked.ok
    assert checked.error == f"{opencv.prefix}/bin/activate ended the shell with status 3"


def test_where_no_python_has_jupyter_it_ends_as_before(opencv, tmp_path):
    delete_the_interpreter(opencv.prefix)
    spec = json.loads((user_location().kernels / "opencv/kernel.json").read_text())
    connection = tmp_path / "connection.json"
    connection.write_text(json.dumps({"shell_port": 1}))
    command = [str(connection) if word == "{connection_file}" else word for word in spec["argv"]]

    # The parent is no Python: an `env` that becomes a shell.
    line = ["/bin/sh", "-c", '"$@"; exit $?', "sh", *command]
    env = {"PATH": "/nowhere", "HOME": str(tmp_path)}
    done = subprocess.run(line, env=env, capture_output=True, text=True)

    assert done.returncode == 127
    assert "python is gone" in done.stderr


def test_a_kernel_that_starts_never_reads_it(opencv):
    path = user_location().kernels / "opencv" / "start-activated.sh"
    text = path.read_text()
    before, _, code = text.partition("__kernel_stand_in'\n")

    assert "import json" in code
    assert before.rstrip().splitlines()[-2] == "__kernel_resume"


@pytest.mark.parametrize("module", ["jupyter_client", "json", "zmq", "signal"])
@pytest.mark.parametrize("where", ["folder", "PYTHONPATH"])
def test_nothing_beside_the_notebook_is_imported(opencv, tmp_path, monkeypatch, module, where):
    ran, folder = tmp_path / "ran", tmp_path / "downloads"
    folder.mkdir()
    (folder / f"{module}.py").write_text(f"open({str(ran)!r}, 'w')\nraise SystemExit('not the real one')\n")
    delete_the_interpreter(opencv.prefix)
    # jupyter_client itself is to find its own modules: only the kernel is started there.
    start = (
        f"cwd={str(folder)!r}" if where == "folder" else f"env=dict(os.environ, PYTHONPATH={str(folder)!r})"
    )
    client = "import os\n" + CLIENT.replace("startup_timeout=60", f"startup_timeout=60, {start}")

    (_, _, name, reason), _ = run_client(client + END)

    assert (name, reason.split(". ")[0]) == (
        "KernelCannotStart",
        f"This kernel cannot start, because {opencv.prefix}/bin/python is gone",
    )
    assert not ran.exists()
