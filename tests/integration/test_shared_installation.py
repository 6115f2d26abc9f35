"""One installation, many users: an administrator, users who may not write, a base that is only read."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from channel import Channel
from conda_base import copy_base
from kernel_client import CLIENT
from other_users import NOBODY, User, why_none

pytestmark = [pytest.mark.conda, pytest.mark.skipif(bool(why_none()), reason=why_none() or "there are some")]

WHERE = "import os, sys; print(os.getuid(), sys.prefix, os.environ['CONDA_PREFIX'])"


class Machine:
    """A machine with one conda for all, in a folder that everybody may look into."""

    def __init__(self, folder: Path, channel: Path) -> None:
        self.folder, self.base = folder, folder / "conda"
        self.python = self.base / "bin" / "python"
        self.shared = folder / "usr-local-share"
        self.kernels = self.shared / "jupyter" / "kernels"
        for name in ("usr-local-share", "channel", "root", "packages"):
            (folder / name).mkdir()
        # what users extract, they may share
        shutil.chown(folder / "packages", NOBODY, NOBODY)
        self.in_place = {
            Path("/usr/local/share"): (self.shared, "rw"),
            folder / "channel": (channel, "ro"),
        }
        self.administrator = User(folder / "root", 0, self.in_place)

    def user(self, name: str = "user", **in_place: tuple[Path, str]) -> User:
        """Makes a user with a home folder, who may write nowhere else."""
        home = self.folder / "home" / name
        home.mkdir(parents=True)
        shutil.chown(home, NOBODY, NOBODY)
        places = {**self.in_place, **{Path(place): what for place, what in in_place.items()}}
        return User(home, NOBODY, places)

    def conda(self, *words: object) -> tuple[object, ...]:
        """Gives a command of conda's."""
        return (self.python, "-m", "conda", *words)


@pytest.fixture(scope="module")
def machine(base_to_copy: Path, channel: Channel, python: str) -> Iterator[Machine]:
    """A machine whose administrator has made an environment `opencv`, with its kernel for everybody."""
    # pytest's own folders are closed to others.
    folder = Path(tempfile.mkdtemp()).resolve()
    folder.chmod(0o755)
    machine = Machine(folder, channel.root)
    copy_base(base_to_copy, machine.base)
    settings = {
        "channels": [f"file://{folder}/channel"],
        "default_channels": [],
        "solver": "classic",
        "number_channel_notices": 0,
        "notify_outdated_conda": False,
        "report_errors": False,
        "plugins": {"kernel_location": "system"},
    }
    # JSON is YAML.
    (machine.base / ".condarc").write_text(json.dumps(settings), "utf-8")
    create = ("create", "-y", "-n", "opencv", "--kernel", f"python={python}")
    machine.administrator.run(*machine.conda(*create))
    yield machine
    shutil.rmtree(folder)


@pytest.fixture
def user(machine: Machine) -> Iterator[User]:
    """Somebody else than the administrator."""
    user = machine.user()
    yield user
    shutil.rmtree(user.home.parent)


def opencv(machine: Machine) -> Path:
    return machine.base / "envs" / "opencv"


def own_environment(machine: Machine, user: User, name: str, python: str) -> tuple[Path, dict[str, str]]:
    """Lets a user make an environment, and register its kernel; gives its prefix and what was registered."""
    prefix = user.home / ".conda" / "envs" / name
    create = machine.conda("create", "-y", "-p", prefix, f"python={python}", "ipykernel")
    user.run(*create, CONDA_PKGS_DIRS=str(machine.folder / "packages"))
    added = user.run(*machine.conda("kernel", "add", "-p", prefix, "--user", "--json"))
    (row,) = json.loads(added.stdout)["registered"]
    return prefix, row


