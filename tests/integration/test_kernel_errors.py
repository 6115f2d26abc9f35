"""Bad input: one sentence with the way out, exit status 1 or 2, nothing changed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conda_base import Conda, run
from conda_checks import assert_one_error_document, assert_one_sentence, tree
from made_up import kernelspec

Given = Callable[[Conda, Path], None]


def nothing(conda: Conda, opencv: Path) -> None:
    """Everything is as it should be; it is the words that are wrong."""


def a_venv(conda: Conda, opencv: Path) -> None:
    run([sys.executable, "-m", "venv", "--without-pip", str(conda.home / "venv")], conda.variables())


def a_folder(conda: Conda, opencv: Path) -> None:
    (conda.home / "folder").mkdir()


def a_broken_kernelspec(conda: Conda, opencv: Path) -> None:
    conda.run("create", "-y", "-p", conda.home / "odd", "broken_kernel")


def somebody_elses_kernel(conda: Conda, opencv: Path) -> None:
    (conda.kernels_dir / "opencv").mkdir(parents=True)
    spec = kernelspec("Mine", "python", sys.executable)
    (conda.kernels_dir / "opencv" / "kernel.json").write_text(spec, "utf-8")


def a_torn_kernel(conda: Conda, opencv: Path) -> None:
    (conda.kernels_dir / "opencv").mkdir(parents=True)
    (conda.kernels_dir / "opencv" / "kernel.json").write_text('{"argv": [', "utf-8")


def a_file_in_the_way(conda: Conda, opencv: Path) -> None:
    conda.data_dir.mkdir(parents=True)
    conda.kernels_dir.write_text("in the way", "utf-8")


def another_environments_kernel(conda: Conda, opencv: Path) -> None:
    conda.run("create", "-y", "-p", conda.home / "kit", "--kernel-name", "taken", "bash_kernel")


CASES: dict[str, tuple[Given, str, int, list[str]]] = {
    "no such name": (nothing, "add -n nowhere", 1, ["nowhere", "conda env list"]),
    "no such prefix": (nothing, "add -p ~/nowhere", 1, ["nowhere"]),
    "a mere folder": (a_folder, "add -p ~/folder", 1, ["folder", "not an environment"]),
    "a venv": (a_venv, "add -p ~/venv", 1, ["venv", "pip-kernel add"]),
    "no environment is active": (nothing, "add", 2, ["active", "-n"]),
    "no kernel": (nothing, "add -n plain", 1, ["plain", "conda kernel add -n plain --install"]),
    "invalid name": (nothing, "add -n opencv --kernel-name Open.CV", 2, ["Open.CV", "open.cv"]),
    "reserved name": (nothing, "add -n opencv --kernel-name python3", 2, ["python3", "--force"]),
    "broken kernel.json": (a_broken_kernelspec, "add -p ~/odd", 1, ["kernel.json", "JSON"]),
    "somebody else's": (somebody_elses_kernel, "add -n opencv", 1, ["opencv", "--kernel-name"]),
    "a torn one": (a_torn_kernel, "add -n opencv", 1, ["opencv", "--kernel-name"]),
    "taken": (another_environments_kernel, "add -n opencv --kernel-name taken", 1, ["taken", "kit"]),
    "file in the way": (a_file_in_the_way, "add -n opencv", 1, ["kernels", "--jupyter-prefix"]),
    "no such place": (nothing, "add -n opencv --jupyter-prefix ~/no", 1, ["--jupyter-prefix"]),
    "a bad variable": (nothing, "add -n opencv --env 1=2", 2, ["--env", "VAR=VALUE"]),
    "one name for all": (nothing, "add --all --kernel-name x", 2, ["--all"]),
    "remove what is not there": (nothing, "remove nowhere -y", 1, ["nowhere"]),
    "remove from nowhere": (nothing, "remove -n nowhere -y", 1, ["nowhere"]),
    "remove what is not ours": (somebody_elses_kernel, "remove opencv -y", 1, ["opencv", "--force"]),
    "remove nothing": (nothing, "remove -y", 2, ["--missing"]),
}


@pytest.fixture(params=list(CASES.values()), ids=list(CASES))
def case(
    request: pytest.FixtureRequest, guest: Conda, opencv: Path, plain: Path
) -> tuple[list[str], int, list[str]]:
    """A command that must fail, its exit status, and what it has to name."""
    given, line, status, words = request.param
    given(guest, opencv)
    return [word.replace("~", str(guest.home)) for word in line.split()], status, words


def test_one_sentence_and_nothing_changed(guest: Conda, case: tuple[list[str], int, list[str]]) -> None:
    command, status, words = case
    before = tree(guest.data_dir)
    done = guest.run("kernel", *command, check=False)
    assert_one_sentence(done, status, *words)
    assert tree(guest.data_dir) == before


def test_in_json_it_is_one_document(guest: Conda, case: tuple[list[str], int, list[str]]) -> None:
    command, status, words = case
    before = tree(guest.data_dir)
    done = guest.run("kernel", *command, "--json", check=False)
    assert_one_error_document(done, status, *words)
    assert tree(guest.data_dir) == before


@pytest.mark.parametrize("line", ["add --no-such-option", "remove --missing=x", "nonsense", "add -n a -p b"])
def test_bad_usage_is_told_as_conda_tells_it(guest: Conda, line: str) -> None:
    done = guest.run("kernel", *line.split(), check=False)
    assert done.returncode == 2
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("line", ["add --no-such-option", "remove --missing=x", "nonsense", "add -n a -p b"])
def test_bad_usage_in_json_is_one_document(guest: Conda, line: str) -> None:
    assert_one_error_document(guest.run("kernel", *line.split(), "--json", check=False), 2)


def test_a_place_where_nothing_can_be_made_is_told(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "add", "-n", "opencv", env={"JUPYTER_DATA_DIR": "/proc/jupyter"}, check=False)
    assert_one_sentence(done, 1, "/proc/jupyter", "--jupyter-prefix")


def test_an_active_environment_that_is_gone_is_told(guest: Conda) -> None:
    done = guest.run("kernel", "add", env={"CONDA_PREFIX": "/nowhere/envs/gone"}, check=False)
    assert_one_sentence(done, 1, "/nowhere/envs/gone")


def test_a_frozen_environment_names_the_option_that_it_takes(conda: Conda, python: str) -> None:
    conda.run("create", "-y", "-n", "vision", f"python={python}")
    prefix = conda.env_prefix("vision")
    (prefix / "conda-meta/frozen").write_text("{}", "utf-8")

    done = conda.run("kernel", "add", "-n", "vision", "--install", "-y", check=False)

    command = f"install --override-frozen -p {prefix} ipykernel"
    assert done.returncode == 1
    assert done.stderr.rstrip().endswith(f"Try: conda {command}")
    conda.run(*command.split(), "-y")
    shutil.rmtree(next(prefix.glob("lib/python*/site-packages/tornado")))
    again = conda.run("kernel", "check", "-n", "vision", check=False)
    assert "Reinstall it: conda install --override-frozen -" in again.stdout
