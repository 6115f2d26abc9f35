"""Jupyter's signals reach the kernel itself and its children, and no process stays behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conda_base import Conda, run
from conda_checks import listed, one_document

# Starts `opencv`, runs the cells of a plan in it, interrupting each as soon as it says "running", restarts it
# and shuts it down; prints what came of it as JSON.
_CLIENT = """
import json, sys
from jupyter_client.manager import start_new_kernel

def interrupted(code):
    def on_output(message):
        if message["msg_type"] == "stream" and "running" in message["content"]["text"]:
            manager.interrupt_kernel()
    reply = client.execute_interactive(code, timeout=40, output_hook=on_output, allow_stdin=False)
    return reply["content"].get("ename", reply["content"]["status"])

def printed(code):
    texts = []
    def on_output(message):
        texts.append(message["content"].get("text", ""))
    client.execute_interactive(code, timeout=40, output_hook=on_output, allow_stdin=False)
    return "".join(texts)

manager, client = start_new_kernel(kernel_name="opencv", startup_timeout=60, stdout=sys.stderr.fileno())
first = manager.provisioner.pid
seen = {"pid": first, "own": int(printed("import os; print(os.getpid())"))}
seen["cells"] = [interrupted(code) for code in json.loads(sys.argv[1])]
manager.restart_kernel(now=False)
client.wait_for_ready(timeout=60)
seen["restarted"] = printed("import os; print(os.environ['CONDA_PREFIX'])")
seen["second"] = manager.provisioner.pid
printed("import subprocess; subprocess.Popen(['sleep', '1000'])")
client.stop_channels()
manager.shutdown_kernel()
print(json.dumps(seen))
"""

SLEEP = "import time; print('running', flush=True); time.sleep(1000)"
CHILD = "import subprocess; print('running', flush=True); subprocess.run(['sleep', '1000'])"


@pytest.fixture
def session(guest: Conda, opencv: Path, client_python: Path) -> Callable[..., dict[str, Any]]:
    """Runs the client with cells to interrupt."""

    def play(*cells: str) -> dict[str, Any]:
        guest.run("kernel", "add", "-p", opencv, "--kernel-name", "opencv")
        command = [str(client_python), "-c", _CLIENT, json.dumps(cells)]
        seen: dict[str, Any] = json.loads(run(command, guest.variables(), timeout=200).stdout)
        return seen

    return play


def commands_with(word: str) -> list[str]:
    """Every process of this machine whose variables hold a word."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if word.encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def test_interrupt_restart_and_shutdown(
    session: Callable[..., dict[str, Any]], guest: Conda, opencv: Path
) -> None:
    seen = session(SLEEP, CHILD)

    assert seen["cells"] == ["KeyboardInterrupt", "KeyboardInterrupt"]
    assert seen["own"] == seen["pid"]
    assert seen["restarted"].strip() == str(opencv)
    assert seen["second"] != seen["pid"]
    assert not Path("/proc", str(seen["second"])).exists()
    assert commands_with(str(guest.home)) == []


@pytest.mark.parametrize("kind", ["noexec", "modeless"])
def test_a_kernel_in_a_folder_of_an_odd_file_system_is_as_good_as_any(
    session: Callable[..., dict[str, Any]], mount: Callable[[str, Path], Path], guest: Conda, kind: str
) -> None:
    mount(kind, guest.data_dir)

    seen = session(SLEEP)

    assert (seen["cells"], seen["own"]) == (["KeyboardInterrupt"], seen["pid"])
    assert listed(guest)["opencv"]["status"] == "ok"
    assert one_document(guest.run("kernel", "sync", "--json"))["refreshed"] == []
