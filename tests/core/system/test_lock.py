import errno
import fcntl
import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from conda_jupyter_plugin.core.jupyter.locations import Location
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.system import lock
from conda_jupyter_plugin.core.system.lock import TakenError
from conda_jupyter_plugin.core.system.opening import open_folder as open_it

from ...conftest import needs_root

HOLD = """
import sys, time
from pathlib import Path
from conda_jupyter_plugin.core.system import lock
from conda_jupyter_plugin.core.system.opening import open_folder
if sys.argv[2] == "without":
    import errno, fcntl
    def flock(*_):
        raise OSError(errno.ENOLCK, "No locks available")
    fcntl.flock = flock
with open_folder(Path(sys.argv[1])) as folder, lock.holding(folder, 5):
    print("held", flush=True)
    time.sleep(60)
"""


@contextmanager
def holding(path, seconds):
    with open_it(path) as folder, lock.holding(folder, seconds) as newly:
        yield newly


@pytest.fixture
def other(tmp_path):
    """Starts another process that holds the lock, on a file system with locks or without."""
    started = []

    def start(kind="with"):
        process = subprocess.Popen(
            [sys.executable, "-c", HOLD, tmp_path, kind], stdout=subprocess.PIPE, text=True
        )
        started.append(process)
        assert process.stdout.readline() == "held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def without_locks(monkeypatch, number=errno.ENOLCK):
    def flock(*_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)


def test_who_holds_it_is_told(other, tmp_path):
    process = other()

    with pytest.raises(TakenError) as caught, holding(tmp_path, 0.1):
        pass

    assert (caught.value.holder, caught.value.file) == (
        f"process {process.pid} on {os.uname().nodename}",
        None,
    )


def test_a_process_that_is_killed_holds_it_no_more(other, tmp_path):
    other().kill()

    with holding(tmp_path, 5) as newly:
        assert newly


def test_it_is_held_once_more_by_the_same_process(tmp_path):
    with holding(tmp_path, 0) as newly, holding(tmp_path, 0) as again:
        assert (newly, again) == (True, False)
    with holding(tmp_path, 0) as newly:
        assert newly


def test_a_lock_that_is_deleted_while_it_is_waited_for_is_no_lock(other, tmp_path):
    process = other()
    (tmp_path / "lock").unlink()

    with holding(tmp_path, 0.1):
        process.kill()


@pytest.mark.parametrize("number", [errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP])
def test_without_locks_a_file_is_one(tmp_path, monkeypatch, number):
    without_locks(monkeypatch, number)

    with holding(tmp_path, 0):
        assert (tmp_path / "lock.held").exists()

    assert not (tmp_path / "lock.held").exists()


def test_without_locks_others_wait_too(other, tmp_path, monkeypatch):
    process = other("without")
    without_locks(monkeypatch)

    with pytest.raises(TakenError, match=f"process {process.pid}") as caught, holding(tmp_path, 0.1):
        pass

    assert caught.value.file == tmp_path / "lock.held"


def test_without_locks_what_a_killed_process_of_this_host_has_left_is_cleared_away(
    other, tmp_path, monkeypatch
):
    process = other("without")
    process.kill()
    process.wait()
    without_locks(monkeypatch)

    with holding(tmp_path, 10) as newly:
        assert newly


def test_what_another_host_has_left_is_told_with_the_way_out(tmp_path, monkeypatch):
    without_locks(monkeypatch)
    (tmp_path / "lock.held").write_text("4711\nnode7\n")

    with pytest.raises(TakenError, match="process 4711 on node7"), holding(tmp_path, 0.1):
        pass


def hold(folder):
    with holding(folder, 0.1):
        pass


def lock_it(location):
    with store.locked(location):
        pass


@needs_root
def test_a_lock_that_only_its_owner_can_write_locks_for_others_too(open_folder, as_user):
    path = open_folder / "lock"
    with holding(open_folder, 0):
        path.chmod(0o644)
        told = as_user(65534, hold, open_folder)
        assert told == f"TakenError: process {os.getpid()} on {os.uname().nodename}"
    assert as_user(65534, hold, open_folder) == ""


@needs_root
def test_a_lock_that_others_may_not_even_read_is_an_error_that_names_it(open_folder, as_user):
    location = Location(open_folder)
    with store.locked(location):
        (location.workshop / "lock").chmod(0o600)

    told = as_user(65534, lock_it, location)
    assert f"{location.workshop / 'lock'}: Permission denied (it belongs to root)" in told
