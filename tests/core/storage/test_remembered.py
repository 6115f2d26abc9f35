import json
import os
import shutil

import pytest

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import HISTORY, add, follow, read_json, remove, snapshot, sync


@pytest.fixture(params=["conda", "venv"])
def chosen(request, make_environment, open_registry):
    """An environment of either kind, with all that can be chosen for its kernel."""
    environment = make_environment(manager=request.param)
    if request.param == "conda":
        (environment.prefix / "conda-meta" / "history").write_text(HISTORY)
    choices = Choices(kernel_name="cv", display_name="Vision", env={"A": "b"}, activate=False)
    add(open_registry(), environment, choices)
    return environment


def sync_names(open_registry, *environments):
    result = sync(open_registry(), environments)
    assert result.errors == ()
    kinds = (result.registered, result.refreshed, result.removed)
    return tuple([row.name for row in rows] for rows in kinds)


@pytest.mark.parametrize("how", ["sync", "--missing", "follow"])
def test_where_an_environment_comes_back_its_kernel_does_as_it_was(chosen, open_registry, tmp_path, how):
    before = snapshot(user_location().kernels)
    chosen.prefix.rename(tmp_path / "away")
    if how == "sync":
        assert sync_names(open_registry) == ([], [], ["cv"])
    elif how == "--missing":
        remove(find_missing(open_registry()), Reason.LOST)
    else:
        follow(open_registry(), chosen.prefix, new=False)
    assert list_kernels(open_registry()) == ()

    (tmp_path / "away").rename(chosen.prefix)

    assert sync_names(open_registry) == (["cv"], [], [])
    assert snapshot(user_location().kernels) == before
    assert sync_names(open_registry) == ([], [], [])
    assert not (user_location().workshop / "remembered").exists()


def test_its_name_is_another_one_where_that_is_taken_by_now(
    chosen, open_registry, make_environment, tmp_path
):
    chosen.prefix.rename(tmp_path / "away")
    sync(open_registry())
    add(open_registry(), make_environment("cv"))
    (tmp_path / "away").rename(chosen.prefix)

    assert sync_names(open_registry) == (["opencv"], [], [])
    assert read_json(user_location().kernels / "opencv")["display_name"] == "Vision"


def test_a_new_environment_in_the_same_place_starts_afresh(chosen, open_registry, make_environment):
    shutil.rmtree(chosen.prefix)
    sync(open_registry())
    anew = make_environment(manager=chosen.manager)
    if chosen.manager == "conda":
        (anew.prefix / "conda-meta" / "history").write_text(HISTORY.replace("2026", "2037"))

    assert sync_names(open_registry) == ([], [], [])
    result = add(open_registry(), anew)

    assert [(row.name, row.display_name) for row in result.registered] == [("opencv", "Python 3.12 (opencv)")]
    assert not (user_location().workshop / "remembered").exists()


@pytest.mark.parametrize("how", ["by name", "with its environment, by conda"])
def test_what_was_removed_on_purpose_does_not_come_back(chosen, open_registry, tmp_path, how):
    if how == "by name":
        remove([find_named(open_registry(), "cv")])
    else:
        chosen.prefix.rename(tmp_path / "away")
        follow(open_registry(), chosen.prefix, new=False, deleted=True)
        (tmp_path / "away").rename(chosen.prefix)

    assert sync_names(open_registry) == ([], [], [])
    assert not (user_location().workshop / "remembered").exists()


def test_what_is_remembered_is_its_owners_alone_and_limited(open_registry, monkeypatch, make_environment):
    monkeypatch.setattr("conda_jupyter_plugin.core.storage.remembered.MAXIMUM", 2)
    gone = user_location().workshop / "remembered"
    for age, name in enumerate(("a", "b", "c")):
        environment = make_environment(name)
        add(open_registry(), environment)
        shutil.rmtree(environment.prefix)
        sync(open_registry())
        (latest,) = (path for path in gone.iterdir() if owner_of(path)["environment"] == name)
        os.utime(latest, (age, age))

    assert {owner_of(path)["environment"] for path in gone.iterdir()} == {"b", "c"}
    assert {path.stat().st_mode & 0o777 for path in gone.iterdir()} == {0o600}


def owner_of(note):
    return json.loads(note.read_text("utf-8"))["metadata"]["conda_jupyter_plugin"]


def test_what_is_remembered_may_be_damaged(chosen, open_registry, tmp_path):
    chosen.prefix.rename(tmp_path / "away")
    sync(open_registry())
    (kept,) = (user_location().workshop / "remembered").iterdir()
    kept.write_text("{")
    (tmp_path / "away").rename(chosen.prefix)

    assert sync_names(open_registry, chosen) == (["opencv"], [], [])


def test_where_an_older_version_kept_it_it_is_found_too(chosen, open_registry, tmp_path):
    workshop = user_location().workshop
    chosen.prefix.rename(tmp_path / "away")
    sync(open_registry())
    (workshop / "remembered").rename(workshop / "gone")
    (tmp_path / "away").rename(chosen.prefix)

    assert sync_names(open_registry) == (["cv"], [], [])
    assert not (workshop / "gone").exists()
