"""Stamps on file systems and hosts that tell less of a file, or something else."""

import subprocess
import time

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.state import stamp, stamping

from ...support import add, mount_or_skip, read_json, snapshot, sync
from .listing import stamp_file, stamped, states, without_stamps


@pytest.fixture
def disk_of_seconds(tmp_path, home):
    """A home on a disk whose files have times of whole seconds."""
    image = tmp_path / "image"
    with image.open("wb") as file:
        file.truncate(16_000_000)
    home.mkdir(parents=True, exist_ok=True)
    # Its inodes have no room for more.
    mount_or_skip("mkfs.ext4", "-q", "-I", "128", image)
    mount_or_skip("mount", "-o", "loop", image, home)
    user_location().data.mkdir(parents=True, exist_ok=True)
    yield home
    subprocess.run(["umount", "--lazy", home], check=True)


def write_again(path, text):
    """Writes into a file where it lies; its size is as it was."""
    before = path.stat().st_size
    with path.open("r+") as file:
        file.write(text)
    assert path.stat().st_size == before


def test_of_two_changes_in_one_second_none_is_missed(disk_of_seconds, make_environment, open_registry):
    environment = make_environment(parent=disk_of_seconds)
    path = environment.prefix / "share/jupyter/kernels/python3/kernel.json"
    texts = [path.read_text(), path.read_text().replace("ipykernel_launcher", "launcher_ipykernel")]
    assert path.stat().st_mtime_ns % 10**9 == 0

    for number in range(12):
        write_again(path, texts[number % 2])
        sync(open_registry()) if number else add(open_registry(), environment)
        assert states(open_registry) == {"opencv": "ok"}
        write_again(path, texts[(number + 1) % 2])
        assert states(open_registry) == {"opencv": "stale"} == without_stamps(open_registry)
        time.sleep(0.13)


def test_two_seconds_later_a_kernel_has_its_stamp(disk_of_seconds, make_environment, open_registry):
    add(open_registry(), make_environment(parent=disk_of_seconds))
    assert stamped() == []
    time.sleep(2.1)

    assert sync(open_registry()).changes == ()

    assert stamped() == ["opencv"]


@pytest.fixture
def on_host(monkeypatch):
    """Lets files have the numbers and times that one of two hosts sees."""
    look = stamp.fingerprint

    def go_to(number):
        def fingerprint(path):
            found = look(path)
            return found and [found[0], found[1] + number, found[2], found[3], found[4] + number]

        monkeypatch.setattr(stamp, "fingerprint", fingerprint)

    return go_to


def test_two_hosts_with_one_home_write_no_kernel_to_and_fro(
    on_host, make_environment, open_registry, kernels, at_once, renders
):
    """A network file system may have its own numbers on each of them."""
    on_host(1)
    environment = make_environment()
    add(open_registry(), environment)
    before = snapshot(kernels)
    del renders[:]

    for host in (2, 1, 2, 1):
        on_host(host)
        assert states(open_registry) == {"opencv": "ok"}
        assert len(renders) == 1
        assert sync(open_registry()).changes == ()
        del renders[:]
        assert (states(open_registry), stamped(), renders) == ({"opencv": "ok"}, ["opencv"], [])

    assert snapshot(kernels) == before
    on_host(2)
    (environment.prefix / "share/jupyter/kernels/python3/logo-svg.svg").touch()
    assert states(open_registry) == {"opencv": "stale"}


def test_an_older_environment_that_a_backup_brings_back_is_stale(
    make_environment, open_registry, at_once, kernels, tmp_path
):
    environment = make_environment()
    archive = tmp_path / "backup.tar"
    subprocess.run(["tar", "-cpf", archive, "-C", environment.prefix.parent, "opencv"], check=True)
    path = environment.prefix / "share/jupyter/kernels/python3/kernel.json"
    write_again(path, path.read_text().replace("ipykernel_launcher", "launcher_ipykernel"))
    add(open_registry(), environment)
    assert (states(open_registry), stamped()) == ({"opencv": "ok"}, ["opencv"])

    # It writes into the very folders, and sets the times back.
    subprocess.run(["tar", "-xpf", archive, "-C", environment.prefix.parent], check=True)

    assert states(open_registry) == {"opencv": "stale"} == without_stamps(open_registry)
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv"]
    assert "ipykernel_launcher" in read_json(kernels / "opencv")["argv"]


@pytest.mark.parametrize("hours", [-2, 2], ids=["back", "forth"])
def test_a_clock_that_jumps_costs_time_alone(
    make_environment, open_registry, at_once, kernels, hours, monkeypatch
):
    environment = make_environment()
    add(open_registry(), environment)
    before, stamps = snapshot(kernels), stamp_file().read_bytes()
    now = time.time_ns
    jumped = lambda: now() + hours * 3600 * 10**9  # noqa: E731
    monkeypatch.setattr(time, "time_ns", jumped)
    monkeypatch.setattr(stamping, "time_ns", jumped)

    assert states(open_registry) == {"opencv": "ok"}
    assert sync(open_registry()).changes == ()
    assert (snapshot(kernels), stamp_file().read_bytes()) == (before, stamps)
    (environment.prefix / "share/jupyter/kernels/python3/logo-svg.svg").touch()
    assert states(open_registry) == {"opencv": "stale"}
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv"]
    assert states(open_registry) == {"opencv": "ok"} == without_stamps(open_registry)
