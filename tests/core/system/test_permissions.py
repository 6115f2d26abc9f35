import os
import stat

import pytest

from conda_jupyter_plugin.core.jupyter.locations import Location, system_location, user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.system.permissions import closed_to_others
from conda_jupyter_plugin.core.verbs.find import find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...conftest import needs_root
from ...support import LOGO, add, open_registry, remove

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")


@pytest.fixture
def umask(request):
    """Sets the umask for a test."""
    before = os.umask(0o077)
    yield os.umask
    os.umask(before)


def modes(folder):
    return {
        path.name: stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*") if path.name != "lock"
    }


@pytest.fixture
def logo(make_environment):
    environment = make_environment()
    (environment.prefix / "share/jupyter/kernels/python3/logo-64x64.png").write_bytes(LOGO)
    return environment


@pytest.mark.parametrize("place", ["system", "prefix"])
def test_a_place_for_all_can_be_read_by_all_whatever_the_umask(logo, open_registry, umask, place, tmp_path):
    location = (
        system_location()
        if place == "system"
        else Location(tmp_path / "j/share/jupyter", "--jupyter-prefix x")
    )
    umask(0o077)

    add(open_registry(location=location), logo)

    folder = location.kernels / "opencv"
    assert modes(folder) == dict.fromkeys(("kernel.json", "start-activated.sh", "logo-64x64.png"), 0o644)
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder, location.kernels, location.data)} == {
        0o755
    }


def test_the_users_own_place_follows_his_umask(logo, open_registry, umask):
    umask(0o077)

    add(open_registry(), logo)

    assert set(modes(user_location().kernels / "opencv").values()) == {0o600}


def test_where_others_cannot_read_it_is_said(logo, open_registry):
    folder = system_location().data.parent
    folder.mkdir(parents=True)
    folder.chmod(0o700)

    result = add(open_registry(location=system_location()), logo)

    closed = closed_to_others(logo.prefix)
    assert result.warnings == (
        f"Other users cannot read {system_location().kernels}, because they have no access to"
        f" {closed_to_others(folder)}.",
        f"Other users cannot start kernels of {logo.prefix}, because they have no access to {closed}.",
    )


def test_modes_follow_what_is_asked_now_all_files_alike(logo, open_registry):
    folder = user_location().kernels / "opencv"
    add(open_registry(), logo, Choices(env={"TOKEN": "x"}))
    private = set(modes(folder).values())

    add(open_registry(), logo, Choices(force=True))

    assert (private, set(modes(folder).values())) == ({0o600}, {0o644})


@needs_root
def test_what_root_writes_in_somebodys_folder_is_that_ones(logo, open_registry):
    user_location().data.mkdir(parents=True)
    os.chown(user_location().data, 1234, 1234)

    add(open_registry(), logo)
    remove(find_of(open_registry(), logo.prefix))
    add(open_registry(), logo)

    assert {path.stat().st_uid for path in user_location().data.rglob("*")} == {1234}


def write_and_remove(location, environment):
    def there():
        return open_registry(location=location, visible=(location,))

    for choices in (Choices(force=True), Choices(env={"A": "1"}, force=True)):
        add(there(), environment, choices)
    assert not remove(find_of(there(), environment.prefix)).errors
    add(there(), environment)


@needs_root
def test_each_of_a_group_that_shares_a_folder_can_write_there(make_environment, umask, open_folder, as_user):
    location = Location(open_folder / "shared")
    location.data.mkdir()
    os.chown(location.data, 0, 4321)
    location.data.chmod(0o2775)
    umask(0o022)
    environments = [make_environment(name, parent=open_folder) for name in ("one", "two")]

    told = [
        as_user(user, write_and_remove, location, environment, group=4321)
        for environment in environments
        for user in (1001, 1002)
    ]

    assert told == [""] * 4
    assert {path.stat().st_gid for path in location.data.rglob("*")} == {4321}


def check_fixable(location, expected):
    registry = open_registry(location=location, visible=(location,))
    assert [(row.status, row.fixable) for row in list_kernels(registry)] == [("stale", expected)]


@needs_root
def test_what_is_out_of_date_can_be_mended_where_it_can_be_written(
    make_environment, umask, open_folder, as_user
):
    umask(0o022)
    location = Location(open_folder / "shared")
    environment = make_environment(parent=open_folder)
    add(open_registry(location=location, visible=(location,)), environment)
    (environment.prefix / "share/jupyter/kernels/python3/more").touch()

    assert as_user(0, check_fixable, location, True) == ""
    assert as_user(1001, check_fixable, location, False) == ""
