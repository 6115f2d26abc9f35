import json
import os
import shutil

import pytest

from conda_jupyter_plugin import __version__
from conda_jupyter_plugin.core.errors import LaterVersionError
from conda_jupyter_plugin.core.jupyter.installed import read_installed
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.kernelspec.record import FORMAT_VERSION, METADATA_KEY, is_of_later_release
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.naming.valid_names import NameTakenError
from conda_jupyter_plugin.core.results import Result
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, follow, hand_made_spec, python_spec, read_json, remove, snapshot, sync, write_spec


@pytest.fixture
def kernels():
    """The user's folder of kernelspecs."""
    return user_location().kernels


@pytest.fixture
def opencv(make_environment, open_registry):
    """An environment whose kernel is registered, with a choice of its user's."""
    environment = make_environment()
    add(open_registry(), environment, Choices(env={"OMP_NUM_THREADS": "4"}))
    return environment


@pytest.fixture
def rewrite(kernels):
    """Changes what is recorded in the registered kernel."""

    def rewrite(change):
        spec = read_json(kernels / "opencv")
        change(spec["metadata"][METADATA_KEY])
        write_spec(kernels / "opencv", json.dumps(spec, indent=1) + "\n")

    return rewrite


@pytest.fixture
def later(opencv, rewrite):
    """The same environment, whose kernel a later version of the project has written."""
    rewrite(lambda record: record.update(version=FORMAT_VERSION + 1))
    return opencv


def record_of(kernels):
    return read_json(kernels / "opencv")["metadata"][METADATA_KEY]


@pytest.fixture
def of_later_release(opencv, rewrite):
    """The same environment, whose kernel a later release has written in a way of its own."""
    rewrite(lambda record: record.update(release="99.1", colour="blue"))
    return opencv


@pytest.mark.parametrize(
    ("release", "is_later"),
    [
        *((text, True) for text in ("0.1.1", "0.1.0.1", "1", "0.2.dev1", "0.2a1", "0.10", "99.1rc2")),
        *((text, True) for text in ("0.2+local", "0.1.post1")),
        *((text, False) for text in ("0.1.0", "0.1", "0.1.0.dev7", "0.1rc1", "0.0.9")),
        *((text, False) for text in ("", "soon", "v9", "9" * 99)),
    ],
)
def test_releases_are_compared_as_pip_does(opencv, rewrite, kernels, release, is_later):
    rewrite(lambda record: record.update(release=release))

    assert is_of_later_release(read_installed(kernels / "opencv").owner) is is_later


def test_what_a_later_release_wrote_is_ok_and_left_alone(of_later_release, open_registry, home):
    write_spec(of_later_release.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})
    before = snapshot(home)

    (row,) = list_kernels(open_registry())
    assert (row.status, row.reason) == ("ok", "written by a later version of conda-jupyter-plugin")
    assert follow(open_registry(), of_later_release.prefix, new=True) == Result()
    result = sync(open_registry(), [of_later_release])
    assert (result.changes, [error.code for error in result.errors]) == ((), ["later_version"])
    for choices in (Choices(), Choices(env={"A": "b"}), Choices(display_name="Other")):
        with pytest.raises(LaterVersionError, match="`add --force`"):
            add(open_registry(), of_later_release, choices)
    assert snapshot(home) == before


def test_what_a_later_release_wrote_still_follows_its_environment(
    of_later_release, open_registry, make_environment, kernels
):
    vision = of_later_release.prefix.rename(of_later_release.prefix.with_name("vision"))
    follow(open_registry(), vision, previous=of_later_release.prefix)
    assert os.listdir(kernels) == ["vision"]

    shutil.rmtree(vision)
    sync(open_registry())
    assert not kernels.exists() or os.listdir(kernels) == []


def test_by_force_an_older_release_writes_it_anew(of_later_release, open_registry, kernels):
    add(open_registry(), of_later_release, Choices(force=True))

    assert record_of(kernels)["release"] == __version__
    assert [row.reason for row in list_kernels(open_registry())] == [None]


@pytest.mark.parametrize("release", ["0.0.9", None])
def test_what_an_older_release_wrote_is_refreshed_once(opencv, rewrite, open_registry, release):
    rewrite(lambda record: record.update(release=release))

    assert [row.status for row in list_kernels(open_registry())] == ["stale"]
    assert len(sync(open_registry()).refreshed) == 1
    assert sync(open_registry()) == Result()


@pytest.mark.parametrize("part", [None, "choices", "origin"])
def test_fields_of_a_later_version_survive_a_refresh(opencv, rewrite, open_registry, kernels, part):
    def change(record):
        (record[part] if part else record)["colour"] = {"deep": [1, None]}

    rewrite(change)
    write_spec(
        opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "interrupt_mode": "message"}
    )

    assert len(sync(open_registry()).refreshed) == 1

    record = record_of(kernels)
    assert (record[part] if part else record)["colour"] == {"deep": [1, None]}
    assert record["choices"]["env"] == {"OMP_NUM_THREADS": "4"}
    assert sync(open_registry()).changes == ()


