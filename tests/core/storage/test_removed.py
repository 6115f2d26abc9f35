"""Removed stays removed."""

import shutil

import pytest

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.jupyter.locations import system_location, user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    HISTORY,
    add,
    follow,
    hand_made_spec,
    python_spec,
    r_spec,
    remove,
    snapshot,
    sync,
    write_spec,
)


@pytest.fixture(params=["conda", "venv"])
def environment(request, make_environment, open_registry):
    """An environment of either kind, whose kernel is registered."""
    environment = make_environment(manager=request.param)
    _made(environment, HISTORY)
    add(open_registry(), environment)
    return environment


def _made(environment, history):
    if environment.manager == "conda":
        (environment.prefix / "conda-meta" / "history").write_text(history)


def names(open_registry):
    return [row.name for row in list_kernels(open_registry())]


@pytest.mark.parametrize("how", ["by its name", "by its environment"])
def test_what_was_removed_is_not_brought_back(environment, open_registry, home, how):
    registry = open_registry()
    found = [find_named(registry, "opencv")]
    remove(found if how == "by its name" else find_of(registry, environment.prefix))
    before = snapshot(home)

    write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})
    follow(open_registry(), environment.prefix, new=True)
    result = sync(open_registry(), [environment])

    assert (result.changes, result.errors) == ((), ())
    assert snapshot(home) == before


@pytest.mark.parametrize("when", ["before", "after"])
def test_an_interruption_leaves_a_note_only_of_what_is_gone(environment, open_registry, monkeypatch, when):
    def interrupted(*args, removing=store.remove_kernelspec):
        if when == "after":
            removing(*args)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(store, "remove_kernelspec", interrupted)
        remove([find_named(open_registry(), "opencv")])

    sync(open_registry(), [environment])
    assert names(open_registry) == (["opencv"] if when == "before" else [])
    noted = user_location().workshop / "removed"
    assert noted.exists() == (when == "after")


def test_nothing_of_it_lies_in_the_environment(environment, open_registry):
    before = snapshot(environment.prefix)

    remove([find_named(open_registry(), "opencv")])

    assert snapshot(environment.prefix) == before


def test_it_is_listed_as_unregistered_where_it_is_available(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])

    rows = list_kernels(open_registry(), [environment])

    assert [(row.name, row.status) for row in rows] == [("opencv", "unregistered")]


def test_add_brings_it_back_for_good(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])
    add(open_registry(), environment)
    assert names(open_registry) == ["opencv"]
    assert not (user_location().workshop / "removed").exists()

    shutil.rmtree(user_location().kernels / "opencv")
    follow(open_registry(), environment.prefix, new=True)

    assert names(open_registry) == ["opencv"]


def test_a_new_environment_in_the_same_place_starts_afresh(environment, open_registry, make_environment):
    remove([find_named(open_registry(), "opencv")])
    shutil.rmtree(environment.prefix)
    anew = make_environment(manager=environment.manager)
    _made(anew, HISTORY.replace("2026", "2037"))

    follow(open_registry(), anew.prefix, new=True)

    assert names(open_registry) == ["opencv"]


def test_of_several_kernels_the_last_one_removed_stays_away(environment, open_registry):
    add(open_registry(), environment, Choices(kernel_name="gpu"))
    for name in ("opencv", "gpu"):
        remove([find_named(open_registry(), name)])
        follow(open_registry(), environment.prefix, new=True)

    assert names(open_registry) == []


def test_another_kernel_of_the_environment_comes_all_the_same(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])
    write_spec(environment.prefix / "share/jupyter/kernels/ir", r_spec())
    (environment.prefix / "bin" / "R").touch(0o755)

    follow(open_registry(), environment.prefix, new=True)

    assert [row.language for row in list_kernels(open_registry())] == ["R"]


def test_it_stays_away_when_its_environment_is_renamed(environment, open_registry, tmp_path):
    remove([find_named(open_registry(), "opencv")])
    renamed = environment.prefix.rename(tmp_path / "envs" / "vision")

    follow(open_registry(), renamed, previous=environment.prefix, new=True)
    follow(open_registry(), renamed, new=True)

    assert names(open_registry) == []


def test_it_stays_away_when_its_environment_is_moved_by_hand(open_registry, make_environment, tmp_path):
    environment = make_environment()
    _made(environment, HISTORY)
    add(open_registry(), environment)
    remove([find_named(open_registry(), "opencv")])
    moved = environment.prefix.rename(tmp_path / "envs" / "vision")

    sync(open_registry(), [type(environment)(moved, "vision", "conda")])

    assert names(open_registry) == []


def test_what_was_removed_elsewhere_is_not_brought_back_here(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])
    add(open_registry(location=system_location()), environment)
    assert names(open_registry) == ["opencv"]
    remove([find_named(open_registry(), "opencv")])

    follow(open_registry(), environment.prefix, new=True)

    assert names(open_registry) == []


def test_what_went_with_its_environment_comes_back(environment, open_registry, tmp_path):
    environment.prefix.rename(tmp_path / "away")
    remove(find_missing(open_registry()), Reason.LOST)
    (tmp_path / "away").rename(environment.prefix)

    sync(open_registry())

    assert names(open_registry) == ["opencv"]


def test_it_stays_away_where_conda_takes_something_else_from_the_environment(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])

    follow(open_registry(), environment.prefix, new=True, deleted=True)
    follow(open_registry(), environment.prefix, new=True)

    assert names(open_registry) == []


def test_what_conda_leaves_of_a_deleted_environment_is_none(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment)
    shutil.rmtree(environment.prefix)
    (environment.prefix / "conda-meta").mkdir(parents=True)

    follow(open_registry(), environment.prefix, new=True, deleted=True)

    assert [path.name for path in user_location().workshop.iterdir()] == ["lock"]


@pytest.mark.parametrize("again", [True, False])
def test_what_conda_deleted_leaves_nothing_behind(environment, open_registry, again):
    remove([find_named(open_registry(), "opencv")])
    if again:
        add(open_registry(), environment)
    shutil.rmtree(environment.prefix)

    follow(open_registry(), environment.prefix, new=False, deleted=True)

    assert [path.name for path in user_location().workshop.iterdir()] == ["lock"]


def test_a_hand_made_kernel_that_is_removed_by_force_gets_no_successor(make_environment, open_registry):
    environment = make_environment()
    _made(environment, HISTORY)
    write_spec(user_location().kernels / "opencv", hand_made_spec(environment))
    remove([find_named(open_registry(), "opencv", force=True)])

    follow(open_registry(), environment.prefix, new=True)

    assert names(open_registry) == []


def test_what_is_known_of_it_may_be_damaged(environment, open_registry):
    remove([find_named(open_registry(), "opencv")])
    (kept,) = (user_location().workshop / "removed").iterdir()
    kept.write_text("{")

    sync(open_registry(), [environment])
    assert names(open_registry) == []
    add(open_registry(), environment)
    assert names(open_registry) == ["opencv"]
