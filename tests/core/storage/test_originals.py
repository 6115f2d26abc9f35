import os
import shutil

import pytest

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    HISTORY,
    add,
    follow,
    hand_made_spec,
    python_spec,
    read_json,
    remove,
    snapshot,
    sync,
    write_spec,
)


@pytest.mark.parametrize("how", ["by name", "by force"])
def test_removing_what_was_adopted_gives_back_what_was_there(hand_made, open_registry, kernels, how):
    os.link(kernels / "opencv" / "kernel.js", kernels / "opencv" / "linked")
    (kernels / "opencv" / "logo-32x32.png").symlink_to("logo-64x64.png")
    before = snapshot(kernels)
    add(open_registry(), hand_made, Choices(kernel_name="opencv", force=how == "by force"))

    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before
    assert (kernels / "opencv" / "logo-32x32.png").is_symlink()
    assert [(row.managed, row.status) for row in list_kernels(open_registry())] == [(False, "ok")]


def test_what_is_given_back_is_told(hand_made, open_registry):
    add(open_registry(), hand_made)
    assert [row.gives_back for row in remove([find_named(open_registry(), "opencv")]).removed] == [True]

    add(open_registry(), hand_made, Choices(kernel_name="cv"))
    assert [row.gives_back for row in remove([find_named(open_registry(), "cv")]).removed] == [False]


def test_what_was_given_back_is_not_adopted_again_by_itself(make_environment, open_registry, kernels):
    environment = make_environment()
    write_spec(kernels / "opencv", hand_made_spec(environment))
    before = snapshot(kernels)
    add(open_registry(), environment)
    remove([find_named(open_registry(), "opencv")])

    follow(open_registry(), environment.prefix, new=True)
    sync(open_registry(), [environment])

    assert snapshot(kernels) == before
    assert add(open_registry(), environment).registered


def test_what_was_taken_by_force_comes_back_too(make_environment, open_registry, kernels):
    write_spec(kernels / "opencv", python_spec("/usr/bin/python3"))
    before = snapshot(kernels)
    add(open_registry(), make_environment(), Choices(kernel_name="opencv", force=True))
    assert snapshot(kernels) != before

    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before


def test_nothing_is_made_in_what_is_about_to_be_replaced(make_environment, open_registry, kernels):
    environment = make_environment()
    write_spec(environment.prefix / "share/jupyter/kernels/python3/templates", {})
    write_spec(kernels / "opencv", python_spec("/usr/bin/python3"))
    before = sorted(kernels.rglob("*"))
    add(open_registry(), environment, Choices(kernel_name="opencv", force=True))

    remove([find_named(open_registry(), "opencv")])

    assert sorted(kernels.rglob("*")) == before


@pytest.mark.parametrize("how", ["deleted by conda", "removed by hand"])
def test_what_was_taken_by_force_comes_back_when_the_environment_goes(
    make_environment, open_registry, kernels, how
):
    environment = make_environment()
    write_spec(kernels / "opencv", python_spec("/usr/bin/python3"))
    before = snapshot(kernels)
    add(open_registry(), environment, Choices(kernel_name="opencv", force=True))
    shutil.rmtree(environment.prefix)

    if how == "deleted by conda":
        follow(open_registry(), environment.prefix, new=False, deleted=True)
    else:
        sync(open_registry())

    assert snapshot(kernels) == before


def test_what_was_adopted_in_another_case_comes_back_so(make_environment, open_registry, kernels):
    environment = make_environment()
    write_spec(kernels / "OpenCV", hand_made_spec(environment))
    before = snapshot(kernels)
    add(open_registry(), environment)
    assert [path.name for path in kernels.iterdir()] == ["opencv"]

    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before


def test_what_was_adopted_comes_back_with_its_environment(hand_made, open_registry, kernels, tmp_path):
    add(open_registry(), hand_made)
    (hand_made.prefix / "conda-meta" / "history").write_text(HISTORY)
    before = snapshot(kernels)
    hand_made.prefix.rename(tmp_path / "away")
    remove(find_missing(open_registry()), Reason.LOST)
    assert snapshot(kernels) == {}

    (tmp_path / "away").rename(hand_made.prefix)
    sync(open_registry())

    assert snapshot(kernels) == before
    remove([find_named(open_registry(), "opencv")])
    assert read_json(kernels / "opencv")["display_name"] == "My CV"


def test_what_was_adopted_comes_back_with_the_package_that_conda_took_away(
    hand_made, open_registry, kernels, tmp_path
):
    add(open_registry(), hand_made)
    (hand_made.prefix / "conda-meta" / "history").write_text(HISTORY)
    before, own = snapshot(kernels), hand_made.prefix / "share/jupyter/kernels/python3"
    own.rename(tmp_path / "away")
    follow(open_registry(), hand_made.prefix, new=True, deleted=True)
    assert snapshot(kernels) == {}

    (tmp_path / "away").rename(own)
    follow(open_registry(), hand_made.prefix, new=True)

    assert snapshot(kernels) == before


def test_nothing_is_given_back_for_an_environment_that_was_deleted(hand_made, open_registry, kernels):
    add(open_registry(), hand_made)
    shutil.rmtree(hand_made.prefix)

    follow(open_registry(), hand_made.prefix, new=False, deleted=True)

    assert snapshot(kernels) == {}
    assert not (user_location().workshop / "originals").exists()


def test_the_latest_of_what_was_adopted_is_given_back(make_environment, open_registry, kernels):
    environment = make_environment()
    for shown in ("One", "Two"):
        shutil.rmtree(kernels / "opencv", ignore_errors=True)
        write_spec(kernels / "opencv", hand_made_spec(environment, shown))
        add(open_registry(), environment)

    remove([find_named(open_registry(), "opencv")])

    assert read_json(kernels / "opencv")["display_name"] == "Two"


def test_what_a_killed_process_was_about_to_set_aside_is_set_aside(make_environment, open_registry, kernels):
    environment = make_environment()
    add(open_registry(), environment)
    half_done = user_location().workshop / "staging-x" / "replaced" / "opencv"
    write_spec(half_done, hand_made_spec(environment, "Mine"))

    add(open_registry(), environment, Choices(env={"A": "b"}))

    assert read_json(user_location().workshop / "originals" / "opencv")["display_name"] == "Mine"


@pytest.mark.parametrize("where", ["keep_original", "put"])
def test_an_interruption_loses_nothing_of_what_somebody_wrote(
    hand_made, open_registry, kernels, monkeypatch, where
):
    before = snapshot(kernels)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(store, where, interrupt)
        add(open_registry(), hand_made)
    add(open_registry(), hand_made, Choices(activate=False))
    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before


def test_what_an_interruption_has_not_given_back_is_given_back_later(hand_made, open_registry, kernels):
    before = snapshot(kernels)
    add(open_registry(), hand_made)
    shutil.rmtree(kernels / "opencv")

    add(open_registry(), hand_made)
    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before


def test_where_an_older_version_kept_it_it_is_found_too(hand_made, open_registry, kernels):
    before = snapshot(kernels)
    add(open_registry(), hand_made)
    workshop = user_location().workshop
    (workshop / "originals").rename(workshop / "adopted")

    remove([find_named(open_registry(), "opencv")])

    assert snapshot(kernels) == before
    assert not (workshop / "adopted").exists()
