import os
import shutil
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.jupyter.locations import (
    Location,
    prefix_location,
    system_location,
    user_location,
    visible,
)
from conda_jupyter_plugin.core.kernelspec.survey import find_kernels
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import environments_inside, find_named
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    add,
    bash_spec,
    follow,
    python_spec,
    r_spec,
    read_json,
    remove,
    snapshot,
    sync,
    write_program,
    write_spec,
)


@pytest.fixture
def sync_all(open_registry):
    """Syncs, and tells the names that were registered, refreshed and removed."""

    def sync_all(**options):
        changes = {key: options.pop(key) for key in ("location", "visible") if key in options}
        result = sync(open_registry(**changes), **options)
        assert result.errors == ()
        kinds = (result.registered, result.refreshed, result.removed)
        return tuple([row.name for row in rows] for rows in kinds)

    return sync_all


def make_stale(environment):
    write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})


@pytest.mark.usefixtures("at_once")
def test_where_all_is_well_nothing_is_done(opencv, sync_all, home):
    before = snapshot(home)

    assert sync_all() == ([], [], [])
    assert snapshot(home) == before


def test_a_stale_kernel_is_refreshed(opencv, sync_all, open_registry):
    make_stale(opencv)

    assert sync_all() == ([], ["opencv"], [])
    assert [row.status for row in list_kernels(open_registry())] == ["ok"]


def test_a_kernel_whose_environment_is_gone_is_removed(opencv, sync_all):
    shutil.rmtree(opencv.prefix)

    assert sync_all() == ([], [], ["opencv"])
    assert not (user_location().kernels / "opencv").exists()


def test_a_kernel_whose_package_is_gone_is_removed(opencv, sync_all):
    shutil.rmtree(opencv.prefix / "share")

    assert sync_all() == ([], [], ["opencv"])


def test_a_kernel_whose_interpreter_is_gone_is_removed(opencv, sync_all):
    (opencv.prefix / "bin" / "python").unlink()

    assert sync_all() == ([], [], ["opencv"])


def test_a_kernel_that_an_environment_gained_is_registered(opencv, sync_all):
    write_program(opencv.prefix / "bin" / "R")
    write_spec(opencv.prefix / "share/jupyter/kernels/ir", r_spec())

    assert sync_all()[0] == ["opencv-ir"]


def test_a_kernel_that_cannot_run_is_not_registered_by_itself(opencv, sync_all):
    write_spec(opencv.prefix / "share/jupyter/kernels/ir", r_spec("/nowhere/R"))

    assert sync_all() == ([], [], [])


def test_an_environment_that_was_never_registered_stays_so(make_environment, sync_all):
    make_environment()

    assert sync_all() == ([], [], [])


def test_a_kernel_that_is_not_managed_stays(sync_all):
    folder = write_spec(user_location().kernels / "mine", bash_spec("/gone/bash"))

    sync_all()

    assert folder.exists()


def test_chosen_options_are_kept(open_registry, make_environment, sync_all):
    environment = make_environment()
    add(open_registry(), environment, Choices("cv", "CV", {"A": "b"}, activate=False))
    make_stale(environment)

    sync_all()

    (row,) = list_kernels(open_registry())
    assert (row.name, row.display_name, row.status) == ("cv", "CV", "ok")


def test_every_place_is_looked_at(open_registry, make_environment, sync_all):
    environment = make_environment()
    add(open_registry(location=system_location()), environment)
    shutil.rmtree(environment.prefix)

    assert sync_all() == ([], [], ["opencv"])


def test_a_dry_run_changes_nothing(opencv, sync_all, home):
    shutil.rmtree(opencv.prefix)
    before = snapshot(home)

    assert sync_all(dry_run=True) == ([], [], ["opencv"])
    assert snapshot(home) == before


def test_one_environment_that_cannot_be_read_stops_no_other(opencv, open_registry, make_environment):
    broken = make_environment("broken")
    add(open_registry(), broken)
    write_spec(broken.prefix / "share/jupyter/kernels/python3", "{")
    make_stale(opencv)

    result = sync(open_registry())

    assert [row.name for row in result.refreshed] == ["opencv"]
    assert [error.code for error in result.errors] == ["broken_kernelspec"]


def test_kernels_whose_activation_is_not_known_keep_theirs(opencv, open_registry, home):
    before = snapshot(user_location().kernels)

    sync(open_registry(activators={"venv": activate_virtual_environment}))

    assert snapshot(user_location().kernels) == before


def test_a_place_that_needs_nothing_need_not_be_writable(opencv, open_registry, monkeypatch):
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode, **how: not mode & os.W_OK and may(path, mode, **how))

    assert sync(open_registry()).errors == ()


