"""Kills verbs at each system call that changes a file, lets each such call fail, and prints a table of it.

usage: python -m tests.system_calls [--sample COUNT] [SCENARIO ...]

Each scenario is a command of pip-kernel in a home of its own. At each point (one system call that changes a
file) it is killed once, and then once for each error that the call is made to fail with. What must hold: a
command that fails says so, without a traceback; each kernel is, byte for byte, as it was or as it is to be;
the command, given again, comes to the end that it has when nothing comes between; nothing half done is left,
and nothing else is touched. Ends with 1 at the first point that breaks it. It needs `strace`.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conda_jupyter_plugin.core import jupyter_paths
from conda_jupyter_plugin.core.locations import user_location
from pip_kernel_hook.main import main as pip_kernel

from .stops import steps_of, stop_at
from .support import python_spec, snapshot, write_program, write_spec

ERRORS = ("EACCES", "EBUSY", "EDQUOT", "EIO", "ENOSPC", "EPERM", "EROFS")
"""What any of the calls is made to fail with."""

FURTHER = {"openat": ("EMFILE", "ENFILE", "ELOOP"), "renameat": ("EXDEV",), "renameat2": ("EXDEV", "EINVAL")}
"""What these are made to fail with besides."""

KILLED = "signal=SIGKILL"


READING = ("info", "list")
"""Verbs that change no kernel."""


class Place:
    """A home with some environments, and kernels that somebody else wrote."""

    def __init__(self, root: Path) -> None:
        self.root, self.home, self.envs = root, root / "home", root / "envs"
        self.said = root / "said"
        self.home.mkdir()
        os.environ["HOME"] = str(self.home)
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX"):
            os.environ.pop(name, None)
        jupyter_paths.SYSTEM, jupyter_paths.ENVIRONMENT = (str(root / "usr"),), str(root / "lab")
        self.kernels = user_location().kernels
        write_spec(self.kernels / "somebodys", python_spec())

    def environment(self, name: str = "opencv") -> Path:
        """Makes a virtual environment of a few files."""
        prefix = self.envs / name
        program = write_program(prefix / "bin" / "python")
        (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")
        folder = write_spec(prefix / "share/jupyter/kernels/python3", python_spec(str(program)))
        (folder / "logo-64x64.png").write_bytes(b"a logo")
        return prefix

    def run(self, *words: str) -> int:
        """Runs `pip-kernel` in this process, or in its fork; keeps what it says."""
        with self.said.open("w") as said:
            kept = [os.dup(number) for number in (1, 2)]
            for number in (1, 2):
                os.dup2(said.fileno(), number)
            try:
                return pip_kernel([*words])
            except SystemExit as ending:
                return int(ending.code or 0)
            finally:
                sys.stdout.flush()
                for number, fd in zip((1, 2), kept, strict=True):
                    os.dup2(fd, number)
                    os.close(fd)


def added(place: Place, *words: str) -> None:
    """Makes an environment whose kernel is registered already."""
    assert place.run("add", str(place.environment()), *words) == 0, place.said.read_text()


def hand_made(place: Place) -> None:
    """Makes an environment with a kernel that its user wrote."""
    prefix = place.environment()
    spec = {**python_spec(str(prefix / "bin" / "python")), "display_name": "Mine", "env": {"A": "1"}}
    write_spec(place.kernels / "opencv", spec)


def instead_of_a_hand_made_one(place: Place) -> None:
    """Registers one in the place of a kernel that its user wrote."""
    hand_made(place)
    added(place)


def three(place: Place) -> None:
    """Makes three environments."""
    for name in ("opencv", "stats", "vision"):
        place.environment(name)


def gone(place: Place) -> None:
    """Deletes a registered environment."""
    added(place)
    shutil.rmtree(place.envs / "opencv")


def changed(place: Place) -> None:
    """Changes a registered environment: its kernel has another name now."""
    added(place, "--env", "A=1")
    prefix = place.envs / "opencv"
    spec = {**python_spec(str(prefix / "bin" / "python")), "display_name": "Other", "metadata": {}}
    write_spec(prefix / "share/jupyter/kernels/python3", spec)


def moved(place: Place) -> None:
    """Gives a registered environment another name."""
    added(place, "--env", "A=1")
    (place.envs / "opencv").rename(place.envs / "vision")


@dataclass(frozen=True)
class Scenario:
    """A command, and what there is before it; `{envs}` stands for the folder of the environments."""

    command: str
    there: str
    prepare: Callable[[Place], object]


SCENARIOS = (
    Scenario("add {envs}/opencv", "nothing", Place.environment),
    Scenario("add {envs}/opencv", "a kernel that its user wrote", hand_made),
    Scenario("add {envs}/opencv --env A=2", "the same kernel without it", added),
    Scenario("add {envs}/opencv --kernel-name vision", "the kernel as `opencv`", added),
    Scenario("add --all {envs}", "three environments", three),
    Scenario("remove --yes opencv", "the kernel", added),
    Scenario("remove --yes opencv", "the kernel in the place of its user's", instead_of_a_hand_made_one),
    Scenario("sync", "a kernel whose environment is gone", gone),
    Scenario("sync", "a kernel whose environment has changed", changed),
    Scenario("add {envs}/vision", "a kernel whose environment was renamed to `vision`", moved),
    Scenario("list", "the kernel", added),
    Scenario("info opencv", "the kernel", added),
)


@dataclass
class Tally:
    """How often a scenario's command was stopped."""

    points: int = 0
    kills: int = 0
    errors: int = 0


