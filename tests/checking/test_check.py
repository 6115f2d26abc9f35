"""Ways to break a kernel: what `check` says of each, what `list` says, and what `sync` makes of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys

import psutil
import pytest

from conda_jupyter_plugin.checking.kernels import check_kernels
from conda_jupyter_plugin.checking.remedies import Fix
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import everything
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ..support import add, bash_spec, python_spec, sync, wait_until, write_program, write_spec
from .conftest import append, run_at_start, site_packages

KERNEL_JSON = "share/jupyter/kernels/python3/kernel.json"


def delete_the_environment(prefix):
    shutil.rmtree(prefix)


def delete_the_interpreter(prefix):
    for program in prefix.glob("bin/python*"):
        program.unlink()


def take_the_base_interpreter_away(prefix):
    for program in prefix.glob("bin/python*"):
        program.unlink()
        program.symlink_to("/nowhere/python3.12")


def remove_the_kernel_package(prefix):
    shutil.rmtree(prefix / "share/jupyter/kernels/python3")
    (site_packages(prefix) / "borrowed.pth").unlink()


def remove_the_kernel_package_by_force(prefix):
    (site_packages(prefix) / "borrowed.pth").unlink()


def remove_an_import(prefix):
    (site_packages(prefix) / "tornado.py").write_text("import not_there_at_all\n")


def break_an_import(prefix):
    (site_packages(prefix) / "tornado.py").write_text("from ipykernel import nothing_like_it\n")


def bring_an_old_kernel(prefix):
    package = site_packages(prefix) / "ipykernel"
    package.mkdir()
    (package / "__init__.py").write_text("from collections import Mapping\n")
    (site_packages(prefix) / "ipykernel_launcher.py").write_text("import ipykernel\n")
    (site_packages(prefix) / "ipykernel-4.5.2.dist-info").mkdir()


def bring_a_kernel_for_another_python(prefix):
    package = site_packages(prefix) / "ipykernel"
    package.mkdir()
    (package / "__init__.py").write_text("print 'old'\n")
    (site_packages(prefix) / "ipykernel_launcher.py").write_text("import ipykernel\n")


def let_a_script_end_the_shell(prefix):
    append(prefix / "bin/activate", "\nexit 3\n")


def let_a_script_hang(prefix):
    append(prefix / "bin/activate", "\nsleep 1000\n")


def leave_the_environment(prefix):
    run_at_start(prefix, "import os; os.environ['VIRTUAL_ENV'] = '/elsewhere'\n")


def take_the_permission_away(prefix):
    python = prefix / "bin/python"
    python.unlink()
    python.write_text("not a program")


def take_its_port(prefix):
    spec = json.loads((prefix / KERNEL_JSON).read_text())
    spec["argv"] += [f"--shell={TAKEN.getsockname()[1]}", "--ip=127.0.0.1"]
    (prefix / KERNEL_JSON).write_text(json.dumps(spec))


def start_slowly(prefix):
    run_at_start(prefix, "import time; time.sleep(30)\n")


def bring_another_machines_interpreter(prefix):
    python = prefix / "bin/python"
    python.unlink()
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00\x01\x00\x00\x00" + bytes(40)
    write_program(python)
    python.write_bytes(header)


def let_it_be_killed(prefix):
    run_at_start(prefix, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n")


def let_it_die_with_a_word(prefix):
    code = "import sys; print('no licence found'); sys.stdout.flush(); import os; os._exit(7)\n"
    (site_packages(prefix) / "ipykernel_launcher.py").write_text(code)


def let_it_die_of_an_error(prefix):
    (site_packages(prefix) / "ipykernel_launcher.py").write_text("{}['licence']\n")


def break_its_lines(prefix):
    run_at_start(
        prefix, "import builtins\ndef fail(*_, **__): raise OSError('no paper')\nbuiltins.print = fail\n"
    )


SENDS_NULL = """
from jupyter_client.session import Session

def serialize(self, message, ident=None, original=Session.serialize):
    content = message["content"]
    kinds = (message["msg_type"], content.get("execution_state") if isinstance(content, dict) else None)
    return original(self, {{**message, "{part}": None}} if "{kind}" in kinds else message, ident)

