"""One environment, several kernels."""

import shutil

import pytest

from conda_jupyter_plugin.core.jupyter.locations import system_location, user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    HISTORY,
    add,
    bash_spec,
    follow,
    hand_made_spec,
    python_spec,
    r_spec,
    read_json,
    remove,
    shown,
    snapshot,
    sync,
    write_program,
    write_spec,
)

GPU = Choices(kernel_name="opencv-gpu", env={"CUDA_VISIBLE_DEVICES": "0"})


@pytest.fixture
def opencv(make_environment, open_registry):
    """An environment with its own kernel and a further one."""
    environment = make_environment()
    (environment.prefix / "conda-meta" / "history").write_text(HISTORY)
    add(open_registry(), environment)
    add(open_registry(), environment, GPU)
    return environment


BOTH = {"opencv": "Python 3.12 (opencv)", "opencv-gpu": "Python 3.12 (opencv-gpu)"}


def test_a_further_name_adds_a_further_kernel_and_the_first_stays(make_environment, open_registry, kernels):
    environment = make_environment()
    add(open_registry(), environment)
    before = snapshot(kernels / "opencv")

    result = add(open_registry(), environment, GPU)

    assert [row.name for row in result.registered] == ["opencv-gpu"]
    assert result.changes == result.registered
    assert snapshot(kernels / "opencv") == before
    assert read_json(kernels / "opencv-gpu")["env"] == {"CUDA_VISIBLE_DEVICES": "0"}
    assert shown(open_registry) == BOTH


def test_each_keeps_what_is_its_own_through_a_refresh(opencv, open_registry, kernels):
    records = opencv.prefix / "conda-meta"
    (records / "python-3.12.1-0.json").rename(records / "python-3.13.1-0.json")

    follow(open_registry(), opencv.prefix, new=True)

    assert shown(open_registry) == {name: text.replace("3.12", "3.13") for name, text in BOTH.items()}
    assert "env" not in read_json(kernels / "opencv")
    assert read_json(kernels / "opencv-gpu")["env"] == {"CUDA_VISIBLE_DEVICES": "0"}


def test_each_is_in_line_at_once(opencv, open_registry):
    assert {row.status for row in list_kernels(open_registry())} == {"ok"}
    assert not sync(open_registry(), [opencv]).changes
    assert {row.name for row in add(open_registry(), opencv).unchanged} == set(BOTH)


def test_choices_with_a_name_are_that_ones_alone(opencv, open_registry, kernels):
    before = snapshot(kernels / "opencv")

    add(open_registry(), opencv, Choices(kernel_name="opencv-gpu", env={"A": "1"}))
    assert snapshot(kernels / "opencv") == before
    assert read_json(kernels / "opencv-gpu")["env"] == {"CUDA_VISIBLE_DEVICES": "0", "A": "1"}

    add(open_registry(), opencv, Choices(kernel_name="opencv", display_name="CV"))
    assert shown(open_registry) == {**BOTH, "opencv": "CV"}


def test_choices_without_a_name_are_the_environments_own_kernels(opencv, open_registry, kernels):
    before = snapshot(kernels / "opencv-gpu")

    add(open_registry(), opencv, Choices(env={"A": "1"}))

    assert read_json(kernels / "opencv")["env"] == {"A": "1"}
    assert snapshot(kernels / "opencv-gpu") == before


def test_choices_without_a_name_are_the_first_ones_whatever_it_is_called(
    make_environment, open_registry, kernels
):
    environment = make_environment()
    for name in ("gpu", "cpu"):
        add(open_registry(), environment, Choices(kernel_name=name))
    before = snapshot(kernels / "cpu")

    add(open_registry(), environment, Choices(env={"A": "1"}))

    assert read_json(kernels / "gpu")["env"] == {"A": "1"}
    assert snapshot(kernels / "cpu") == before
    assert shown(open_registry) == {"gpu": "Python 3.12 (opencv)", "cpu": "Python 3.12 (opencv, cpu)"}


def test_each_keeps_what_is_its_own_through_a_rename(opencv, open_registry, make_environment, kernels):
    renamed = make_environment("vision")
    shutil.rmtree(opencv.prefix)

    follow(open_registry(), renamed.prefix, previous=opencv.prefix, new=True)

    assert shown(open_registry) == {
        "vision": "Python 3.12 (vision)",
        "opencv-gpu": "Python 3.12 (vision, opencv-gpu)",
    }
    assert read_json(kernels / "opencv-gpu")["env"] == {"CUDA_VISIBLE_DEVICES": "0"}
    assert {row.prefix for row in list_kernels(open_registry())} == {renamed.prefix}


