"""A kernel is renamed while it runs and while two servers, which bring kernels in line, look at it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from conda_base import Conda, clean_environ, run
from conda_checks import registered, spec_of
from jupyter_server import serving

from tests.support import wait_until

SECONDS = 60
KERNELS = Path("share", "jupyter", "kernels")

# Keeps a kernel running while its user does something else: a line says how far it is.
RUNNING = """
import sys
from jupyter_client.manager import start_new_kernel

manager, client = start_new_kernel(kernel_name=sys.argv[1], startup_timeout=60)
client.execute_interactive("x = 41", timeout=60)
print("running", flush=True)
sys.stdin.readline()

def show(message):
    if message["msg_type"] == "stream":
        print(message["content"]["text"], end="")

client.execute_interactive("print(x + 1)", timeout=60, output_hook=show)
client.stop_channels()
manager.shutdown_kernel(now=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of the servers' user, who has a virtual environment below a folder that they watch."""
    folder = tmp_path / "home"
    prefix = folder / "work" / "opencv"
    run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], {})
    shutil.copytree(Path(sys.prefix) / KERNELS / "python3", prefix / KERNELS / "python3")
    site = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})"
    (library,) = prefix.glob("lib/*/site-packages")
    (library / "own.pth").write_text(site + "\n")
    settings = folder / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir()
    settings.write_text(f"c.KernelSync.folders = [{str(folder / 'work')!r}]\n")
    return folder


@pytest.fixture
def variables(home: Path) -> dict[str, str]:
    """The variables of its user."""
    return {**clean_environ(), "HOME": str(home), "PATH": "/usr/bin:/bin"}


def names(address: str) -> set[str]:
    with urlopen(f"{address}/api/kernelspecs", timeout=SECONDS) as answer:
        return set(json.load(answer)["kernelspecs"])


@contextmanager
def running(name: str, variables: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", RUNNING, name]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=variables, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "running\n"
        yield process


def test_servers_follow_it_and_what_runs_goes_on(home: Path, variables: dict[str, str]) -> None:
    pip_kernel = [sys.executable, "-m", "pip_kernel_hook"]
    kernels = home / ".local" / "share" / "jupyter" / "kernels"
    choices = ["--env", "A=1", "--display-name", "Vision"]
    run([*pip_kernel, "add", str(home / "work" / "opencv"), *choices], variables)
    chosen = json.loads((kernels / "opencv" / "kernel.json").read_text("utf-8"))
    folders = [home / name / "notebooks" for name in ("first", "second")]
    for folder in folders:
        folder.mkdir(parents=True)

    with ExitStack() as servers:
        addresses = [
            servers.enter_context(serving(folder, variables, application="jupyter_server"))
            for folder in folders
        ]
        assert all("opencv" in names(address) for address in addresses)
        with running("opencv", variables) as process:
            run([*pip_kernel, "rename", "opencv", "cv"], variables)
            for address in addresses:
                wait_until(lambda address=address: {"cv"} == names(address) & {"opencv", "cv"})
            out, _ = process.communicate("\n", timeout=SECONDS)
        assert out == "42\n"
        # What a change in the environment lets them do brings no other name back.
        shutil.copytree(
            home / "work/opencv/share/jupyter/kernels/python3",
            home / "work/opencv/share/jupyter/kernels/second",
        )
        wait_until(lambda: "opencv-second" in names(addresses[0]))
        assert "opencv" not in names(addresses[1])

    renamed = json.loads((kernels / "cv" / "kernel.json").read_text("utf-8"))
    assert (renamed["env"], renamed["display_name"]) == (chosen["env"], "Vision")
    assert json.dumps(renamed["argv"]) == json.dumps(chosen["argv"]).replace("kernels/opencv/", "kernels/cv/")


def test_conda_keeps_what_was_chosen_and_its_commands_keep_the_name(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("kernel", "add", "-n", "opencv", "--env", "A=1", "--display-name", "CV", "--no-activate")
    before = spec_of(conda, "opencv")
    notebook = tmp_path / "analysis.ipynb"
    notebook.write_text('{"metadata": {"kernelspec": {"name": "opencv"}}}', "utf-8")

    done = conda.run("kernel", "rename", "opencv", "cv", "--notebooks", tmp_path, "--write", "--json")
    assert json.loads(done.stdout)["notebooks"] == [{"path": str(notebook), "changed": True}]
    assert notebook.read_text("utf-8") == '{"metadata": {"kernelspec": {"name": "cv"}}}'
    assert registered(conda) == ["cv"]
    after = spec_of(conda, "cv")
    assert {key: after[key] for key in ("argv", "env", "display_name")} == {
        key: before[key] for key in ("argv", "env", "display_name")
    }

    conda.run("install", "-y", "-n", "opencv", "tool")
    conda.run("kernel", "sync")
    conda.run("rename", "-y", "-n", "opencv", "vision")
    assert registered(conda) == ["cv"]
    assert spec_of(conda, "cv")["metadata"]["conda_jupyter_plugin"]["environment"] == "vision"
    conda.run("env", "remove", "-y", "-n", "vision")
    assert registered(conda) == []
