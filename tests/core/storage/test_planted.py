"""What somebody else has put into our own folder moves, deletes and opens nothing of anybody's."""

import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.errors import KernelError, LockedError
from conda_jupyter_plugin.core.jupyter.locations import Location, user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.storage.store import locked, recover
from conda_jupyter_plugin.core.system import opening
from conda_jupyter_plugin.core.system.opening import open_folder as open_it
from conda_jupyter_plugin.core.system.refusals import RefusedError
from conda_jupyter_plugin.core.verbs import add as adding
from conda_jupyter_plugin.core.verbs import remove as removing
from conda_jupyter_plugin.core.verbs.find import find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...conftest import needs_root
from ...support import add, hand_made_spec, python_spec, remove, snapshot, sync, write_spec

OTHER = 65534
"""Another user."""

FOLDERS = [
    *("", "staging-1", "staging-1/replaced", "discarded-1", "originals", "adopted"),
    *("removed", "remembered", "gone", "lock"),
]
"""What of our own folder may be a link."""


@pytest.fixture(params=[True, False], ids=["held open", "by path"])
def held(request, monkeypatch):
    """Whether folders can be held open, as Windows cannot."""
    if not request.param:
        monkeypatch.setattr(opening, "CAN_HOLD", False)


@pytest.fixture
def victim(tmp_path):
    """Somebody's folder, with a folder of the kernel's name, and a file named as our lock."""
    folder = tmp_path / "victim"
    write_spec(folder / "opencv", python_spec())
    (folder / "Documents").mkdir()
    (folder / "Documents" / "thesis").write_text("of years")
    (folder / "Documents" / "00000000-00000000.json").write_text("{}")
    return folder


def everything_below(folder):
    return {
        str(path.relative_to(folder)): (path.lstat().st_mode, path.lstat().st_uid)
        for path in folder.rglob("*")
    }


def plant(path, target):
    """Puts a link where our own folder, or something in it, is."""
    if path.is_dir():
        shutil.rmtree(path)
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("leads_to", ["victim", "victim/Documents/thesis", "nowhere"])
def test_no_link_in_our_own_folder_is_followed(
    held, hand_made, open_registry, victim, tmp_path, folder, leads_to
):
    add(open_registry(), hand_made, Choices(kernel_name="opencv", force=True))
    plant(user_location().workshop / folder, tmp_path / leads_to)
    before, around = everything_below(victim), set(os.listdir(tmp_path))

    recover(user_location())
    list_kernels(open_registry())
    for work in (
        lambda: sync(open_registry()),
        lambda: add(open_registry(), hand_made, Choices(env={"A": "1"})),
        lambda: remove(find_of(open_registry(), hand_made.prefix)),
        lambda: add(open_registry(), hand_made),
        lambda: shutil.rmtree(hand_made.prefix),
        lambda: sync(open_registry()),
        lambda: remove([find_named(open_registry(), "opencv", force=True)], Reason.DELETED),
    ):
        try:
            work()
        except KernelError as error:
            assert "is a link" in str(error) or "named opencv" in str(error)

    assert everything_below(victim) == before
    assert set(os.listdir(tmp_path)) == around


def test_what_is_refused_is_told_with_the_reason(hand_made, open_registry, victim):
    add(open_registry(), hand_made)
    planted = user_location().workshop / "staging-1" / "replaced"
    plant(planted, victim)

    assert [str(error) for error in recover(user_location())] == [
        f"{planted} was left unchanged: it is a link. Delete it if you do not need it."
    ]


def test_a_hand_made_kernel_is_not_removed_into_a_link(hand_made, open_registry, victim):
    add(open_registry(), hand_made, Choices(kernel_name="opencv", force=True))
    shutil.rmtree(hand_made.prefix)
    adopted = user_location().workshop / "originals"
    plant(adopted, victim)

    result = remove([find_named(open_registry(), "opencv")])

    assert [str(error) for error in result.errors] == [
        f"{adopted} was left unchanged: it is a link. Delete it if you do not need it."
    ]
    assert (victim / "opencv" / "kernel.json").exists()


