import os
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from conda_jupyter_plugin.core.errors import UsageError
from pip_kernel_hook.creating.making import check_free, claiming

from ...support import snapshot, wait_until


@pytest.fixture(params=["opencv", "new/folders/opencv", "empty"])
def prefix(request, home):
    """Where an environment can be made: nothing is there, or an empty folder."""
    (home / "empty").mkdir()
    return home / request.param


def test_what_fails_is_taken_back_and_no_more(prefix, home):
    before = sorted(home.rglob("*"))

    with pytest.raises(KeyboardInterrupt), claiming(prefix):
        (prefix / "bin").mkdir()
        (prefix / "bin" / "python").symlink_to(sys.executable)
        raise KeyboardInterrupt

    assert sorted(home.rglob("*")) == before
    assert os.path.exists(sys.executable)


def test_a_folder_that_somebody_uses_by_now_stays(home):
    with pytest.raises(KeyboardInterrupt), claiming(home / "project" / ".venv"):
        (home / "project" / "notes").touch()
        raise KeyboardInterrupt

    assert snapshot(home) == {"project/notes": (b"", False)}


def test_what_succeeds_stays(prefix):
    with claiming(prefix):
        (prefix / "bin").mkdir()

    assert (prefix / "bin").is_dir()


def test_of_many_that_want_a_folder_one_gets_it(prefix):
    def claim(number):
        try:
            with claiming(prefix):
                (prefix / "mine").write_text(str(number))
                time.sleep(0.2)
        except UsageError:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        (winner,) = [number for number in pool.map(claim, range(8)) if number is not None]

    assert (prefix / "mine").read_text() == str(winner)


@pytest.mark.parametrize("present", ["file", "folder", "loop"])
def test_what_is_there_is_not_touched(home, present):
    (home / "file").touch()
    (home / "folder").mkdir()
    (home / "folder" / "notes").write_text("mine")
    (home / "loop").symlink_to(home / "loop")
    before = sorted(home.rglob("*"))

    for use in (lambda: check_free(home / present), claiming(home / present).__enter__):
        with pytest.raises(UsageError, match=r"already exists. Choose another path."):
            use()

    assert sorted(home.rglob("*")) == before


@pytest.mark.parametrize(("kernels", "option"), [({"python3": {"argv": ["python"]}}, ""), ({}, " --install")])
def test_an_environment_that_is_there_can_be_registered(make_environment, kernels, option):
    prefix = make_environment(manager="venv", kernels=kernels).prefix

    with pytest.raises(UsageError, match=f"Register it with: pip-kernel add {prefix}{option}$"):
        check_free(prefix)


def test_one_that_is_being_made_is_told_as_that(home):
    with claiming(home / "opencv"), pytest.raises(UsageError, match="no other process is creating it"):
        check_free(home / "opencv")


_SLOW_BACKEND = """
import os, time

def build_wheel(*_):
    with open("building", "w") as file:
        file.write(str(os.getpid()))
    time.sleep(120)
"""


@pytest.fixture
def slow_project(home):
    """A project whose build takes too long; it says when it has begun."""
    project = home / "slow"
    project.mkdir()
    (project / "backend.py").write_text(_SLOW_BACKEND)
    system = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    (project / "pyproject.toml").write_text(f'{system}[project]\nname = "slow"\nversion = "1"\n')
    return project


@pytest.fixture
def creating(home, slow_project, from_wheels):
    """`pip-kernel create opencv ./slow` once it builds, and the process that does."""
    command = [sys.executable, "-m", "pip_kernel_hook", "create", "opencv", "./slow", "--", "--no-deps"]
    around = {**os.environ, **from_wheels}
    creating = subprocess.Popen(
        command, cwd=home, env=around, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    building = slow_project / "building"
    wait_until(lambda: creating.poll() is not None or (building.exists() and building.read_text()))
    assert creating.poll() is None, creating.communicate()
    yield creating, int(building.read_text())
    creating.kill()
    creating.communicate()


def is_running(number):
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="processes as Linux has them")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_what_installs_too_and_takes_back_what_was_made(home, creating, slow_project, number):
    process, builder = creating

    process.send_signal(number)

    _, told = process.communicate(timeout=30)
    assert (process.returncode, told.splitlines()[-1]) == (128 + number, "Interrupted.")
    assert not is_running(builder)
    assert {path.name for path in home.iterdir() if path.name[0] != "."} == {"slow"}


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="processes as Linux has them")
def test_what_was_killed_can_be_gone_on_with(home, creating, run_in):
    process, builder = creating
    process.kill()
    process.wait()
    os.kill(builder, signal.SIGKILL)

    again = run_in(home, "pip_kernel_hook", "create", "opencv")
    _, _, way_out = again.stderr.partition("Register it with: pip-kernel ")
    assert (again.returncode, way_out.strip()) == (2, f"add {home / 'opencv'} --install")
    assert run_in(home, "pip_kernel_hook", *shlex.split(way_out)).returncode == 0