Session.serialize = serialize
"""


def write_no_json(prefix):
    (prefix / KERNEL_JSON).write_text("{")


def ask_for_a_provisioner(prefix):
    spec = json.loads((prefix / KERNEL_JSON).read_text())
    spec["metadata"]["kernel_provisioner"] = {"provisioner_name": "yarn"}
    (prefix / KERNEL_JSON).write_text(json.dumps(spec))


def name_another_interpreter(prefix):
    spec = json.loads((prefix / KERNEL_JSON).read_text())
    spec["argv"][0] = sys.executable
    (prefix / KERNEL_JSON).write_text(json.dumps(spec))


TAKEN = socket.socket()
TAKEN.bind(("127.0.0.1", 0))

# How it is broken, what `check` says, what `list` says, and whether it works or is gone after `sync`.
WAYS = [
    (delete_the_environment, "the environment is gone", "broken", "removed"),
    (delete_the_interpreter, "its program PREFIX/bin/python is gone", "broken", "removed"),
    (take_the_base_interpreter_away, "its base interpreter /nowhere/python3.12 is gone", "broken", None),
    (remove_the_kernel_package, "the kernel package ipykernel is missing", "broken", "removed"),
    (remove_the_kernel_package_by_force, "the kernel package ipykernel is missing", "ok", None),
    (remove_an_import, "the module not_there_at_all is missing", "ok", None),
    (break_an_import, "a module cannot be imported: cannot import name 'nothing_like_it'", "ok", None),
    (bring_an_old_kernel, "ipykernel 4.5.2 is too old for Python 3", "ok", None),
    (bring_a_kernel_for_another_python, "ipykernel does not support Python 3", "ok", None),
    (let_a_script_end_the_shell, "PREFIX/bin/activate ended the shell with status 3", "ok", None),
    (let_a_script_hang, "PREFIX/bin/activate does not finish", "ok", None),
    (leave_the_environment, "not activated: VIRTUAL_ENV is /elsewhere", "ok", None),
    (take_the_permission_away, "you do not have permission to run PREFIX/bin/python", "broken", None),
    (take_its_port, "another program uses a port that it needs", "stale", None),
    (start_slowly, "it did not answer in 3 seconds", "ok", None),
    (bring_another_machines_interpreter, "its program was built for another platform", "ok", None),
    (let_it_be_killed, "it was killed by SIGKILL", "ok", None),
    (let_it_die_with_a_word, "it exited with status 7", "ok", None),
    (let_it_die_of_an_error, "it failed with KeyError: 'licence'", "ok", None),
    (break_its_lines, "OSError: no paper", "ok", None),
    (ask_for_a_provisioner, "its kernel provisioner yarn is not installed", "stale", None),
    (name_another_interpreter, "not in its environment PREFIX", "stale", None),
]
IDS = [way.__name__ for way, *_ in WAYS]


@pytest.mark.parametrize(("way", "said", "status", "synced"), WAYS, ids=IDS)
def test_what_is_broken_is_named(opencv, check, open_registry, way, said, status, synced):
    way(opencv.prefix)

    (row,) = list_kernels(open_registry())
    assert row.status == status
    if status == "stale":
        sync(open_registry())
    checked = check(timeout=3.0 if way in (start_slowly, let_a_script_hang) else 20.0)

    assert not checked.ok
    assert said.replace("PREFIX", str(opencv.prefix)) in checked.error
    if way is remove_the_kernel_package:
        assert checked.hint == f"Install it: pip-kernel add {opencv.prefix} --install"
        assert checked.fix == Fix("add", opencv.prefix, "ipykernel")
    if synced == "removed":
        assert "sync` removes the kernel" in checked.hint or "--install" in checked.hint
        sync(open_registry())
        assert list_kernels(open_registry()) == ()


def test_a_kernel_that_works_is_ok(opencv, check):
    checked = check()

    assert (checked.ok, checked.error, checked.warnings) == (True, None, ())
    assert 0 < checked.activation_seconds < checked.seconds


@pytest.mark.parametrize(
    ("kind", "part"),
    [("busy", "parent_header"), ("execute_input", "content"), ("kernel_info_reply", "content")],
)
def test_what_a_kernel_sends_null_for_is_nothing(opencv, check, kind, part):
    run_at_start(opencv.prefix, SENDS_NULL.format(kind=kind, part=part))

    assert check().ok


def test_what_is_printed_and_set_by_scripts_hurts_nothing(opencv, check):
    append(
        opencv.prefix / "bin/activate", "\nyes | head -n 100000\nset -eu\nexport A=\"$(printf 'a\\nb')\"\n"
    )

    assert check().ok


def test_a_script_that_fails_is_told(opencv, check):
    append(opencv.prefix / "bin/activate", "\nfalse\n")

    checked = check()

    assert checked.ok
    assert checked.warnings == (f"The activation script {opencv.prefix}/bin/activate failed.",)


def test_one_that_works_and_is_called_broken_says_so(opencv, check):
    write_no_json(opencv.prefix)

    checked = check()

    assert checked.ok
    assert f"{opencv.prefix / KERNEL_JSON} is not valid JSON" in checked.warnings[0]


def test_one_whose_own_file_is_no_json_cannot_start(opencv, check, home):
    registered = home / ".local/share/jupyter/kernels/opencv/kernel.json"
    registered.write_text("{")

    assert check().error == f"{registered} is not valid JSON"


def test_a_slow_activation_is_told(opencv, check):
    append(opencv.prefix / "bin/activate", "\nsleep 1.2\n")

    (warning,) = check().warnings

    assert "Its activation takes 1." in warning
    assert f"of them in {opencv.prefix}/bin/activate" in warning


def test_the_last_lines_are_kept_of_one_that_dies(opencv, check):
    let_it_die_with_a_word(opencv.prefix)

    assert check().lines == ("no licence found",)


def test_a_kernel_that_is_not_activated_on_purpose_is_ok(opencv, check, open_registry):
    add(open_registry(), opencv, choices=Choices(activate=False))

    assert check().ok


def test_a_kernel_of_an_unknown_language_has_to_answer(check, open_registry, make_real):
    environment = make_real()
    write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "language": "cobol"})
    add(open_registry(), environment)

    assert check().ok


def test_what_nobody_manages_is_told_how_to_be_removed(check, home):
    write_spec(home / ".local/share/jupyter/kernels/gone", bash_spec("/nowhere/bash"))

    checked = check("gone")

    assert checked.error == "its program /nowhere/bash is gone"
    assert checked.hint == "It is not managed. Remove it with: jupyter kernelspec remove gone"


def test_each_kernel_is_started_once_and_told_in_order(make_real, open_registry):
    for name in ("b", "a", "c"):
        add(open_registry(), make_real(name))
    found = list(everything(open_registry()))
    done = []

    checked = check_kernels(found, timeout=30, jobs=2, is_checked=lambda: done.append(1))

    assert [one.registration.name for one in checked] == [one.item.name for one in found]
    assert [one.ok for one in checked] == [True] * 3
    assert len(done) == 3


def test_what_goes_wrong_in_one_stops_no_other(make_real, open_registry, monkeypatch):
    for name in ("a", "b"):
        add(open_registry(), make_real(name))

    def fail_for_a(item, *_):
        if item.name == "a":
            raise OSError(5, "Input/output error")

    monkeypatch.setattr("conda_jupyter_plugin.checking.kernels.trace", fail_for_a)
    a, b = check_kernels(list(everything(open_registry())), timeout=30, jobs=2)

    assert (a.ok, b.ok) == (False, True)
    assert "Input/output error" in a.error


def left_behind(folder, marker):
    """The processes that have a word in their command line, and the files of a folder."""
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    return [line for line in lines if marker in line], list(folder.iterdir())


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder of connection files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("way", [lambda prefix: None, let_it_be_killed, start_slowly])
def test_nothing_is_left_behind(opencv, check, temporary, way):
    way(opencv.prefix)
    sleep = f"sleep 4321.{os.getpid()}"
    append(opencv.prefix / "bin/activate", f"\n{sleep} &\n")

    check(timeout=3.0)

    # A process that was killed is listed for a moment still.
    wait_until(lambda: left_behind(temporary, str(opencv.prefix)) == ([], []))
    wait_until(lambda: left_behind(temporary, sleep)[0] == [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("way", [start_slowly, let_a_script_hang])
def test_nothing_is_left_behind_by_a_signal(opencv, temporary, number, way):
    way(opencv.prefix)
    command = [sys.executable, "-m", "pip_kernel_hook", "check", "opencv"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: all(left_behind(temporary, str(opencv.prefix))))

    process.send_signal(number)
    _, told = process.communicate(timeout=60)

    assert (process.returncode, told) == (128 + number, "Interrupted.\n")
    assert left_behind(temporary, str(opencv.prefix)) == ([], [])
