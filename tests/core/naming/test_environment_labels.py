"""No two environments look alike in a list of kernels."""

import shutil

import pytest

from conda_jupyter_plugin.core.jupyter.locations import system_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_named
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, follow, remove, shown, sync


@pytest.fixture
def three(make_environment, open_registry, tmp_path):
    """Three projects of the same name in different places, each with a `.venv`."""
    places = [tmp_path / "a" / "x" / "proj", tmp_path / "b" / "y" / "proj", tmp_path / "c" / "y" / "proj"]
    environments = [make_environment(".venv", parent=place, manager="venv") for place in places]
    for environment in environments:
        add(open_registry(), environment)
    return environments


THREE = {
    "proj": "Python 3.12 (proj)",
    "y-proj": "Python 3.12 (y/proj)",
    "y-proj-2": "Python 3.12 (c/y/proj)",
}


def test_names_of_folders_around_tell_projects_of_one_name_apart(three, open_registry):
    assert shown(open_registry) == THREE
    assert {row.environment for row in list_kernels(open_registry())} == {"proj"}


@pytest.mark.parametrize("folder", [".conda", "env", "envs/default"])
def test_a_generic_folder_of_condas_is_called_after_its_project(
    make_environment, open_registry, tmp_path, folder
):
    for project in ("alpha", "beta"):
        add(open_registry(), make_environment(folder, parent=tmp_path / project))

    assert shown(open_registry) == {"alpha": "Python 3.12 (alpha)", "beta": "Python 3.12 (beta)"}


def test_what_it_is_called_stays_whatever_comes_and_goes(three, open_registry):
    assert not sync(open_registry(), three).changes
    assert {row.status for row in list_kernels(open_registry())} == {"ok"}

    remove([find_named(open_registry(), "proj")])
    config = three[1].prefix / "pyvenv.cfg"
    config.write_text(config.read_text().replace("3.12", "3.13"))
    sync(open_registry(), three)

    assert shown(open_registry) == {
        "y-proj": "Python 3.13 (y/proj)",
        "y-proj-2": "Python 3.12 (c/y/proj)",
    }


def test_all_kernels_of_an_environment_call_it_the_same(three, open_registry):
    remove([find_named(open_registry(), "proj")])

    add(open_registry(), three[1], Choices(kernel_name="y-gpu"))
    add(open_registry(), three[2], Choices(kernel_name="proj-gpu"))

    assert shown(open_registry)["y-gpu"] == "Python 3.12 (y/proj, y-gpu)"
    assert shown(open_registry)["proj-gpu"] == "Python 3.12 (c/y/proj-gpu)"


def test_two_bases_are_told_apart(make_environment, open_registry, tmp_path):
    for name in ("miniforge3", "anaconda3"):
        environment = make_environment(name, parent=tmp_path)
        (environment.prefix / "condabin").mkdir()
        add(open_registry(), environment)

    assert shown(open_registry) == {
        "base": "Python 3.12 (base)",
        "anaconda3-base": "Python 3.12 (anaconda3/base)",
    }


def test_two_condas_environments_of_one_name_are_told_apart(make_environment, open_registry, tmp_path):
    for name in ("miniforge3", "anaconda3"):
        add(open_registry(), make_environment(parent=tmp_path / name / "envs"))

    assert set(shown(open_registry).values()) == {"Python 3.12 (opencv)", "Python 3.12 (anaconda3/opencv)"}


def test_an_environment_seen_in_another_place_counts_too(make_environment, open_registry, tmp_path):
    add(open_registry(location=system_location()), make_environment(parent=tmp_path / "lab"))

    add(open_registry(), make_environment(parent=tmp_path / "my"))

    assert set(shown(open_registry).values()) == {"Python 3.12 (opencv)", "Python 3.12 (my/opencv)"}


def test_the_same_environment_in_two_places_is_called_the_same(make_environment, open_registry):
    environment = make_environment()
    add(open_registry(location=system_location()), environment)

    (row,) = add(open_registry(), environment).registered

    assert row.display_name == "Python 3.12 (opencv)"


def test_what_somebody_called_otherwise_looks_like_none(make_environment, open_registry, tmp_path):
    add(open_registry(), make_environment(parent=tmp_path / "a"), Choices(display_name="Mine"))

    (row,) = add(open_registry(), make_environment(parent=tmp_path / "b")).registered

    assert row.display_name == "Python 3.12 (opencv)"


def test_a_renamed_environment_is_called_anew(three, make_environment, open_registry, tmp_path):
    renamed = make_environment("vision", parent=tmp_path / "b", manager="venv")
    shutil.rmtree(three[1].prefix)

    follow(open_registry(), renamed.prefix, previous=three[1].prefix, new=True)

    assert shown(open_registry)["vision"] == "Python 3.12 (vision)"


def test_a_named_environment_with_conda_inside_is_not_taken_for_base(
    make_environment, open_registry, tmp_path
):
    folder = tmp_path / "conda_environments"
    environment = make_environment("builder", parent=folder)
    (environment.prefix / "condabin").mkdir()

    add(open_registry(envs_folders=(folder,)), environment)

    (row,) = list_kernels(open_registry(envs_folders=(folder,)))
    assert (row.name, row.display_name, row.environment) == ("builder", "Python 3.12 (builder)", "builder")
    assert row.status == "ok"