def test_a_kernel_registered_for_the_jupyter_of_an_environment_is_none_of_that_environment(
    make_environment, open_registry
):
    lab = make_environment("lab")
    add(open_registry(location=prefix_location(str(lab.prefix))), make_environment())

    assert [kernel.directory for kernel in find_kernels(lab)] == ["python3"]


def test_a_broken_kernelspec_stops_no_other_and_is_told(opencv, open_registry):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "x": 1})
    write_spec(opencv.prefix / "share/jupyter/kernels/other", "{")

    result = sync(open_registry())

    assert [row.name for row in result.refreshed] == ["opencv"]
    assert [error.message.endswith("other/kernel.json is not valid JSON.") for error in result.errors] == [
        True
    ]
    assert [row.status for row in list_kernels(open_registry())] == ["ok"]


def test_a_dry_run_gives_away_the_names_that_become_free(opencv, sync_all, make_environment, tmp_path):
    shutil.rmtree(opencv.prefix)
    other = make_environment(parent=tmp_path / "elsewhere")

    told = sync_all(new=[other], dry_run=True)
    assert told == sync_all(new=[other]) == (["opencv"], [], [])


def test_a_copy_of_a_registration_is_brought_in_line_under_its_own_name(opencv, open_registry, sync_all):
    kernels = user_location().kernels
    shutil.copytree(kernels / "opencv", kernels / "copy")

    assert sync_all() == ([], ["copy"], [])
    assert sync_all() == ([], [], [])
    assert {row.name: row.status for row in list_kernels(open_registry())} == {"opencv": "ok", "copy": "ok"}


def test_a_rename_onto_another_environment_takes_its_kernels_place(opencv, open_registry, make_environment):
    vision = make_environment("vision")
    add(open_registry(), vision, Choices(env={"A": "theirs"}))
    add(open_registry(), opencv, Choices(display_name="Mine"))
    shutil.rmtree(opencv.prefix)

    result = follow(open_registry(), vision.prefix, previous=opencv.prefix, new=True)

    assert [row.name for row in result.removed] == ["opencv"]
    (row,) = list_kernels(open_registry())
    assert (row.name, row.display_name) == ("vision", "Mine")
    assert "env" not in read_json(row.path)


@pytest.mark.parametrize("there", [True, False])
def test_a_new_environment_without_a_kernel_is_nobodys_news(make_environment, open_registry, there):
    environment = make_environment(kernels={})
    if not there:
        shutil.rmtree(environment.prefix)

    result = follow(open_registry(), environment.prefix, new=True)

    assert (result.changes, result.errors) == ((), ())


@pytest.mark.parametrize("chosen", [None, "vision"])
def test_further_kernels_whose_folders_have_reserved_names_are_registered_too(
    make_environment, open_registry, chosen
):
    reserved = ["5d41402abc4b2a76b9719d911017c592", "7d793037a0760186574b0282f2f435e7", "python3jvsc74a57bd0"]
    environment = make_environment(kernels={"python3": {}, **{key: {} for key in reserved}})
    add(open_registry(), environment, Choices(kernel_name=chosen))

    result = follow(open_registry(), environment.prefix, new=True)

    assert result.changes == ()
    names = {row.kernel: row.name for row in list_kernels(open_registry())}
    assert names["python3"] == (chosen or "opencv")
    assert len(set(names.values())) == 4
    assert all(names[directory].startswith(f"{names['python3']}-") for directory in reserved)


@pytest.fixture
def two(make_environment, open_registry):
    """An environment with a kernel for Python, and one for R."""
    environment = make_environment(kernels={"python3": {}, "ir": r_spec()}, r="4.4")
    add(open_registry(), environment)
    return environment


def remove_named(registry, *names):
    remove([find_named(registry, name) for name in names])


def names_by_kernel(registry):
    return {row.kernel: row.name for row in list_kernels(registry)}


BOTH = {"python3": "opencv", "ir": "opencv-ir"}


def test_the_first_of_two_kernels_that_was_removed_comes_back_under_its_name(two, open_registry):
    remove_named(open_registry(), "opencv")

    add(open_registry(), two)

    assert names_by_kernel(open_registry()) == BOTH


def test_so_does_one_that_jupyter_has_removed(two, kernels, open_registry, sync_all):
    shutil.rmtree(kernels / "opencv")

    assert sync_all()[0] == ["opencv"]
    assert names_by_kernel(open_registry()) == BOTH


@pytest.mark.parametrize("directory", ["python3", "ir"])
def test_one_whose_package_comes_back_has_the_name_that_it_had(two, open_registry, directory, tmp_path):
    own = two.prefix / "share/jupyter/kernels" / directory
    own.rename(tmp_path / directory)
    follow(open_registry(), two.prefix, new=False)
    (tmp_path / directory).rename(own)

    follow(open_registry(), two.prefix, new=False)

    assert names_by_kernel(open_registry()) == BOTH


