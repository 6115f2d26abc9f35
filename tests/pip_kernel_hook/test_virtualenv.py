import json
import shutil
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


@pytest.fixture(scope="module")
def quickly(tmp_path_factory, run_in):
    """Runs `virtualenv` in a home of its own, with an environment that has a kernel already in its place."""
    home = tmp_path_factory.mktemp("home")
    run_in(home, "virtualenv", "--kernel", "kept")

    def run(*words, **variables):
        """virtualenv keeps what is in a folder that it makes an environment in."""
        for path in (home / "opencv", home / ".local" / "share" / "jupyter"):
            shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(home / "kept" / "share", home / "opencv" / "share")
        # pip's files are most of an environment
        variables = {"VIRTUALENV_NO_SEED": "1", **variables}
        return home, run_in(home, "virtualenv", *words, "opencv", **variables)

    return run


WAYS = {
    "only some activators": (["--kernel", "--activators", "bash"], {}),
    "no activators": (["--kernel", "--activators", ""], {}),
    "a variable": ([], {"VIRTUALENV_KERNEL": "true"}),
    "variables": ([], {"VIRTUALENV_KERNEL": "1", "VIRTUALENV_ACTIVATORS": "fish"}),
    "a name": (["--kernel-name", "opencv"], {}),
    "a name by a variable": ([], {"VIRTUALENV_KERNEL_NAME": "opencv"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_flag_may_be_given_in_many_ways(quickly, way):
    words, variables = WAYS[way]
    home, finished = quickly(*words, **variables)

    assert finished.returncode == 0, finished.stderr
    assert [folder.name for folder in registered(home) if folder.name != "python3"] == ["opencv"]


def test_the_activators_that_are_asked_for_are_made_and_no_others(quickly):
    home, _ = quickly("--kernel", "--activators", "bash")

    assert [path.name for path in (home / "opencv" / "bin").glob("activate*")] == ["activate"]


def test_it_may_be_set_in_virtualenvs_configuration(quickly, tmp_path):
    (tmp_path / "virtualenv.ini").write_text("[virtualenv]\nkernel = true\nkernel_display_name = Open CV\n")

    home, _ = quickly(VIRTUALENV_CONFIG_FILE=str(tmp_path / "virtualenv.ini"))

    (folder,) = (folder for folder in registered(home) if folder.name == "opencv")
    assert read_json(folder)["display_name"] == "Open CV"


def test_both_names_can_be_chosen(quickly):
    home, finished = quickly("--kernel-name", "cv", "--kernel-display-name", "Open CV")

    (folder,) = (folder for folder in registered(home) if folder.name == "cv")
    assert read_json(folder)["display_name"] == "Open CV"
    assert 'Kernel "cv" registered as "Open CV"' in finished.stdout


@pytest.mark.parametrize("words", [["--kernel-name", "Open CV"], ["--kernel", "--kernel-name", "python3"]])
def test_a_name_that_cannot_be_given_is_one_line_and_makes_nothing(home, run_in, words):
    finished = run_in(home, "virtualenv", *words, "opencv")

    told = finished.stdout + finished.stderr
    assert (finished.returncode, told.count("\n"), (home / "opencv").exists()) == (1, 1, False)
    assert "--kernel-name" in told
    assert "--force" not in told


def test_quiet_is_quiet(quickly):
    home, finished = quickly("--kernel", "-q")

    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert "opencv" in [folder.name for folder in registered(home)]


def test_a_kernel_that_cannot_be_registered_is_one_line_and_shows_in_the_exit_status(quickly, tmp_path):
    (tmp_path / "file").touch()

    home, finished = quickly("--kernel", JUPYTER_DATA_DIR=str(tmp_path / "file"), VIRTUALENV_NO_SEED="0")

    told = (finished.stdout + finished.stderr).strip()
    assert (finished.returncode, told.count("\n")) == (1, 0)
    assert "Kernels cannot be written to" in told
    scripts = {path.name for path in (home / "opencv" / "bin").iterdir()}
    assert {"activate", "activate.fish", "python", "pip"} <= scripts


def test_another_program_that_uses_virtualenv_goes_on(quickly, tmp_path, run_in):
    (tmp_path / "file").touch()
    (tmp_path / "other.py").write_text(
        "import sys\nfrom virtualenv import cli_run\ncli_run(sys.argv[1:])\nprint('going on')\n"
    )
    home, _ = quickly()

    variables = {"JUPYTER_DATA_DIR": str(tmp_path / "file"), "PYTHONPATH": str(tmp_path)}
    finished = run_in(home, "other", "--kernel", "opencv", **variables)

    assert finished.stdout.endswith("going on\n")
    assert "The kernel was not registered: Kernels cannot be written to" in finished.stderr


def test_without_the_flag_nothing_of_ours_is_loaded_but_the_plugin(home, run_in):
    code = (
        "import json, sys\nfrom virtualenv import cli_run\ncli_run(['opencv'])\n"
        "ours = [name for name in sys.modules if name.startswith(('conda_j', 'pip_kernel'))]\n"
        "print(json.dumps(sorted(ours)))\n"
    )
    (home / "counting.py").write_text(code)

    finished = run_in(home, "counting", PYTHONPATH=str(home))

    loaded = json.loads(finished.stdout.splitlines()[-1])
    assert loaded == ["pip_kernel_hook", "pip_kernel_hook.virtualenv"]