def test_a_link_in_somebody_elses_data_folder_keeps_nobody_from_adding(
    make_environment, open_registry, victim, tmp_path
):
    others = Location(tmp_path / "others")
    plant(others.workshop / "removed", victim)
    registry = open_registry(visible=(user_location(), others))

    result = sync(registry, [make_environment()])

    assert [row.name for row in result.registered] == ["opencv"]
    assert {str(error).partition(" was left unchanged")[0] for error in result.errors} == {
        str(others.workshop / "removed")
    }


@needs_root
@pytest.mark.parametrize("how", ["somebody else's", "others may write"])
def test_what_somebody_else_made_or_may_change_is_not_recovered(kernels, how):
    left = user_location().workshop / "staging-1"
    write_spec(left / "replaced" / "opencv", python_spec())
    if how == "others may write":
        left.chmod(0o777)
    else:
        os.chown(left, OTHER, OTHER)

    refused = recover(user_location())

    assert [str(error).partition(" was left unchanged")[0] for error in refused] == [str(left)]
    assert not (kernels / "opencv").exists() and (left / "replaced" / "opencv").exists()


@needs_root
@pytest.mark.parametrize("whose", ["data", "workshop"])
@pytest.mark.parametrize("how", ["somebody else's", "others may write"])
def test_reading_recovers_nothing_in_a_folder_that_is_not_this_users(kernels, whose, how):
    location = user_location()
    left = location.workshop / "staging-1"
    write_spec(left / "replaced" / "opencv", python_spec())
    if how == "others may write":
        getattr(location, whose).chmod(0o777)
    else:
        os.chown(getattr(location, whose), OTHER, OTHER)

    refused = recover(location, Location(location.data))

    folder = getattr(location, whose)
    assert [str(error) for error in refused] == [
        f"Skipped the leftovers in {location.workshop}, because other users can write to {folder}."
    ]
    assert not (kernels / "opencv").exists() and (left / "replaced" / "opencv").exists()


@needs_root
def test_what_somebody_else_has_set_aside_is_not_deleted(hand_made, open_registry):
    add(open_registry(), hand_made)
    adopted = user_location().workshop / "originals" / "opencv"
    os.chown(adopted, OTHER, OTHER)
    shutil.rmtree(hand_made.prefix)

    result = remove([find_named(open_registry(), "opencv")])

    assert [type(error) for error in result.errors] == [RefusedError]
    assert (adopted / "kernel.json").exists()


@needs_root
def test_somebody_elses_link_on_the_way_is_not_followed(make_environment, open_registry, open_folder, victim):
    data = open_folder / "data"
    data.symlink_to(victim)
    os.lchown(data, OTHER, OTHER)
    before = everything_below(victim)

    with pytest.raises(KernelError, match="data was left unchanged: it is a link"):
        add(open_registry(location=Location(data)), make_environment())
    os.lchown(data, 0, 0)
    add(open_registry(location=Location(data)), make_environment("other"))

    assert everything_below(victim).keys() - before.keys() >= {"kernels/other/kernel.json"}


SWAP = """
import os, sys
folder, victim = sys.argv[1:]
os.setgid({user}); os.setuid({user})
names = ["lock", "originals", "adopted", "removed", "remembered", "gone"]
print("ready", flush=True)
while True:
    for name in names:
        for make in (os.symlink, os.link):
            try:
                os.rename(f"{{folder}}/{{name}}", f"{{folder}}/away-{{os.getpid()}}-{{name}}")
            except OSError:
                pass
            try:
                make(victim, f"{{folder}}/{{name}}")
            except OSError:
                pass
            try:
                os.unlink(f"{{folder}}/{{name}}")
            except OSError:
                pass
    for name in os.listdir(folder):
        if name.startswith("staging-"):
            try:
                os.rename(f"{{folder}}/{{name}}", f"{{folder}}/x{{name}}")
                os.symlink(os.path.dirname(victim), f"{{folder}}/{{name}}")
            except OSError:
                pass
"""


