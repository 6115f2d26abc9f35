"""Kills verbs at each system call that changes a file, lets each such call fail, and prints a table of it.

usage: python -m tests.system_calls [--sample COUNT] [SCENARIO ...]

Each scenario is a command of pip-kernel in a home of its own. At each point (one system call that changes a
file) it is killed once, and then once for each error that the call is made to fail with. What must hold: a
command that fails says so, without a traceback; each kernel is, byte for byte, as it was or as it is to be;
the command, given again, comes to the end that it has when nothing comes between; nothing half done is left,
and nothing else is touched. The first point that breaks it is an error that names it. It needs `strace`.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conda_jupyter_plugin.core.jupyter.locations import user_location
from pip_kernel_hook.main import main as pip_kernel

from .apart import Apart
from .stops import Step, steps_of, stop_at
from .support import leftovers, python_spec, snapshot, stay_in, write_program, write_spec

ERRORS = ("EACCES", "EBUSY", "EDQUOT", "EIO", "ENOSPC", "EPERM", "EROFS")
"""What any of the calls is made to fail with."""

FURTHER = {"openat": ("EMFILE", "ENFILE", "ELOOP"), "renameat": ("EXDEV",), "renameat2": ("EXDEV", "EINVAL")}
"""What these are made to fail with besides."""

KILLED = "signal=SIGKILL"


READING = ("info", "list")
"""Verbs that change no kernel."""


class Place:
    """A home with some environments, and kernels that somebody else wrote."""

    def __init__(self, root: Path, apart: Apart) -> None:
        self.root, self.home, self.envs = root, root / "home" / "user", root / "envs"
        self.apart = apart
        self.home.mkdir(parents=True)
        os.environ["HOME"] = str(self.home)
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX"):
            os.environ.pop(name, None)
        stay_in(self.home)
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
        """Runs `pip-kernel`, and gives its exit status."""
        return self.apart.begin(run, *words).wait()


def run(*words: str) -> None:
    """Runs `pip-kernel` in this process."""
    sys.exit(pip_kernel([*words]))


def added(place: Place, *words: str) -> None:
    """Makes an environment whose kernel is registered already."""
    assert place.run("add", str(place.environment()), *words) == 0, place.apart.said()


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
    Scenario("add {envs}/opencv", "a hand-made kernel", hand_made),
    Scenario("add {envs}/opencv --env A=2", "the same kernel without it", added),
    Scenario("add {envs}/opencv --kernel-name vision", "the kernel as `opencv`", added),
    Scenario("add --all {envs}", "three environments", three),
    Scenario("remove --yes opencv", "the kernel", added),
    Scenario("remove --yes opencv", "the kernel, which replaced a hand-made one", instead_of_a_hand_made_one),
    Scenario("sync", "a kernel whose environment is gone", gone),
    Scenario("sync", "a kernel whose environment has changed", changed),
    Scenario("add {envs}/vision", "a kernel whose environment was renamed to `vision`", moved),
    Scenario("list", "the kernel", added),
    Scenario("info opencv", "the kernel", added),
)


@dataclass
class Tally:
    """How often commands were stopped."""

    points: int = 0
    kills: int = 0
    errors: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.points + other.points, self.kills + other.kills, self.errors + other.errors)

    def __str__(self) -> str:
        return f"{self.points:,} | {self.kills:,} | {self.errors:,}"


class ViolationError(Exception):
    """What must hold does not."""


def go_through(scenario: Scenario, place: Place, most: int | None) -> Tally:
    """Stops a scenario's command at every point, or at some, in every way."""
    scenario.prepare(place)
    words = scenario.command.format(envs=place.envs).split()
    shutil.copytree(place.root, before := place.root.with_name("before"), symlinks=True)
    steps = steps_of(place.apart, run, *words)
    whole = kernels_of(before / place.kernels.relative_to(place.root)), kernels_of(place.kernels)
    environments = snapshot(place.envs)
    hold(whole[0] != whole[1] or words[0] in READING, f"{scenario.command}: {place.apart.said()}")
    chance = random.Random(scenario.command)
    if most is not None and most < len(steps):
        steps = chance.sample(steps, most)
    tally = Tally(len(steps))
    for step in steps:
        errors = [f"error={name}" for name in (*ERRORS, *FURTHER.get(step.name, ()))]
        for how in (KILLED, *(errors if most is None else chance.sample(errors, 1))):
            shutil.rmtree(place.root)
            shutil.copytree(before, place.root, symlinks=True)
            status = stop_at(step, how, place.apart, run, *words)
            tally.kills += how == KILLED
            tally.errors += how != KILLED
            try:
                look(place, step, how, status, whole, words)
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
    place: Place, step: Step, how: str, status: int, whole: tuple[Kernels, Kernels], words: list[str]
) -> None:
    """Looks at what a stopped command has left, and gives it again."""
    said = place.apart.said()
    if how == KILLED:
        hold(status in (0, -signal.SIGKILL), f"it ended with {status}")
    else:
        hold(status in (0, 1, 2), f"it ended with {status}")
        hold("Traceback" not in said, said)
        # the output may be what fails
        hold(status == 0 or bool(said.strip()) or step.name == "write", "it failed and said nothing")
    for name, files in kernels_of(place.kernels).items():
        known = [state.get(name) for state in whole]
        hold(files in known, f"{name} is neither as it was nor as it is to be")
    hold("somebodys" in kernels_of(place.kernels), "somebody's kernel is gone")

    place.run(*words)
    hold(kernels_of(place.kernels) == whole[1], f"it comes to another end: {place.apart.said()}")
    hold(not leftovers(), f"{leftovers()} is left")


def hold(condition: bool, otherwise: str) -> None:
    """Says what does not hold."""
    if not condition:
        raise ViolationError(otherwise)


def main(words: list[str] | None = None) -> None:
    """Prints the table.

    Raises:
        ViolationError: Where something does not hold that must.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    sample = "points of each scenario, with one error each; all by default"
    parser.add_argument("--sample", type=int, metavar="COUNT", help=sample)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help="numbers, from 1 on; all by default")
    options = parser.parse_args(words)
    chosen = [SCENARIOS[int(number) - 1] for number in options.scenarios] or SCENARIOS
    print("| command | existing kernels | points | kills | errors |\n| --- | --- | --- | --- | --- |")
    tallies = []
    with Apart(__name__) as apart:
        for scenario in chosen:
            with tempfile.TemporaryDirectory() as folder:
                root = Path(folder).resolve() / "place"
                tally = go_through(scenario, Place(root, apart), options.sample)
            command = scenario.command.replace("{envs}/", "").replace("{envs}", "FOLDER")
            print(f"| `{command}` | {scenario.there} | {tally} |", flush=True)
            tallies.append(tally)
    print(f"| all | | {sum(tallies, Tally())} |")


if __name__ == "__main__":
    # what is called in another process is found by the module's name
    from tests.system_calls import main as begin

    begin()