def test_such_fields_alone_make_no_kernel_stale_wherever_they_stand(opencv, rewrite, open_registry):
    def put_first(record):
        everything = {"colour": 1, **record}
        record.clear()
        record.update(everything)

    rewrite(put_first)

    assert [row.status for row in list_kernels(open_registry())] == ["ok"]


def test_such_fields_stay_where_something_is_chosen_anew(opencv, rewrite, open_registry, kernels):
    rewrite(lambda record: record["choices"].update(colour=1))

    add(open_registry(), opencv, Choices(display_name="OpenCV"))

    assert record_of(kernels)["choices"] == {
        "colour": 1,
        "display_name": "OpenCV",
        "env": {"OMP_NUM_THREADS": "4"},
    }


def test_a_later_format_is_listed_for_what_it_is(later, open_registry):
    (row,) = list_kernels(open_registry())

    assert (row.status, row.managed) == ("ok", True)
    assert row.reason == "written by a later version of conda-jupyter-plugin"


@pytest.mark.parametrize("choices", [Choices(), Choices(kernel_name="opencv"), Choices(display_name="Other")])
def test_a_later_format_is_not_registered_over(later, open_registry, home, choices):
    before = snapshot(home)

    with pytest.raises(LaterVersionError, match="Update conda-jupyter-plugin"):
        add(open_registry(), later, choices)

    assert snapshot(home) == before


@pytest.mark.parametrize("happened", ["nothing", "changed", "kernel gone", "environment gone"])
def test_a_later_format_is_left_alone_with_a_sentence(later, open_registry, home, kernels, happened):
    kernel = later.prefix / "share/jupyter/kernels/python3"
    if happened == "changed":
        write_spec(kernel, {**python_spec(), "interrupt_mode": "message"})
    elif happened != "nothing":
        shutil.rmtree(kernel if happened == "kernel gone" else later.prefix)
    before = snapshot(home)

    result = sync(open_registry(), [later])

    assert (result.changes, snapshot(home)) == ((), before)
    assert [error.message for error in result.errors] == [
        f"The kernel opencv ({kernels / 'opencv'}) was written by a later version of conda-jupyter-plugin,"
        " so it was not changed."
    ]
    followed = follow(open_registry(), later.prefix, new=True, deleted=True)
    assert [error.code for error in followed.errors] == ["later_version"]
    assert snapshot(home) == before


def test_a_later_format_stops_no_other_kernel_of_the_environment(later, open_registry, kernels):
    write_spec(later.prefix / "share/jupyter/kernels/mine", {**python_spec(), "language": "other"})

    result = sync(open_registry(), [later])

    assert [row.kernel for row in result.registered] == ["mine"]
    assert [error.code for error in result.errors] == ["later_version"]


def test_a_later_format_is_removed_by_force_alone(later, open_registry, kernels):
    with pytest.raises(LaterVersionError, match="--force"):
        find_named(open_registry(), "opencv")
    with pytest.raises(LaterVersionError, match="--force"):
        find_of(open_registry(), later.prefix)

    remove([find_named(open_registry(), "opencv", force=True)])

    assert not (kernels / "opencv").exists()


def test_a_later_format_makes_room_for_nobody(later, open_registry, make_environment, tmp_path, home):
    shutil.rmtree(later.prefix)
    before = snapshot(home)

    assert find_missing(open_registry()) == ()
    with pytest.raises(NameTakenError):
        other = make_environment("other", parent=tmp_path / "elsewhere")
        add(open_registry(), other, Choices(kernel_name="opencv"))
    assert snapshot(home) == before


def test_a_later_format_that_cannot_be_read_is_not_adopted(make_environment, open_registry, kernels):
    environment = make_environment()
    spec = {**hand_made_spec(environment), "metadata": {METADATA_KEY: {"version": FORMAT_VERSION + 1}}}
    write_spec(kernels / "opencv", spec)

    with pytest.raises(NameTakenError):
        add(open_registry(), environment, Choices(kernel_name="opencv"))

    assert read_json(kernels / "opencv") == spec
    assert {row.reason for row in list_kernels(open_registry())} == {
        "written by a later version of conda-jupyter-plugin"
    }


def test_a_rename_onto_another_environment_leaves_its_later_format(
    later, open_registry, make_environment, kernels
):
    vision = make_environment("vision")
    add(open_registry(), vision)
    before = read_json(kernels / "opencv")

    result = follow(open_registry(), later.prefix, previous=vision.prefix, new=True)
    assert [error.code for error in result.errors] == ["later_version"]
    assert read_json(kernels / "opencv") == before


def test_what_is_remembered_in_a_later_format_does_not_come_back(opencv, open_registry, tmp_path):
    shutil.move(opencv.prefix, tmp_path / "away")
    sync(open_registry())
    (kept,) = (user_location().workshop / "remembered").iterdir()
    spec = json.loads(kept.read_text())
    spec["metadata"][METADATA_KEY]["version"] += 1
    kept.write_text(json.dumps(spec))
    shutil.move(tmp_path / "away", opencv.prefix)

    assert sync(open_registry()).changes == ()