class ViolationError(Exception):
    """What must hold does not."""


def go_through(scenario: Scenario, place: Place, most: int | None) -> Tally:
    """Stops a scenario's command at every point, or at some, in every way."""
    scenario.prepare(place)
    words = scenario.command.format(envs=place.envs).split()
    shutil.copytree(place.root, before := place.root.with_name("before"), symlinks=True)
    steps = steps_of(lambda: place.run(*words))
    whole = kernels_of(before / place.kernels.relative_to(place.root)), kernels_of(place.kernels)
    environments = snapshot(place.envs)
    hold(whole[0] != whole[1] or words[0] in READING, f"{scenario.command}: {place.said.read_text()}")
    if most is not None and most < len(steps):
        steps = random.Random(scenario.command).sample(steps, most)
    tally = Tally(len(steps))
    for step in steps:
        for how in (KILLED, *(f"error={name}" for name in (*ERRORS, *FURTHER.get(step.name, ())))):
            shutil.rmtree(place.root)
            shutil.copytree(before, place.root, symlinks=True)
            status = stop_at(step, lambda: os._exit(place.run(*words)), how)
            said = place.said.read_text()
            tally.kills += how == KILLED
            tally.errors += how != KILLED
            try:
                look(place, how, status, said, whole, words)
                hold(snapshot(place.envs) == environments, "an environment was touched")
            except ViolationError as violation:
                at = f"{scenario.command} ({scenario.there}), {step}, {how}"
                raise ViolationError(f"{at}: {violation}") from None
    shutil.rmtree(before)
    return tally


Kernels = dict[str, dict[str, tuple[bytes, bool]]]


def kernels_of(folder: Path) -> Kernels:
    """Reads all files of all kernels."""
    return {path.name: snapshot(path) for path in folder.iterdir()} if folder.exists() else {}


def look(
    place: Place, how: str, status: int, said: str, whole: tuple[Kernels, Kernels], words: list[str]
) -> None:
    """Looks at what a stopped command has left, and gives it again."""
    if how == KILLED:
        hold(os.WIFSIGNALED(status) or status == 0, f"it ended with {status}")
    else:
        hold(os.WIFEXITED(status) and os.WEXITSTATUS(status) in (0, 1, 2), f"it ended with {status}")
        hold("Traceback" not in said, said)
        hold(status == 0 or bool(said.strip()), "it failed and said nothing")
    for name, files in kernels_of(place.kernels).items():
        known = [state.get(name) for state in whole]
        hold(files in known, f"{name} is neither as it was nor as it is to be")
    hold("somebodys" in kernels_of(place.kernels), "somebody's kernel is gone")

    place.run(*words)
    hold(
        kernels_of(place.kernels) == whole[1],
        f"it comes to another end: {place.said.read_text()}",
    )
    workshop = user_location().workshop
    names = os.listdir(workshop) if workshop.exists() else []
    left = [name for name in names if name.startswith(("staging-", "discarded-"))]
    hold(not left, f"{left} is left")


def hold(condition: bool, otherwise: str) -> None:
    """Says what does not hold."""
    if not condition:
        raise ViolationError(otherwise)


def main(words: list[str] | None = None) -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, metavar="COUNT", help="points of each scenario; all by default")
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="numbers, from 1 on; all by default")
    options = parser.parse_args(words)
    chosen = [SCENARIOS[int(number) - 1] for number in options.scenarios] or SCENARIOS
    print("| command | where there was | points | kills | errors |\n| --- | --- | --- | --- | --- |")
    total = Tally()
    for scenario in chosen:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder).resolve() / "place"
            root.mkdir()
            try:
                tally = go_through(scenario, Place(root), options.sample)
            except ViolationError as violation:
                print(violation)
                return 1
        command = scenario.command.replace("{envs}/", "").replace("{envs}", "FOLDER")
        row = (f"`{command}`", scenario.there, tally.points, tally.kills, tally.errors)
        print(f"| {' | '.join(map(str, row))} |", flush=True)
        total.points += tally.points
        total.kills += tally.kills
        total.errors += tally.errors
    print(f"| all | | {total.points} | {total.kills:,} | {total.errors:,} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
