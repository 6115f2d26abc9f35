"""A kernel gets another name, and keeps all that was chosen for it."""

import shutil

import pytest

from conda_jupyter_plugin.core.errors import (
    BrokenKernelspecError,
    KernelNotFoundError,
    NoKernelError,
    NotAnEnvironmentError,
    WrongManagerError,
)
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.naming.valid_names import InvalidNameError, NameTakenError, ReservedNameError
from conda_jupyter_plugin.core.verbs.find import find_named

from ...support import add, bash_spec, follow, python_spec, read_json, rename, snapshot, sync, write_spec

CHOSEN = Choices(display_name="CV", env={"A": "1"}, activate=False)


@pytest.fixture
def chosen(make_environment, open_registry):
    """An environment with a kernel that much was chosen for."""
    environment = make_environment()
    add(open_registry(), environment, CHOSEN)
    return environment


@pytest.fixture
def call_it(open_registry):
    """Renames a kernel."""

    def call_it(old, new=None, display_name=None, force=False):
        found = find_named(open_registry(), old)
        return rename(found, Choices(kernel_name=new, display_name=display_name, force=force))

    return call_it


def names_in(kernels):
    return sorted(path.name for path in kernels.iterdir())


def recorded(kernels, name):
    return read_json(kernels / name)["metadata"]["conda_jupyter_plugin"]


def test_every_choice_is_kept(chosen, kernels, call_it):
    before = read_json(kernels / "opencv")

    result = call_it("opencv", "cv")

    (row,) = result.registered
    assert (row.name, row.previous_name, [row.name for row in result.removed]) == ("cv", "opencv", ["opencv"])
    after = read_json(kernels / "cv")
    assert names_in(kernels) == ["cv"]
    assert (after["display_name"], after["env"], after["argv"]) == ("CV", {"A": "1"}, before["argv"])
    assert recorded(kernels, "cv")["choices"] == {
        "kernel_name": "cv",
        "display_name": "CV",
        "env": {"A": "1"},
        "activate": False,
    }


def test_its_new_name_stays_whatever_brings_it_in_line(chosen, kernels, call_it, open_registry):
    call_it("opencv", "cv")
    spec = snapshot(kernels)

    sync(open_registry())
    follow(open_registry(), chosen.prefix, new=True)
    add(open_registry(), chosen)

    assert snapshot(kernels) == spec


def test_what_jupyter_shows_can_be_changed_alone_and_back(chosen, kernels, call_it):
    result = call_it("opencv", display_name="Vision")
    assert [row.display_name for row in result.refreshed] == ["Vision"]
    assert recorded(kernels, "opencv")["choices"]["env"] == {"A": "1"}

    call_it("opencv", display_name="")
    assert read_json(kernels / "opencv")["display_name"] == "Python 3.12 (opencv)"


def test_both_names_change_at_once(chosen, kernels, call_it):
    call_it("opencv", "cv", "Vision")

    assert read_json(kernels / "cv")["display_name"] == "Vision"


def test_a_kernel_that_gets_its_environments_name_again_follows_it(
    opencv, kernels, call_it, open_registry, tmp_path
):
    call_it("opencv", "cv")
    call_it("cv", "opencv")
    assert "kernel_name" not in recorded(kernels, "opencv").get("choices", {})

    moved = opencv.prefix.rename(opencv.prefix.with_name("vision"))
    follow(open_registry(), moved, previous=opencv.prefix, deleted=True)
    assert names_in(kernels) == ["vision"]


def test_a_chosen_name_stays_when_the_environment_is_renamed(opencv, kernels, call_it, open_registry):
    call_it("opencv", "cv")

    moved = opencv.prefix.rename(opencv.prefix.with_name("vision"))
    follow(open_registry(), moved, previous=opencv.prefix, deleted=True)

    assert names_in(kernels) == ["cv"]


def test_one_of_several_kernels_is_renamed_and_the_others_stay(opencv, kernels, call_it, open_registry):
    add(open_registry(), opencv, Choices(kernel_name="gpu", env={"CUDA": "0"}))

    call_it("gpu", "cuda")
    call_it("opencv", "cv")

    assert names_in(kernels) == ["cuda", "cv"]
    assert read_json(kernels / "cuda")["env"] == {"CUDA": "0"}
    assert "env" not in read_json(kernels / "cv")
    sync(open_registry())
    assert names_in(kernels) == ["cuda", "cv"]


def test_of_an_environment_with_several_kernels_the_meant_one_is_renamed(
    make_environment, kernels, call_it, open_registry
):
    environment = make_environment(kernels={"python3": python_spec(), "bash": bash_spec()})
    add(open_registry(), environment)

    call_it("opencv-bash", "shell")

    assert names_in(kernels) == ["opencv", "shell"]
    assert sync(open_registry()).changes == ()


def test_its_own_name_is_nothing_to_do(opencv, kernels, call_it):
    before = snapshot(kernels)

    assert [row.name for row in call_it("opencv", "opencv").unchanged] == ["opencv"]
    assert snapshot(kernels) == before


@pytest.mark.parametrize("force", [False, True])
def test_another_kernel_of_the_environment_is_not_overwritten(opencv, kernels, call_it, open_registry, force):
    add(open_registry(), opencv, Choices(kernel_name="gpu"))
    before = snapshot(kernels)

    with pytest.raises(NameTakenError):
        call_it("opencv", "gpu", force=force)
    assert snapshot(kernels) == before


@pytest.mark.parametrize(
    ("name", "error"),
    {"Open CV": InvalidNameError, "python3": ReservedNameError, "taken": NameTakenError}.items(),
)
def test_a_name_that_cannot_be_given_changes_nothing(opencv, kernels, call_it, name, error):
    write_spec(kernels / "taken", bash_spec())
    before = snapshot(kernels)

    with pytest.raises(error):
        call_it("opencv", name)
    assert snapshot(kernels) == before


def test_force_takes_a_name_that_is_taken_and_keeps_what_was_there(opencv, kernels, call_it):
    write_spec(kernels / "taken", bash_spec())

    call_it("opencv", "taken", force=True)

    assert names_in(kernels) == ["taken"]
    assert (kernels.parent / ".conda-jupyter-plugin/originals/taken/kernel.json").exists()


def lose_environment(environment):
    shutil.rmtree(environment.prefix)


def lose_kernel(environment):
    shutil.rmtree(environment.prefix / "share")


def break_kernel(environment):
    (environment.prefix / "share/jupyter/kernels/python3/kernel.json").write_text("{")


@pytest.mark.parametrize(
    ("happens", "error"),
    [
        (lose_environment, NotAnEnvironmentError),
        (lose_kernel, NoKernelError),
        (break_kernel, BrokenKernelspecError),
    ],
)
def test_what_cannot_be_written_keeps_its_name(opencv, kernels, call_it, happens, error):
    happens(opencv)
    before = snapshot(kernels)

    with pytest.raises(error):
        call_it("opencv", "cv")
    assert snapshot(kernels) == before


def test_another_managers_kernel_names_its_command(opencv, open_registry, kernels):
    registry = open_registry(activators={})

    with pytest.raises(WrongManagerError, match=r"Use: conda kernel rename opencv cv$"):
        rename(find_named(registry, "opencv"), Choices(kernel_name="cv"))


def test_a_kernel_that_somebody_removes_meanwhile_is_not_there(opencv, kernels, open_registry):
    found = find_named(open_registry(), "opencv")
    shutil.rmtree(kernels / "opencv")

    with pytest.raises(KernelNotFoundError):
        rename(type(found)(open_registry(), found.item), Choices(kernel_name="cv"))
    assert names_in(kernels) == []
