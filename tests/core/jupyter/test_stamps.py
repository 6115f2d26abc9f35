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


@pytest.mark.parametrize("change", ["comes", "goes", "is replaced", "is written into"])
def test_what_somebody_does_to_a_kernelspec_is_seen(three, open_registry, kernels, reads, change):
    if change == "comes":
        shutil.copytree(kernels / "opencv-1", kernels / "a-copy")
    elif change == "goes":
        shutil.rmtree(kernels / "opencv-0")
    else:
        text = (kernels / "opencv-1/kernel.json").read_text()
        if change == "is replaced":
            shutil.rmtree(kernels / "opencv-0")
            (kernels / "opencv-0").mkdir()
        (kernels / "opencv-0/kernel.json").write_text(text)
    inventory = open_registry().inventory

    names = {item.name for item in inventory.owned_by(three[1].prefix)}

    # One that was written into where it lies is another environment's until it is read.
    assert names <= {item.name for item in inventory if item.owner.prefix == three[1].prefix}
    assert names >= {"opencv-1", *(["a-copy"] if change == "comes" else [])}
    if change == "is replaced":
        assert names == {"opencv-0", "opencv-1"}


def test_one_that_was_written_into_is_read_with_all_others(three, open_registry, kernels):
    (kernels / "opencv-0/kernel.json").write_text((kernels / "opencv-1/kernel.json").read_text())
    inventory = open_registry().inventory

    assert inventory.owned_by(three[0].prefix) == ()
    assert {item.name for item in inventory.owned_by(three[1].prefix)} == {"opencv-0", "opencv-1"}


DAMAGED = {
    "empty": "",
    "no JSON": "{",
    "no object": "[]",
    "deep": "[" * 100_000,
    "no version": "{}",
    "no kernels": '{"version": 1, "folder": [], "kernels": 5}',
    "no folder": '{"version": 1, "folder": {}, "kernels": {}}',
    "other fields": '{"version": 1, "folder": [1], "kernels": {"opencv-0": {"a": 1}, "opencv-1": [5]}}',
    "no path": '{"version": 1, "folder": [1], "kernels": {"opencv-0": ["\\u0000", "a", "b", "c"]}}',
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
