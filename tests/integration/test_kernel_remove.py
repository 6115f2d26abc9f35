"""`conda kernel remove`: managed kernels go when asked for, everything else stays."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from conda_base import Conda, run
from conda_checks import assert_one_sentence, one_document, registered, tree
from made_up import kernelspec


@pytest.fixture
def user(guest: Conda, opencv: Path) -> Conda:
    """A user with the kernel `opencv`, and one named `mine` that was made by hand."""
    guest.run("kernel", "add", "-n", "opencv")
    (guest.kernels_dir / "mine").mkdir()
    spec = kernelspec("Mine", "python", sys.executable, "-m", "ipykernel_launcher", "-f")
    (guest.kernels_dir / "mine" / "kernel.json").write_text(spec, "utf-8")
    return guest


def test_removed_and_added_it_is_the_same_byte_for_byte(user: Conda) -> None:
    before = tree(user.kernels_dir / "opencv")
    user.run("kernel", "remove", "opencv", "--yes")
    assert registered(user) == ["mine"]
    user.run("kernel", "add", "-n", "opencv")
    assert tree(user.kernels_dir / "opencv") == before


def test_what_conda_create_registered_comes_back_byte_for_byte(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "--kernel", "bash_kernel")
    before = tree(conda.kernels_dir)
    conda.run("kernel", "remove", "shell", "--yes")
    assert registered(conda) == []
    conda.run("kernel", "add", "-n", "shell")
    assert tree(conda.kernels_dir) == before


def test_nothing_else_of_the_data_folder_is_touched(user: Conda) -> None:
    mine = tree(user.kernels_dir / "mine")
    user.run("kernel", "remove", "opencv", "--yes")
    assert tree(user.kernels_dir) == {f"mine/{name}": file for name, file in mine.items()}


@pytest.mark.parametrize("way", ["name", "prefix"])
def test_by_environment(user: Conda, opencv: Path, way: str) -> None:
    target = ["-n", "opencv"] if way == "name" else ["-p", str(opencv)]
    user.run("kernel", "remove", *target, "--yes")
    assert registered(user) == ["mine"]


def test_all_kernels_of_an_environment_go_together(guest: Conda, lab: Path) -> None:
    guest.run("kernel", "add", "-n", "lab")
    assert len(registered(guest)) == 3
    guest.run("kernel", "remove", "-n", "lab", "--yes")
    assert registered(guest) == []


def test_several_names_or_none(user: Conda, lab: Path) -> None:
    user.run("kernel", "add", "-n", "lab")
    before = tree(user.kernels_dir)
    done = user.run("kernel", "remove", "lab", "no-such-kernel", "--yes", check=False)
    assert_one_sentence(done, 1, "no-such-kernel")
    assert tree(user.kernels_dir) == before
    user.run("kernel", "remove", "lab", "lab-ir", "--yes")
    assert registered(user) == ["lab-bash", "mine", "opencv"]


@pytest.mark.parametrize(
    ("answer", "left"), [("n\n", ["mine", "opencv"]), ("y\n", ["mine"]), ("\n", ["mine"])]
)
def test_it_asks_as_conda_asks(user: Conda, answer: str, left: list[str]) -> None:
    done = user.run("kernel", "remove", "opencv", input=answer, check=False)
    assert "opencv" in done.stdout
    assert "Proceed" in done.stdout
    assert "Traceback" not in done.stderr
    assert registered(user) == left


def test_a_dry_run_asks_and_removes_nothing(user: Conda) -> None:
    done = user.run("kernel", "remove", "opencv", "--dry-run")
    assert 'Kernel "opencv" would be removed' in done.stdout
    assert "Proceed" not in done.stdout
    assert registered(user) == ["mine", "opencv"]


def test_json_tells_what_was_removed(user: Conda) -> None:
    document = one_document(user.run("kernel", "remove", "opencv", "--json", "--yes"))
    assert document["success"] is True
    assert [row["name"] for row in document["removed"]] == ["opencv"]
    assert registered(user) == ["mine"]


def test_one_that_is_not_managed_stays(user: Conda) -> None:
    before = tree(user.kernels_dir)
    done = user.run("kernel", "remove", "mine", "--yes", check=False)
    assert_one_sentence(done, 1, "mine", "not managed", "--force")
    assert tree(user.kernels_dir) == before


def test_one_that_is_not_managed_goes_by_force(user: Conda) -> None:
    user.run("kernel", "remove", "mine", "--yes", "--force")
    assert registered(user) == ["opencv"]


def test_missing_are_those_whose_environment_is_gone(user: Conda, tmp_path: Path) -> None:
    for name in ("kit", "kept"):
        user.run("create", "-y", "-p", tmp_path / name, "--kernel", "bash_kernel")
    shutil.rmtree(tmp_path / "kit")
    user.run("kernel", "remove", "--missing", "--yes")
    assert registered(user) == ["kept", "mine", "opencv"]


@pytest.mark.parametrize("way", ["name", "prefix"])
def test_an_environment_that_is_gone_still_names_its_kernels(conda: Conda, way: str) -> None:
    conda.run("create", "-y", "-n", "shell", "--kernel", "bash_kernel")
    shutil.rmtree(conda.env_prefix("shell"))
    target = ["-n", "shell"] if way == "name" else ["-p", str(conda.env_prefix("shell"))]
    conda.run("kernel", "remove", *target, "--yes")
    assert registered(conda) == []


def test_nothing_missing_is_nothing_to_do(user: Conda) -> None:
    user.run("kernel", "remove", "--missing", "--yes")
    assert registered(user) == ["mine", "opencv"]


@pytest.mark.parametrize("words", [[], ["opencv", "--missing"], ["opencv", "-n", "opencv"]], ids=str)
def test_exactly_one_way_to_say_which_is_needed(user: Conda, words: list[str]) -> None:
    done = user.run("kernel", "remove", *words, "--yes", check=False)
    assert_one_sentence(done, 2, "which kernels to remove")
    assert registered(user) == ["mine", "opencv"]


def test_an_environment_without_registered_kernels_is_nothing_to_do(user: Conda, plain: Path) -> None:
    done = user.run("kernel", "remove", "-n", "plain", "--yes")
    assert "Traceback" not in done.stderr
    assert registered(user) == ["mine", "opencv"]


def test_where_nothing_can_be_typed_nobody_has_answered(user: Conda) -> None:
    command = [str(user.python), "-m", "conda", "kernel", "remove", "opencv"]
    done = run(["sh", "-c", '"$@" <&-', "sh", *command], user.variables(), check=False, cwd=user.home)

    assert (done.returncode, done.stderr.strip()) == (
        1,
        "No answer to the question. Add --yes to proceed without a question.",
    )
    assert registered(user) == ["mine", "opencv"]
