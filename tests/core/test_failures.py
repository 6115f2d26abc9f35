"""One broken thing is one broken row, or one line: everything else goes on."""

import os
import shutil
import subprocess

import pytest

from conda_jupyter_plugin.core.environment.versions import python_version, read_pyvenv
from conda_jupyter_plugin.core.errors import ActivationError, BrokenKernelspecError
from conda_jupyter_plugin.core.failures import collecting, told_as
from conda_jupyter_plugin.core.jupyter.locations import prefix_location, system_location, user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ..hostile import KERNELSPECS, PYVENVS
from ..support import add, conda_activation, follow, remove, snapshot, sync


def test_an_error_of_ours_is_kept_as_it_is(tmp_path):
    errors, error = [], BrokenKernelspecError(tmp_path, "is broken")

    with collecting(errors, "opencv"):
        raise error

    assert errors == [error]


def test_any_other_one_is_told_of_what_it_is_about():
    errors = []

    with collecting(errors, "opencv"):
        raise RuntimeError("two\nlines")

    assert [str(error) for error in errors] == [
        "Unexpected error while processing opencv: RuntimeError: two lines"
    ]


def test_what_was_to_be_told_in_its_own_words_is(tmp_path):
    told = told_as(lambda error: ActivationError(tmp_path, error))

    with pytest.raises(ActivationError, match=r"conda cannot activate .* \(tuple.index\)"), told:
        raise ValueError("tuple.index")


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, SystemExit])
def test_an_interruption_is_no_failure(interruption):
    with pytest.raises(interruption), collecting([], "opencv"):
        raise interruption


@pytest.fixture(autouse=True)
def _clear_folders_without_end(tmp_path):
    """Python cannot delete them itself before 3.13."""
    yield
    subprocess.run(["rm", "-rf", tmp_path], check=True)


@pytest.fixture
def good(make_environment, open_registry):
    """A healthy environment, registered."""
    environment = make_environment("good")
    add(open_registry(), environment)
    return environment


@pytest.mark.parametrize("name", KERNELSPECS)
def test_what_lies_beside_it_keeps_no_kernel_from_being_seen_to(name, good, open_registry, kernels):
    KERNELSPECS[name](kernels / "a-bad-one")
    KERNELSPECS[name](system_location().kernels / "another-bad-one")

    rows = {row.name: row for row in list_kernels(open_registry())}
    assert rows["good"].status == "ok"
    assert set(rows) >= {"a-bad-one", "another-bad-one"}

    shutil.rmtree(good.prefix)
    assert "good" in [row.name for row in remove(find_missing(open_registry())).removed]
    if (kernels / "a-bad-one").exists():
        assert remove([find_named(open_registry(), "a-bad-one", force=True)]).errors == ()
    assert not list(user_location().workshop.glob("staging-*"))
    assert not (kernels / "a-bad-one").exists()


@pytest.mark.parametrize("name", KERNELSPECS)
def test_what_an_environment_holds_stops_no_other_one(name, good, open_registry, make_environment, kernels):
    bad = make_environment("bad", kernels={})
    KERNELSPECS[name](bad.prefix / "share/jupyter/kernels/python3")
    (good.prefix / "share/jupyter/kernels/python3/more").touch()

    result = sync(open_registry(), [bad])

    assert [row.name for row in result.refreshed] == ["good"]
    assert {row.status for row in list_kernels(open_registry())} <= {"ok", "broken"}
    assert all(path.is_file() or path.is_dir() for path in kernels.rglob("*"))


@pytest.mark.parametrize("name", PYVENVS)
def test_a_pyvenv_cfg_is_read_as_python_reads_it(name, make_environment, good, open_registry):
    environment = make_environment(manager="venv")
    add(open_registry(), environment)
    PYVENVS[name](environment.prefix)

    version = python_version(read_pyvenv(environment.prefix))
    assert version == ("3.12" if name == "a byte order mark" else None)
    assert {row.name for row in list_kernels(open_registry())} == {"good", "opencv"}