def everything(folder: Path) -> dict[str, tuple[int, int]]:
    """Gives all files below a folder, and when they were written."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_ino) for path in found}


def test_every_user_finds_the_administrators_kernel_and_it_runs_as_that_user(
    machine: Machine, user: User
) -> None:
    assert (machine.kernels / "opencv" / "kernel.json").stat().st_mode & 0o044 == 0o044
    prefix = opencv(machine)

    said = user.run(prefix / "bin" / "python", "-c", CLIENT, "opencv", WHERE).stdout

    assert said.split() == [str(NOBODY), str(prefix), str(prefix)]
    listed = json.loads(user.run(*machine.conda("kernel", "list", "--json")).stdout)["kernels"]
    (row,) = [row for row in listed if row["name"] == "opencv"]
    assert (row["status"], row["managed"]) == ("ok", True)


@pytest.mark.parametrize(
    "words",
    [
        ["kernel", "remove", "-y", "opencv"],
        ["kernel", "add", "-n", "opencv", "--env", "A=b"],
        ["kernel", "add", "-n", "opencv", "--kernel-name", "further"],
    ],
)
def test_a_user_who_may_not_write_is_told_so_and_nothing_is_changed(
    machine: Machine, user: User, words: list[str]
) -> None:
    before = everything(machine.shared)

    done = user.run(*machine.conda(*words), check=False)

    assert done.returncode == 1
    (line,) = done.stderr.strip().splitlines()
    assert str(Path("/usr/local/share/jupyter")) in line
    assert everything(machine.shared) == before


def test_a_users_sync_leaves_the_administrators_kernels_alone(machine: Machine, user: User) -> None:
    before = everything(machine.shared)

    done = user.run(*machine.conda("kernel", "sync"))

    assert done.stdout == "Nothing to do.\n"
    assert everything(machine.shared) == before


def test_a_users_own_environment_of_the_same_name_hides_nobodys_kernel(
    machine: Machine, user: User, python: str
) -> None:
    mine, own = own_environment(machine, user, "opencv", python)

    assert own["name"] != "opencv"
    assert Path(own["path"]).is_relative_to(user.home)
    for name, prefix in (("opencv", opencv(machine)), (own["name"], mine)):
        said = user.run(opencv(machine) / "bin" / "python", "-c", CLIENT, name, WHERE).stdout
        assert said.split()[1] == str(prefix)
    assert own["display_name"] not in (machine.kernels / "opencv" / "kernel.json").read_text("utf-8")


def test_a_users_kernel_that_was_there_first_stays_that_users(
    machine: Machine, user: User, python: str
) -> None:
    mine, _ = own_environment(machine, user, "stats", python)
    own = user.home / ".local/share/jupyter/kernels"
    before = everything(own)
    python_of_all = opencv(machine) / "bin" / "python"

    machine.administrator.run(*machine.conda("create", "-y", "-n", "stats", "--kernel", f"python={python}"))
    user.run(*machine.conda("kernel", "sync"))

    assert (machine.kernels / "stats" / "kernel.json").exists()
    assert everything(own) == before
    assert user.run(python_of_all, "-c", CLIENT, "stats", WHERE).stdout.split()[1] == str(mine)
    machine.administrator.run(*machine.conda("env", "remove", "-y", "-n", "stats"))
    assert not (machine.kernels / "stats").exists()
    assert user.run(python_of_all, "-c", CLIENT, "stats", WHERE).stdout.split()[1] == str(mine)


def test_a_timer_brings_the_kernels_of_all_in_line(machine: Machine, user: User, python: str) -> None:
    administrator = machine.administrator
    administrator.run(*machine.conda("create", "-y", "-n", "gone", "--kernel", f"python={python}"))
    (user.home / "untouched").touch()
    before = everything(user.home)
    shutil.rmtree(machine.base / "envs" / "gone")
    # What systemd starts for root has no variables to speak of.
    sync = ("env", "-i", *machine.conda("kernel", "sync", "--system"))

    assert "removed" in administrator.run(*sync).stdout
    assert not (machine.kernels / "gone").exists()
    assert administrator.run(*sync).stdout == "Nothing to do.\n"
    assert everything(user.home) == before


def test_a_base_that_nobody_can_write_serves_users_with_environments_on_a_volume(
    machine: Machine, python: str
) -> None:
    volume = machine.folder / "volume"
    volume.mkdir()
    shutil.chown(volume, NOBODY, NOBODY)
    user = machine.user("jovyan", **{str(machine.base): (machine.base, "ro")})
    own = {
        "CONDA_ENVS_DIRS": str(volume / "envs"),
        "CONDA_PKGS_DIRS": str(volume / "pkgs"),
        "CONDA_PLUGINS_KERNEL_LOCATION": "user",
    }
    user.run(*machine.conda("create", "-y", "-n", "vision", "--kernel", f"python={python}"), **own)
    kernel = user.home / ".local" / "share" / "jupyter" / "kernels" / "vision"
    prefix = volume / "envs" / "vision"
    answering = (prefix / "bin" / "python", "-c", CLIENT, "vision", WHERE)

    assert user.run(*answering).stdout.split() == [str(NOBODY), str(prefix), str(prefix)]

    # A new container has the volume, and a home folder of the image.
    shutil.rmtree(user.home / ".local")
    shutil.rmtree(user.home / ".conda", ignore_errors=True)
    user.run(*machine.conda("kernel", "sync"), **own)
    assert user.run(*answering).stdout.split()[1] == str(prefix)

    user.run(*machine.conda("env", "remove", "-y", "-n", "vision"), **own)
    assert not kernel.exists()
    assert not os.access(machine.base / "envs" / "vision", os.F_OK)
