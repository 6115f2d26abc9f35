import json
import os
import shutil
import subprocess

import pytest
from jupyter_client.manager import start_new_kernel

from conda_jupyter_plugin.core.jupyter.locations import user_location
from pip_kernel_hook.main import main

from ...support import bash_spec, read_json, snapshot, write_spec


def run_in_kernel(name, code):
    """What a line of code prints in a kernel that is started by its name."""
    manager, client = start_new_kernel(kernel_name=name)
    printed = []
    try:
        client.execute_interactive(
            code, timeout=60, output_hook=lambda message: printed.append(message["content"].get("text", ""))
        )
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return "".join(printed)


def test_the_environment_holds_pip_ipykernel_and_what_was_asked_for(opencv):
    code = "import ipykernel, packaging, pip"

    assert subprocess.run([opencv / "bin" / "python", "-c", code], check=False).returncode == 0


def test_a_repository_around_it_takes_nothing_of_it(opencv, tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    shutil.copytree(opencv, tmp_path / "opencv", symlinks=True, ignore=shutil.ignore_patterns("lib", "lib64"))

    status = ["git", "-C", tmp_path, "status", "--porcelain", "--untracked-files=all"]
    assert subprocess.run(status, capture_output=True, text=True, check=True).stdout == ""


def test_stdout_is_one_json_document(created):
    document = json.loads(created[1].stdout)

    assert [kernel["name"] for kernel in document["registered"]] == ["opencv"]


def test_the_kernel_is_told_with_its_environment(created, opencv):
    (kernel,) = json.loads(created[1].stdout)["registered"]

    assert (kernel["prefix"], kernel["manager"], kernel["status"]) == (str(opencv), "venv", "ok")


def test_the_registered_folder_is_there(created):
    (kernel,) = json.loads(created[1].stdout)["registered"]

    assert os.path.exists(os.path.join(kernel["path"], "kernel.json"))


def test_what_is_registered_is_what_ipykernel_brought(opencv):
    main(["add", str(opencv)])
    own = read_json(opencv / "share/jupyter/kernels/python3")
    spec = read_json(user_location().kernels / "opencv")

    assert spec["argv"][-len(own["argv"]) + 1 :] == own["argv"][1:]
    assert own["metadata"].items() <= spec["metadata"].items()
    assert spec.keys() == own.keys()


def test_the_logos_are_registered_too(opencv):
    main(["add", str(opencv)])

    logos = {path.name for path in (opencv / "share/jupyter/kernels/python3").glob("logo*")}
    assert logos <= {path.name for path in (user_location().kernels / "opencv").iterdir()}


def test_the_kernel_runs_in_its_activated_environment(opencv):
    main(["add", str(opencv)])

    code = "import os, sys; print(sys.prefix, os.environ['VIRTUAL_ENV'], os.environ['PATH'].split(':')[0])"

    assert run_in_kernel("opencv", code).split() == [str(opencv), str(opencv), str(opencv / "bin")]


def test_removing_and_adding_a_real_kernel_gives_the_same_bytes(opencv):
    main(["add", str(opencv)])
    before = snapshot(user_location().kernels)

    main(["remove", "opencv", "--yes"])
    main(["add", str(opencv)])

    assert snapshot(user_location().kernels) == before


def test_a_kernel_that_ipython_installed_is_adopted(opencv):
    python = opencv / "bin" / "python"
    command = [python, "-m", "ipykernel", "install", "--user", "--name", "opencv"]
    subprocess.run(command, check=True, capture_output=True)

    assert main(["add", str(opencv)]) == 0
    adopted = snapshot(user_location().kernels)
    main(["remove", "opencv", "--yes"])
    main(["add", str(opencv)])
    assert adopted == snapshot(user_location().kernels)


def test_a_dry_run_makes_nothing_and_names_the_kernel_to_be(home, capsys):
    assert main(["create", "opencv", "--dry-run"]) == 0

    assert 'Kernel "opencv" would be registered' in capsys.readouterr().out
    assert list(home.iterdir()) == []


def test_a_path_that_exists_is_bad_usage(home, capsys):
    (home / "opencv").mkdir()
    (home / "opencv" / "notes").touch()

    assert main(["create", "opencv"]) == 2
    assert capsys.readouterr().err == f"{home / 'opencv'} already exists. Choose another path.\n"


def test_an_environment_that_exists_can_be_registered_instead(make_environment, capsys):
    prefix = make_environment(manager="venv").prefix

    assert main(["create", str(prefix)]) == 2
    assert f"Register it with: pip-kernel add {prefix}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["--kernel-name", "Open CV"], 2),
        (["--kernel-name", "python3"], 2),
        (["--env", "A"], 2),
        (["--display-name", " "], 2),
        (["--unset", "A=1"], 2),
        (["--python", "python0.1"], 2),
        (["--jupyter-prefix", "/gone"], 1),
    ],
)
def test_bad_input_leaves_no_environment(home, capsys, words, status):
    assert main(["create", "opencv", *words]) == status

    assert (capsys.readouterr().err.count("\n"), list(home.iterdir())) == (1, [])


def test_a_taken_name_leaves_no_environment(home):
    write_spec(user_location().kernels / "opencv", bash_spec())

    assert main(["create", "opencv"]) == 1
    assert not (home / "opencv").exists()


def test_a_data_folder_that_cannot_be_written_leaves_no_environment(home, monkeypatch):
    (home / "file").touch()
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(home / "file"))

    assert main(["create", "opencv"]) == 1
    assert not (home / "opencv").exists()


def test_a_requirement_that_pip_cannot_install_leaves_nothing(home, run_in):
    finished = run_in(home, "pip_kernel_hook", "create", "opencv", "./no-such-folder")

    assert (finished.returncode, list(home.rglob("kernel.json")), (home / "opencv").exists()) == (
        1,
        [],
        False,
    )


def test_a_deleted_environments_kernel_is_broken(make_environment, capsys):
    environment = make_environment("old", manager="venv")
    main(["add", str(environment.prefix)])
    shutil.rmtree(environment.prefix)
    capsys.readouterr()

    main(["list"])

    assert "broken: the environment is gone" in capsys.readouterr().out
