import os
import subprocess
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.errors import LocationError
from conda_jupyter_plugin.core.jupyter.locations import (
    Location,
    check_writable,
    is_shared,
    prefix_location,
    system_location,
    user_location,
    visible,
)

from ...support import mount_or_skip, snapshot


def data_folders(*arguments):
    return [location.data for location in visible(*arguments)]


def test_kernels_lie_below_the_data_folder():
    assert Location(Path("/data")).kernels == Path("/data/kernels")


def test_the_users_location_lies_in_the_home_folder(home):
    assert home in user_location().data.parents


def test_the_users_location_follows_jupyter_data_dir(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "data"))

    assert user_location().data == tmp_path / "data"


def test_the_systems_location_is_the_first_one_that_jupyter_has(tmp_path):
    assert system_location().data == tmp_path / "usr" / "share" / "jupyter"


def test_a_prefix_has_its_own_location(tmp_path):
    assert prefix_location(str(tmp_path)).data == tmp_path / "share" / "jupyter"


def test_a_prefix_may_be_below_the_home_folder(home):
    (home / "lab").mkdir()

    assert prefix_location("~/lab").data == home / "lab" / "share" / "jupyter"


def test_a_relative_prefix_becomes_absolute(monkeypatch, tmp_path):
    (tmp_path / "jupyterlab").mkdir()
    monkeypatch.chdir(tmp_path)

    assert prefix_location("jupyterlab").data == tmp_path / "jupyterlab" / "share" / "jupyter"


@pytest.mark.parametrize("make", [lambda path: None, Path.touch], ids=["missing", "file"])
def test_a_prefix_that_is_no_folder_is_an_error(tmp_path, make):
    prefix = tmp_path / "lab"
    make(prefix)

    with pytest.raises(LocationError) as caught:
        prefix_location(str(prefix))

    assert caught.value.message == f"Cannot write kernels to {prefix}, which is not a folder."


@pytest.mark.parametrize("prefer", ["0", "1"])
def test_places_come_in_the_order_in_which_jupyter_looks(monkeypatch, prefer):
    from jupyter_core.paths import jupyter_path

    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", prefer)

    assert data_folders(None) == [Path(folder) for folder in jupyter_path()]


def test_jupyter_path_comes_first(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "mine"))

    assert data_folders(None)[0] == tmp_path / "mine"


def test_the_active_environment_comes_right_before_the_user(make_environment, monkeypatch):
    environment = make_environment()
    monkeypatch.setenv("CONDA_DEFAULT_ENV", "opencv")

    folders = data_folders(str(environment.prefix))

    before_user = folders.index(user_location().data) - 1
    assert folders[before_user] == environment.prefix / "share" / "jupyter"


def test_the_active_base_environment_comes_right_behind_the_user(make_environment, tmp_path):
    environment = make_environment("miniforge3", parent=tmp_path)
    (environment.prefix / "condabin").mkdir()

    folders = data_folders(str(environment.prefix))

    behind_user = folders.index(user_location().data) + 1
    assert folders[behind_user] == environment.prefix / "share" / "jupyter"


def test_an_active_environment_that_is_gone_is_left_out(tmp_path):
    assert data_folders(str(tmp_path / "gone")) == data_folders(None)


def test_a_location_elsewhere_comes_last(tmp_path):
    elsewhere = Location(tmp_path / "elsewhere")

    assert data_folders(None, elsewhere) == [*data_folders(None), elsewhere.data]


def test_no_place_is_looked_at_twice():
    folders = data_folders(None, user_location(), system_location())

    assert folders == list(dict.fromkeys(folders))


def test_a_location_that_does_not_exist_yet_can_be_written():
    check_writable(user_location())


def test_the_check_writes_nothing(home):
    check_writable(user_location())

    assert list(home.iterdir()) == []


@pytest.mark.parametrize("in_the_way", ["data", "data/kernels", "data/kernels/.."])
def test_a_file_in_the_way_of_the_folder_is_an_error(tmp_path, in_the_way):
    path = Path(os.path.normpath(tmp_path / in_the_way))
    path.parent.mkdir(exist_ok=True)
    path.touch()
    before = snapshot(tmp_path)

    with pytest.raises(LocationError, match=f"{path} is not a folder"):
        check_writable(Location(tmp_path / "data"))

    assert snapshot(tmp_path) == before


def test_a_dangling_link_in_the_way_is_an_error(tmp_path):
    (tmp_path / "data").symlink_to(tmp_path / "gone")

    with pytest.raises(LocationError, match="is not a folder"):
        check_writable(Location(tmp_path / "data"))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_an_error(tmp_path):
    (tmp_path / "data").mkdir(mode=0o555)

    with pytest.raises(LocationError, match="you do not have permission to write"):
        check_writable(Location(tmp_path / "data"))


def test_the_users_own_folder_is_not_shared():
    assert not is_shared(user_location())


def test_the_systems_folder_is_shared():
    assert is_shared(system_location())


def test_one_folder_is_one_place_however_many_paths_lead_to_it(home, tmp_path, monkeypatch):
    (home / ".local/share/jupyter").mkdir(parents=True)
    link = tmp_path / "link"
    link.symlink_to(home)
    usual = data_folders(None)

    monkeypatch.setenv("JUPYTER_PATH", f"{link}/.local/share/jupyter")
    folders = data_folders(None, Location(link / ".local" / "share" / "jupyter"))

    assert len(folders) == len(usual)
    assert link / ".local/share/jupyter" in folders


def test_so_is_one_that_is_not_there_yet(home, tmp_path, monkeypatch):
    link = tmp_path / "link"
    link.symlink_to(home)
    here = Location(home / "data" / "jupyter")

    assert here.is_same_as(Location(link / "data" / "jupyter"))
    assert not here.is_same_as(Location(link / "data" / "lab"))


def test_so_is_one_that_is_mounted_in_two_places(home, tmp_path):
    twice = tmp_path / "twice"
    twice.mkdir()
    mount_or_skip("mount", "--bind", home, twice)
    try:
        assert Location(home).is_same_as(Location(twice))
        assert Location(home / "data").is_same_as(Location(twice / "data"))
    finally:
        subprocess.run(["umount", twice], check=True)


@pytest.mark.parametrize("active", ["", "relative", "/nowhere", "{file}", "{loop}", "\0", "/" + "x" * 5000])
def test_an_active_environment_that_is_none_is_as_if_there_were_none(home, tmp_path, active):
    (tmp_path / "file").touch()
    loop = tmp_path / "loop"
    loop.symlink_to(loop)

    assert data_folders(active.format(file=tmp_path / "file", loop=loop)) == data_folders(None)