def test_all_of_them_come_back_with_their_environment(opencv, open_registry, kernels, tmp_path):
    before = snapshot(kernels)
    opencv.prefix.rename(tmp_path / "away")
    sync(open_registry())
    assert snapshot(kernels) == {}

    (tmp_path / "away").rename(opencv.prefix)
    sync(open_registry())

    assert snapshot(kernels) == before


def test_one_that_is_named_does_not_keep_the_others_from_coming_back(opencv, open_registry, tmp_path):
    opencv.prefix.rename(tmp_path / "away")
    sync(open_registry())
    (tmp_path / "away").rename(opencv.prefix)

    add(open_registry(), opencv, Choices(kernel_name="opencv-tpu"))
    sync(open_registry())

    assert set(shown(open_registry)) == {*BOTH, "opencv-tpu"}
    assert not (user_location().workshop / "remembered").exists()


def test_all_of_them_are_found_by_their_environment(opencv, open_registry, kernels):
    found = find_of(open_registry(), opencv.prefix)

    assert {row.name for row in remove(found).removed} == set(BOTH)
    assert snapshot(kernels) == {}


def test_by_itself_the_default_one_is_added_only_where_there_is_none(opencv, open_registry):
    remove([find_named(open_registry(), "opencv")])

    follow(open_registry(), opencv.prefix, new=True)
    sync(open_registry(), [opencv])

    assert set(shown(open_registry)) == {"opencv-gpu"}


def test_the_default_one_is_available_then_and_comes_back_by_add(opencv, open_registry):
    remove([find_named(open_registry(), "opencv")])

    rows = list_kernels(open_registry(), [opencv])
    assert [(row.name, row.status) for row in rows] == [("opencv", "unregistered"), ("opencv-gpu", "ok")]

    result = add(open_registry(), opencv)
    assert [row.name for row in result.registered] == ["opencv"]
    assert shown(open_registry) == BOTH


def test_a_kernel_that_comes_to_an_environment_gets_its_own_beside_the_further_ones(opencv, open_registry):
    write_spec(opencv.prefix / "share/jupyter/kernels/ir", r_spec())
    write_program(opencv.prefix / "bin" / "R")

    follow(open_registry(), opencv.prefix, new=True)

    assert set(shown(open_registry)) == {*BOTH, "opencv-ir"}


def test_a_further_name_is_for_every_kernel_of_the_environment(make_environment, open_registry):
    environment = make_environment(kernels={"python3": {}, "bash": bash_spec()})
    add(open_registry(), environment)

    add(open_registry(), environment, GPU)

    assert set(shown(open_registry)) == {"opencv", "opencv-bash", "opencv-gpu", "opencv-gpu-bash"}
    assert len(set(shown(open_registry).values())) == 4


def test_a_further_one_elsewhere_is_told_apart_too(make_environment, open_registry):
    environment = make_environment()
    add(open_registry(location=system_location()), environment)

    add(open_registry(), environment, Choices(kernel_name="opencv-gpu"))

    assert shown(open_registry) == BOTH


def test_a_further_one_that_was_made_by_hand_is_adopted(opencv, open_registry, kernels):
    spec = {**hand_made_spec(opencv, "Mine"), "interrupt_mode": "message"}
    write_spec(kernels / "mine", spec)

    add(open_registry(), opencv, Choices(kernel_name="mine"))

    assert shown(open_registry) == {**BOTH, "mine": "Mine"}
    assert read_json(kernels / "mine")["interrupt_mode"] == "message"


def test_copies_that_somebody_made_stay_in_line_under_their_names(opencv, open_registry, kernels):
    shutil.copytree(kernels / "opencv", kernels / "a-copy")
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})

    sync(open_registry())

    assert {read_json(path)["new"] for path in kernels.iterdir()} == {1}
    assert sorted(path.name for path in kernels.iterdir()) == ["a-copy", "opencv", "opencv-gpu"]
    add(open_registry(), opencv, Choices(display_name="CV"))
    assert shown(open_registry)["opencv"] == "CV"
    assert shown(open_registry)["a-copy"] == "Python 3.12 (opencv)"


def test_a_dry_run_tells_what_a_further_one_would_be_shown_as(opencv, open_registry, kernels):
    before = snapshot(kernels)

    result = add(open_registry(), opencv, Choices(kernel_name="opencv-tpu"), dry_run=True)

    assert [row.display_name for row in result.registered] == ["Python 3.12 (opencv-tpu)"]
    assert snapshot(kernels) == before