def test_an_activation_that_fails_is_one_broken_row(good, open_registry, make_environment):
    bad = make_environment("bad")
    add(open_registry(), bad)

    def activate(environment):
        if environment.name == "bad":
            raise ValueError("tuple.index(x): x not in tuple")
        return conda_activation(environment)

    registry = open_registry(activators={"conda": activate}, activation="another")
    rows = {row.name: (row.status, row.fixable) for row in list_kernels(registry)}
    (good.prefix / "share/jupyter/kernels/python3/more").touch()
    result = sync(open_registry(activators={"conda": activate}, activation="another"))

    assert rows == {"bad": ("broken", False), "good": ("ok", False)}
    assert ([row.name for row in result.refreshed], len(result.errors)) == (["good"], 1)


def test_one_place_that_cannot_be_written_stops_nothing_elsewhere(
    good, open_registry, make_environment, monkeypatch
):
    other = make_environment("other")
    add(open_registry(location=system_location()), other)
    for environment in (good, other):
        shutil.rmtree(environment.prefix)
    # Even for root nothing can be written below a file.
    shutil.rmtree(system_location().workshop)
    system_location().workshop.touch()

    result = sync(open_registry())

    assert [row.name for row in result.removed] == ["good"]
    assert [error.code for error in result.errors] == ["location"]


def test_what_was_removed_before_another_could_not_be_is_told(good, open_registry):
    add(open_registry(location=system_location()), good)
    shutil.rmtree(system_location().workshop)
    system_location().workshop.touch()

    result = remove(find_of(open_registry(), good.prefix))

    assert [row.path for row in result.removed] == [user_location().kernels / "good"]
    assert [error.code for error in result.errors] == ["location"]


def test_what_was_written_before_another_could_not_be_is_told(open_registry, make_environment, monkeypatch):
    environment = make_environment(kernels={"python3": {}, "mine": {}})
    from conda_jupyter_plugin.core.storage import store

    write = store.write_kernelspec

    def failing(location, target, *rendered):
        if target.name == "opencv-mine":
            raise OSError("no space")
        write(location, target, *rendered)

    monkeypatch.setattr(store, "write_kernelspec", failing)

    result = add(open_registry(), environment)

    assert [row.name for row in result.registered] == ["opencv"]
    assert [error.code for error in result.errors] == ["unexpected"]


@pytest.fixture
def unread(good, monkeypatch):
    """Lets the user's place, where the healthy environment is registered, be on a bad disk."""
    listdir = os.listdir

    def failing(path="."):
        if str(path) == str(user_location().kernels):
            raise OSError(5, "Input/output error")
        return listdir(path)

    monkeypatch.setattr(os, "listdir", failing)


def test_a_place_that_cannot_be_read_is_not_taken_for_empty(good, open_registry, unread):
    before = snapshot(user_location().data)

    assert list_kernels(open_registry()) == ()
    assert [error.code for error in open_registry().unreadable()] == ["unreadable"]
    with pytest.raises(Exception, match="cannot be read"):
        add(open_registry(), good, Choices(kernel_name="good"))
    assert snapshot(user_location().data) == before


def test_nothing_new_goes_elsewhere_where_the_own_place_cannot_be_read(
    good, make_environment, open_registry, unread
):
    result = sync(open_registry(), [make_environment("new"), good])
    followed = follow(open_registry(), good.prefix, new=True)

    assert result.changes == followed.changes == ()
    assert [error.code for error in followed.errors] == ["unreadable"]
    assert not system_location().kernels.exists()


def test_a_kernel_location_in_an_environment_leaves_its_own_kernel_alone(good, open_registry):
    inside = prefix_location(str(good.prefix))

    result = sync(open_registry(location=inside, visible=(inside,)), [good])

    assert [row.name for row in result.registered] == ["good"]
    assert {row.status for row in list_kernels(open_registry(visible=(inside,)))} == {"ok"}