@pytest.fixture
def r_first(make_environment, open_registry):
    """An environment that had a kernel for R before it got Python's."""
    environment = make_environment(kernels={"ir": r_spec()}, r="4.4")
    add(open_registry(), environment)
    write_spec(environment.prefix / "share/jupyter/kernels/python3", python_spec())
    follow(open_registry(), environment.prefix, new=False)
    return environment


R_FIRST = {"ir": "opencv", "python3": "opencv-python3"}


def test_the_kernel_that_was_there_first_keeps_the_plain_name(r_first, open_registry):
    assert names_by_kernel(open_registry()) == R_FIRST

    remove_named(open_registry(), "opencv")
    add(open_registry(), r_first)

    assert names_by_kernel(open_registry()) == R_FIRST


def test_both_follow_a_rename(r_first, open_registry):
    vision = r_first.prefix.with_name("vision")
    r_first.prefix.rename(vision)

    follow(open_registry(), vision, previous=r_first.prefix, new=True)

    assert names_by_kernel(open_registry()) == {"ir": "vision", "python3": "vision-python3"}


def test_a_name_that_was_chosen_for_the_first_leaves_the_plain_one_to_it(two, open_registry):
    remove_named(open_registry(), "opencv", "opencv-ir")
    add(open_registry(), two, Choices(kernel_name="mine"))
    remove_named(open_registry(), "mine-ir")

    add(open_registry(), two)

    assert names_by_kernel(open_registry()) == {"python3": "mine", "ir": "opencv-ir"}


@pytest.fixture
def linked_home(home, tmp_path, monkeypatch):
    """The home folder by another path, which is where Jupyter looks besides."""
    link = tmp_path / "link"
    link.symlink_to(home)
    monkeypatch.setenv("JUPYTER_PATH", f"{link}/.local/share/jupyter")
    monkeypatch.setenv("HOME", str(link))
    return link


@pytest.mark.usefixtures("at_once")
def test_by_another_path_to_the_home_folder_nothing_is_stale_or_lost(
    opencv, home, linked_home, open_registry, sync_all, make_environment
):
    before = snapshot(home)
    places = visible(None, user_location(), Location(home / ".local/share/jupyter"))

    registry = open_registry(location=user_location(), visible=places)
    assert [row.status for row in list_kernels(registry)] == ["ok"]
    assert sync_all(location=user_location(), visible=places) == ([], [], [])
    assert snapshot(home) == before

    vision = make_environment("vision")
    shutil.rmtree(opencv.prefix)
    registry = open_registry(location=user_location(), visible=places)
    follow(registry, vision.prefix, previous=opencv.prefix, new=True)
    assert [row.name for row in list_kernels(open_registry())] == ["vision"]


@pytest.fixture
def linked(make_environment, tmp_path):
    """An environment by its real path, and by a link of another name."""
    environment = make_environment()
    link = tmp_path / "links" / "cv"
    link.parent.mkdir()
    link.symlink_to(environment.prefix)
    return environment, identify(link)


@pytest.mark.usefixtures("at_once")
@pytest.mark.parametrize("first", [0, 1], ids=["by its real path", "by the link"])
def test_an_environment_by_two_paths_is_one_and_keeps_the_first(linked, open_registry, sync_all, home, first):
    add(open_registry(), linked[first])
    before = snapshot(home)

    for environments in (linked, linked[::-1], [linked[1 - first]]):
        assert sync_all(new=environments) == ([], [], [])
        add(open_registry(), environments[0])
    assert snapshot(home) == before
    rows = list_kernels(open_registry(), linked)
    assert [(row.name, row.status) for row in rows] == [(linked[first].name, "ok")]


@pytest.mark.parametrize("first", [0, 1], ids=["by its real path", "by the link"])
def test_removed_by_the_real_path_its_kernel_goes(linked, open_registry, first):
    add(open_registry(), linked[first])
    shutil.rmtree(linked[0].prefix)

    follow(open_registry(), linked[0].prefix, new=True, deleted=True)

    assert list_kernels(open_registry()) == ()


def test_environments_inside_another_are_found_by_any_path(linked, make_environment, open_registry):
    outer, link = linked
    inner = make_environment("inner", parent=outer.prefix / "envs")
    add(open_registry(), inner)
    add(open_registry(), make_environment("elsewhere"))

    for prefix in (outer.prefix, link.prefix):
        assert environments_inside(open_registry(), prefix) == {inner.prefix: Path("envs/inner")}
    shutil.rmtree(outer.prefix)
    assert environments_inside(open_registry(), outer.prefix) == {inner.prefix: Path("envs/inner")}
