import json
from pathlib import Path

import pytest

from ..support import read_json


@pytest.fixture(scope="module")
def with_kernel(tmp_path_factory, run_in):
    """The home in which `virtualenv --kernel opencv` ran, and the process."""
    home = tmp_path_factory.mktemp("home")
    return home, run_in(home, "virtualenv", "--kernel", "opencv")


@pytest.fixture(scope="module")
def without_kernel(tmp_path_factory, run_in):
    """The home in which `virtualenv opencv` ran, and the process."""
    home = tmp_path_factory.mktemp("home")
    return home, run_in(home, "virtualenv", "opencv")


def registered(home: Path) -> list[Path]:
    outside = (path for path in home.rglob("kernel.json") if home / "opencv" not in path.parents)
    return [path.parent for path in outside]


def test_virtualenv_ends_well_with_the_flag(with_kernel):
    assert with_kernel[1].returncode == 0, with_kernel[1].stderr


def test_the_flag_registers_the_new_environment(with_kernel):
    home, _ = with_kernel

    (folder,) = registered(home)

    assert folder.name == "opencv"
    assert read_json(folder)["metadata"]["conda_jupyter_plugin"]["prefix"] == str(home / "opencv")


def test_the_flag_installs_ipykernel(with_kernel):
    assert (with_kernel[0] / "opencv/share/jupyter/kernels/python3/kernel.json").exists()


def test_the_flag_says_what_was_registered(with_kernel):
    assert 'Kernel "opencv" registered as "Python ' in with_kernel[1].stdout


def test_what_the_flag_writes_is_what_is_written_later(with_kernel, run_in):
    listed = run_in(with_kernel[0], "pip_kernel_hook", "list", "--json").stdout

    (kernel,) = [row for row in json.loads(listed)["kernels"] if row["managed"]]
    assert (kernel["name"], kernel["status"]) == ("opencv", "ok")


def test_virtualenv_ends_well_without_the_flag(without_kernel):
    assert without_kernel[1].returncode == 0, without_kernel[1].stderr


def test_without_the_flag_nothing_is_installed_or_registered(without_kernel):
    assert list(without_kernel[0].rglob("kernel.json")) == []


def test_without_the_flag_nothing_is_said_of_kernels(without_kernel):
    assert "kernel" not in (without_kernel[1].stdout + without_kernel[1].stderr).lower()


def test_the_activators_are_virtualenvs_own(without_kernel, with_kernel):
    scripts = [
        {path.name for path in (home / "opencv/bin").glob("activate*")}
        for home, _ in (without_kernel, with_kernel)
    ]

    assert "activate" in scripts[0] and scripts[0] == scripts[1]


def test_a_kernel_that_cannot_be_registered_is_one_line_and_no_failure_of_virtualenvs(home, run_in):
    (home / ".local").touch()

    finished = run_in(home, "virtualenv", "--kernel", "--app-data", home / "app-data", "opencv")

    assert (finished.returncode, (home / "opencv/pyvenv.cfg").exists()) == (0, True)
    assert "Traceback" not in finished.stderr and "Kernels cannot be written to" in finished.stderr
