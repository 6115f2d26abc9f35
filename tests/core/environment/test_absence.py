import errno
import os
import shutil
import subprocess

import pytest

from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.environment.absence import is_gone, is_missing, observe, why_kept
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.errors import UnreadableError
from conda_jupyter_plugin.core.jupyter.installed import read_installed
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_missing
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...stops import needs_strace, steps_of, stop_at
from ...support import add, follow, mount_or_skip, open_registry, read_json, remove, snapshot, sync

CHOICES = Choices(display_name="Vision", env={"A": "b"})


def mount(*words):
    mount_or_skip("mount", *words)


def unmount(folder):
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def disk(tmp_path):
    """A folder where a file system is mounted and unmounted, with what it holds kept beside it."""

    class Disk:
        folder, content = tmp_path / "disk", tmp_path / "content"

        def attach(self):
            mount("--bind", self.content, self.folder)

        def detach(self):
            unmount(self.folder)

    disk = Disk()
    disk.folder.mkdir()
    disk.content.mkdir()
    disk.attach()
    yield disk
    if os.listdir(disk.folder):
        disk.detach()


@pytest.fixture
def opencv(make_environment, open_registry):
    """An environment whose kernel has a display name and a variable of the user's choice."""
    environment = make_environment()
    add(open_registry(), environment, CHOICES)
    return environment


def owner(name="opencv"):
    kernel = read_installed(user_location().kernels / name)
    assert kernel.owner
    return kernel.owner


def test_a_kernel_records_where_its_environment_lies(opencv):
    record = read_json(user_location().kernels / "opencv")["metadata"]["conda_jupyter_plugin"]

    assert record["origin"]["host"] == os.uname().nodename
    assert os.path.ismount(record["origin"]["mount"])
    assert owner().origin == observe(opencv.prefix)


def test_an_environment_that_was_deleted_is_known_to_be_gone(opencv):
    shutil.rmtree(opencv.prefix)

    assert is_gone(owner())
    assert is_missing(owner())


def test_so_is_one_that_was_deleted_with_all_that_is_around_it(opencv, tmp_path):
    shutil.rmtree(tmp_path / "envs")

    assert is_gone(owner())


def test_an_environment_that_is_there_is_neither_gone_nor_missing(opencv):
    assert not is_gone(owner())
    assert not is_missing(owner())


def test_a_record_of_an_earlier_format_is_taken_at_its_word(opencv):
    shutil.rmtree(opencv.prefix)

    assert is_gone(replace(owner(), origin=None))


@pytest.mark.parametrize("mounted", ["--bind", "tmpfs"])
def test_what_lies_on_another_file_system_is_not_known_to_be_gone(
    make_environment, open_registry, tmp_path, mounted
):
    folder = tmp_path / "disk"
    folder.mkdir()
    mount(*(["--bind", tmp_path] if mounted == "--bind" else ["-t", "tmpfs", "tmpfs"]), folder)
    try:
        add(open_registry(), make_environment(parent=folder / "envs"))
        assert owner().origin.mount == str(folder)
    finally:
        unmount(folder)

    assert why_kept(owner()) == f"the environment is on a disk that is not mounted ({folder})"
    assert not is_gone(owner())
    assert is_missing(owner())


def test_nor_is_what_lies_where_another_disk_is_mounted(make_environment, open_registry, disk, tmp_path):
    add(open_registry(), make_environment(parent=disk.folder))
    disk.detach()
    (tmp_path / "other" / "lost+found").mkdir(parents=True)
    mount("--bind", tmp_path / "other", disk.folder)

    assert not is_gone(owner())


def test_nor_is_what_lies_below_something_that_was_mounted_over_it(opencv, tmp_path):
    mount("-t", "tmpfs", "tmpfs", tmp_path / "envs")
    try:
        assert not is_gone(owner())
    finally:
        unmount(tmp_path / "envs")


def test_nor_is_what_lies_on_another_host(opencv, monkeypatch):
    shutil.rmtree(opencv.prefix)
    monkeypatch.setattr("conda_jupyter_plugin.core.environment.absence._host", lambda: "elsewhere")

    assert why_kept(owner()) == f"the environment is not on this machine (it was on {os.uname().nodename})"


@pytest.mark.parametrize("number", [errno.ESTALE, errno.EIO, errno.ENOTCONN, errno.EACCES, errno.ETIMEDOUT])
def test_what_cannot_be_looked_at_is_not_gone(opencv, monkeypatch, number):
    def stat(path, **_):
        raise OSError(number, os.strerror(number), str(path))

    known = owner()
    monkeypatch.setattr(os, "stat", stat)

    with pytest.raises(UnreadableError, match=os.strerror(number).lower()):
        identify(opencv.prefix)
    assert not is_gone(known)
    assert not is_missing(known)


def test_a_loop_of_links_is_not_gone(opencv):
    shutil.rmtree(opencv.prefix)
    opencv.prefix.symlink_to(opencv.prefix)

    assert not is_gone(owner())