@needs_root
def test_root_gives_nothing_away_that_a_folders_owner_swaps_in(
    make_environment, open_registry, open_folder, tmp_path
):
    location = Location(open_folder / "data")
    location.workshop.mkdir(parents=True)
    for folder in (location.data, location.workshop):
        os.chown(folder, OTHER, OTHER)
    secret = open_folder / "etc" / "shadow"
    secret.parent.mkdir(mode=0o755)
    secret.write_text("root's")
    secret.chmod(0o600)
    environment = make_environment(parent=open_folder / "envs")
    before = (secret.stat(), sorted(os.listdir(secret.parent)))
    swapping = subprocess.Popen(
        [sys.executable, "-c", SWAP.format(user=OTHER), location.workshop, secret],
        stdout=subprocess.PIPE,
    )
    swapping.stdout.readline()
    try:
        for number in range(150):
            registry = open_registry(location=location, visible=(location,))
            for work in (
                # What a dry run foresees, the other user changes at once.
                lambda registry=registry, number=number: adding.add(
                    registry, environment, Choices(env={"A": str(number)}, force=True)
                ),
                lambda registry=registry: removing.remove(find_of(registry, environment.prefix)),
            ):
                with suppress(KernelError):
                    work()
    finally:
        swapping.send_signal(signal.SIGKILL)
        swapping.communicate()

    after = (secret.stat(), sorted(os.listdir(secret.parent)))
    assert (after[0].st_uid, after[0].st_mode, after[1]) == (before[0].st_uid, before[0].st_mode, before[1])
    assert secret.read_text() == "root's"


@pytest.mark.parametrize("kind", ["another name", "pipe"])
def test_a_lock_that_is_somebodys_file_is_not_written(tmp_path, kind):
    location = user_location()
    location.workshop.mkdir(parents=True)
    other = tmp_path / "other"
    if kind == "pipe":
        os.mkfifo(location.workshop / "lock")
        with pytest.raises(RefusedError, match="lock was left unchanged"), locked(location):
            pass
        return
    other.write_text("mine")
    os.link(other, location.workshop / "lock")

    with locked(location), ThreadPoolExecutor() as others:
        attempt = others.submit(locked(location, seconds=0.1).__enter__)
        assert isinstance(attempt.exception(), LockedError)

    assert other.read_text() == "mine"


def test_a_folder_of_ours_can_be_deleted_however_deep_it_is(held, tmp_path):
    path = tmp_path / "deep"
    path.mkdir()
    for _ in range(60):
        (path / "kernel.json").write_text("{}")
        (path / ".0").mkdir()
        (path / "link").symlink_to(tmp_path)
        path = path / ".0"

    with open_it(tmp_path) as folder:
        folder.delete("deep")

    assert os.listdir(tmp_path) == ["home"]


def test_a_copy_is_alike_links_modes_and_times_too(held, hand_made, kernels, tmp_path):
    write_spec(kernels / "opencv" / "below" / "more", hand_made_spec(hand_made))
    (kernels / "opencv" / "link").symlink_to("/nowhere")
    (kernels / "opencv" / "below").chmod(0o750)

    with open_it(kernels) as folder, opening.open_folder(tmp_path) as into:
        folder.copy("opencv", into, "copy")

    copied, origin = tmp_path / "copy", kernels / "opencv"
    assert snapshot(copied) == snapshot(origin)
    assert os.readlink(copied / "link") == "/nowhere"
    kept = {path.relative_to(origin): path.lstat() for path in origin.rglob("*") if not path.is_symlink()}
    for name, status in kept.items():
        assert (copied / name).lstat().st_mode == status.st_mode
        assert (copied / name).lstat().st_mtime_ns == status.st_mtime_ns
