"""The file of stamps: what is wrong with it costs time, and nothing else."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from conda_jupyter_plugin.core.jupyter import inventory
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, add_all, python_spec, remove, snapshot, sync, write_spec


@pytest.fixture
def file(home):
    return user_location().workshop / "stamps.json"


@pytest.fixture
def three(make_environment, open_registry, at_once):
    """Registered environments."""
    found = [make_environment(f"opencv-{number}") for number in range(3)]
    add_all(open_registry(), found, Choices())
    return found


@pytest.fixture
def reads(monkeypatch):
    """The kernelspecs that are read."""
    names = []
    find = inventory.find_installed
    monkeypatch.setattr(inventory, "find_installed", lambda folder: names.append(folder.name) or find(folder))
    return names


def kernels_in(file):
    return json.loads(file.read_text())["kernels"]


def test_of_many_kernels_those_of_the_environment_alone_are_read(three, open_registry, reads):
    result = add(open_registry(), three[1])

    assert [row.name for row in result.unchanged] == ["opencv-1"]
    assert set(reads) == {"opencv-1"}


def _comes(kernels):
    shutil.copytree(kernels / "opencv-1", kernels / "opencv-3")


def _is_put_in_its_place(kernels):
    shutil.rmtree(kernels / "opencv-0")
    shutil.copytree(kernels / "opencv-1", kernels / "opencv-0")


def _is_written_into(kernels):
    (kernels / "opencv-0/kernel.json").write_text((kernels / "opencv-1/kernel.json").read_text())


def _takes_its_name(kernels):
    (kernels / "opencv-0").rename(kernels / "aside")
    (kernels / "opencv-2").rename(kernels / "opencv-0")
    (kernels / "aside").rename(kernels / "opencv-2")


WHOSE = {
    "comes": (_comes, [["opencv-0"], ["opencv-1", "opencv-3"], ["opencv-2"]]),
    "goes": (lambda kernels: shutil.rmtree(kernels / "opencv-0"), [[], ["opencv-1"], ["opencv-2"]]),
    "is put in its place": (_is_put_in_its_place, [[], ["opencv-0", "opencv-1"], ["opencv-2"]]),
    "is written into": (_is_written_into, [[], ["opencv-0", "opencv-1"], ["opencv-2"]]),
    "takes its name": (_takes_its_name, [["opencv-2"], ["opencv-1"], ["opencv-0"]]),
}


@pytest.mark.parametrize(("change", "whose"), WHOSE.values(), ids=WHOSE)
def test_whose_a_kernelspec_is_now_that_somebody_has_changed_is_seen(
    three, open_registry, kernels, change, whose
):
    change(kernels)
    inventory = open_registry().inventory

    assert [[item.name for item in inventory.owned_by(each.prefix)] for each in three] == whose
    # Its dry run, for which everything was read, foresees all that it does.
    sync(open_registry())
    assert {row.status for row in list_kernels(open_registry())} == {"ok"}


def test_paths_in_kernelspecs_that_somebody_has_replaced_are_followed(three, open_registry, kernels):
    """As `sed -i` does, after a folder of environments was moved."""
    old, new = three[0].prefix.parent, three[0].prefix.parent.with_name("moved")
    old.rename(new)
    for path in kernels.glob("*/kernel.json"):
        path.with_name("new").write_text(path.read_text().replace(f"{old}/", f"{new}/"))
        path.with_name("new").replace(path)
    registry = open_registry()

    assert [item.name for item in registry.owned_by(new / "opencv-1")] == ["opencv-1"]
    assert (registry.owned_by(old / "opencv-1"), registry.missing) == ((), ())
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv-0", "opencv-1", "opencv-2"]
    assert {row.status for row in list_kernels(open_registry())} == {"ok"}


def test_that_of_an_environment_that_is_not_there_goes_though_somebody_wrote_it(
    three, open_registry, kernels, tmp_path
):
    path = kernels / "opencv-0/kernel.json"
    path.write_text(path.read_text().replace(str(three[0].prefix), str(three[0].prefix.with_name("gone"))))

    assert [row.name for row in sync(open_registry()).removed] == ["opencv-0"]


DAMAGED = {
    "empty": "",
    "no JSON": "{",
    "no object": "[]",
    "deep": "[" * 100_000,
    "no version": "{}",
    "no kernels": '{"version": 1, "kernels": 5}',
    "other fields": '{"version": 1, "kernels": {"opencv-0": {"a": 1}, "opencv-1": [5], "opencv-2": ["/a"]}}',
    "no path": '{"version": 1, "kernels": {"opencv-0": ["\\u0000", "a", "b", "c", "d"]}}',
    "no texts": '{"version": 1, "kernels": {"opencv-0": ["/a", 1, 1, 1, {}], "opencv-1": [[], [], []]}}',
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_none_and_is_written_anew(three, open_registry, file, text):
    before = kernels_in(file)
    file.write_text(text)

    assert {row.status for row in list_kernels(open_registry())} == {"ok"}
    assert sync(open_registry()).changes == ()
    assert kernels_in(file) == before


@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_what_is_no_file_is_not_opened(three, open_registry, file, what, tmp_path):
    file.unlink()
    if what == "link":
        (tmp_path / "mine").write_text("mine")
        file.symlink_to(tmp_path / "mine")
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()

    assert {row.status for row in list_kernels(open_registry())} == {"ok"}
    assert sync(open_registry()).changes == ()
    assert what != "link" or (tmp_path / "mine").read_text() == "mine"


def test_what_a_later_version_has_written_is_left_to_it(three, open_registry, file, make_environment):
    text = json.dumps({**json.loads(file.read_text()), "version": 2})
    file.write_text(text)

    add(open_registry(), make_environment("another"))

    assert file.read_text() == text


def test_a_dry_run_and_a_list_write_no_stamps(three, open_registry, file):
    file.unlink()
    before = snapshot(user_location().data)

    list_kernels(open_registry())
    sync(open_registry(), dry_run=True)

    assert snapshot(user_location().data) == before


def test_the_last_kernel_takes_the_file_with_it(three, open_registry, file, kernels):
    write_spec(kernels / "mine", python_spec())
    for number, environment in enumerate(three):
        assert len(kernels_in(file)) == 3 - number
        remove(find_of(open_registry(), environment.prefix))

    assert not file.exists()


def test_where_no_stamps_can_be_written_nothing_is_said(three, open_registry, file):
    shutil.rmtree(file.parent)
    file.parent.touch()

    result = sync(open_registry())

    assert (result.errors, result.changes) == ((), ())
    assert file.parent.is_file()