def test_a_kernel_is_kept_while_its_disk_is_away_and_is_the_same_when_it_is_back(
    make_environment, open_registry, disk
):
    environment = make_environment(parent=disk.folder / "envs")
    add(open_registry(), environment, CHOICES)
    before = snapshot(user_location().kernels)
    disk.detach()

    (row,) = list_kernels(open_registry())
    assert (row.status, row.kept) == ("broken", True)
    assert str(disk.folder) in (row.reason or "")
    result = sync(open_registry())
    assert (result.changes, result.errors) == ((), ())
    assert follow(open_registry(), environment.prefix, new=True).changes == ()
    assert snapshot(user_location().kernels) == before

    disk.attach()
    result = sync(open_registry(), [environment])
    assert (result.changes, result.errors) == ((), ())
    (row,) = list_kernels(open_registry())
    assert (row.status, row.kept, row.display_name) == ("ok", False, "Vision")


def test_whoever_asks_for_it_removes_a_kernel_that_is_kept(make_environment, open_registry, disk):
    add(open_registry(), make_environment(parent=disk.folder))
    disk.detach()

    result = remove(find_missing(open_registry()))

    assert [row.name for row in result.removed] == ["opencv"]


def test_what_conda_has_just_deleted_is_gone_wherever_it_was_registered(opencv, open_registry, monkeypatch):
    monkeypatch.setattr("conda_jupyter_plugin.core.environment.absence._host", lambda: "elsewhere")
    shutil.rmtree(opencv.prefix)
    assert follow(open_registry(), opencv.prefix, new=False).removed == ()

    result = follow(open_registry(), opencv.prefix, new=False, deleted=True)

    assert [row.name for row in result.removed] == ["opencv"]


def test_another_host_that_sees_the_environment_writes_nothing_anew(opencv, open_registry, monkeypatch):
    before = snapshot(user_location().kernels)
    monkeypatch.setattr("conda_jupyter_plugin.core.environment.absence._host", lambda: "elsewhere")

    assert [row.status for row in list_kernels(open_registry())] == ["ok"]
    assert sync(open_registry(), [opencv]).changes == ()
    assert snapshot(user_location().kernels) == before


def test_what_is_written_all_the_same_is_written_as_of_here(opencv, open_registry, monkeypatch):
    monkeypatch.setattr("conda_jupyter_plugin.core.environment.absence._host", lambda: "elsewhere")

    add(open_registry(), opencv, Choices(display_name="Other"))

    assert owner().origin.host == "elsewhere"


def test_an_environment_is_not_taken_for_one_whose_disk_is_away(
    make_environment, open_registry, disk, tmp_path
):
    away = make_environment(parent=disk.folder, kernels={"python3": {}})
    add(open_registry(), away, CHOICES)
    copied = tmp_path / "envs" / "opencv"
    shutil.copytree(away.prefix, copied)
    disk.detach()

    sync(open_registry(), [identify(copied)])

    assert owner().prefix == away.prefix
    assert read_json(user_location().kernels / "opencv")["display_name"] == "Vision"


def test_one_whose_disk_is_mounted_elsewhere_by_now_has_moved(
    make_environment, open_registry, disk, tmp_path
):
    add(open_registry(), make_environment(parent=disk.folder), CHOICES)
    disk.detach()
    disk.folder = tmp_path / "mounted-elsewhere"
    disk.folder.mkdir()
    disk.attach()

    sync(open_registry(), [identify(disk.folder / "opencv")])

    assert owner().prefix == disk.folder / "opencv"
    assert read_json(user_location().kernels / "opencv")["display_name"] == "Vision"


def follow_to(prefix):
    sync(open_registry(), [identify(prefix)])


@needs_strace
@pytest.mark.parametrize("how", ["signal=SIGKILL", "error=ENOSPC"])
@pytest.mark.parametrize("choices", [Choices(), CHOICES], ids=["as it comes", "chosen"])
def test_a_move_that_was_stopped_half_way_is_followed_to_its_end(
    make_environment, disk, apart, sample, tmp_path, how, choices
):
    add(open_registry(), make_environment(parent=disk.folder), choices)
    disk.detach()
    disk.folder = tmp_path / "mounted-elsewhere"
    disk.folder.mkdir()
    disk.attach()
    (disk.folder / "opencv").rename(disk.folder / "vision")
    data = user_location().data
    shutil.copytree(data, tmp_path / "before")

    for step in sample(steps_of(apart, follow_to, disk.folder / "vision"), 6):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data)
        stop_at(step, how, apart, follow_to, disk.folder / "vision")
        follow_to(disk.folder / "vision")
        rows = [(row.name, row.prefix, row.status) for row in list_kernels(open_registry())]
        assert rows == [("vision", disk.folder / "vision", "ok")], step
        assert owner("vision").choices == choices, step


def test_a_kernel_whose_environment_is_gone_makes_room_for_one_of_the_same_name(
    opencv, make_environment, open_registry, tmp_path
):
    shutil.rmtree(opencv.prefix)
    another = make_environment(parent=tmp_path / "miniforge3" / "envs")

    result = add(open_registry(), another)

    assert [(row.name, row.display_name) for row in result.registered] == [("opencv", "Python 3.12 (opencv)")]
    assert owner().prefix == another.prefix
    assert owner().choices == Choices()


def test_one_that_may_come_back_keeps_its_name(make_environment, open_registry, disk, tmp_path):
    add(open_registry(), make_environment(parent=disk.folder), CHOICES)
    disk.detach()

    result = add(open_registry(), make_environment(parent=tmp_path / "miniforge3" / "envs"))

    assert [row.name for row in result.registered] == ["envs-opencv"]
    assert read_json(user_location().kernels / "opencv")["display_name"] == "Vision"
