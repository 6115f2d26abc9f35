"""A fresh home, environments made of a few files, and the places where Jupyter looks."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conda_base import REAL_CONDA, find_conda, why_no_conda

from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.jupyter.registry import Registry
from conda_jupyter_plugin.core.models import Environment
from conda_jupyter_plugin.core.state import stamping
from conda_jupyter_plugin.core.system.refusals import RefusedError
from conda_jupyter_plugin.core.system.trust import check_trusted

from .apart import Apart
from .apart import as_user as as_another_user
from .support import (
    MadeOnce,
    Sample,
    make_once,
    mount_or_skip,
    places_of,
    python_spec,
    write_program,
    write_spec,
)
from .support import open_registry as open_registry_anew
from .wheels import fetch_wheels

MakeEnvironment = Callable[..., Environment]
OpenRegistry = Callable[..., Registry]

# Compiling all that pip installs takes longer than installing it; most of it is never imported.
os.environ["PIP_COMPILE"] = "0"

_TELLING = ("JUPYTER", "CONDA", "VIRTUAL_ENV", "XDG_", "IPYTHON", "PYTHONHOME", "PYTHONPATH")

_WITH_KERNELS = ("checking", "integration", "pip_kernel_hook")

# Jupyter names a kernel's ports before the kernel has them: another process may be given one meanwhile.
_LOST_PORT = "Address already in use|another program uses a port that it needs"

_MOST_WORKERS = 8


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the option by which `python -m tests.pictures` has the documentation's pictures taken."""
    parser.addoption(
        "--pictures", metavar="FOLDER", type=Path, help="where to keep what is seen, as pictures"
    )


def pytest_xdist_auto_num_workers() -> int:
    """Gives each processor a worker, and one more, for some tests wait; many would make too many bases."""
    return min((os.cpu_count() or 1) + 1, _MOST_WORKERS)


def _room(item: pytest.Item) -> str:
    """The folder of the tests that a test lies in, or its file."""
    return item.path.relative_to(Path(__file__).parent).parts[0]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the tests that take long first: all processes end together then. Marks them by what they use."""
    slow = ("integration", "pip_kernel_hook")
    items.sort(key=lambda item: _room(item) not in slow)
    for item in items:
        used = set(getattr(item, "fixturenames", ()))
        if "exhaustive" in used:
            item.add_marker("exhaustive")
        # not all of them: the plugin takes a moment for each
        if _room(item) in _WITH_KERNELS and used & {"client_python", "front_end", "opencv"}:
            item.add_marker(pytest.mark.flaky(reruns=2, only_rerun=_LOST_PORT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says why tests were skipped, and whether a real conda took part, whichever process they ran in."""
    reports = [one for some in terminalreporter.stats.values() for one in some]
    tests = [one for one in reports if isinstance(one, pytest.TestReport)]
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", ()))
    if reasons:
        terminalreporter.section("skipped, and why")
    for reason, number in reasons.most_common():
        terminalreporter.write_line(f"{number:>5}  {reason}")
    marked = [one for one in tests if any(name == REAL_CONDA for name, _ in one.user_properties)]
    skipped = {report.nodeid for report in marked if report.skipped}
    ran = {report.nodeid for report in marked if report.when == "call"}
    reason = why_no_conda() if skipped else ""
    if reason:
        terminalreporter.write_line(f"{reason}: {_count(skipped, 'real-conda test')} skipped.")
    elif ran:
        terminalreporter.write_line(f"Real conda took part: {find_conda()}, {_count(ran, 'test')}.")


def _reason(report: pytest.TestReport) -> str:
    _, _, reason = report.longrepr if isinstance(report.longrepr, tuple) else ("", 0, str(report.longrepr))
    return reason.removeprefix("Skipped: ")


def _count(things: set[str], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


@pytest.fixture
def exhaustive(request: pytest.FixtureRequest) -> bool:
    """Whether a test goes through all of its cases: `-m exhaustive` does, else it takes a sample of them."""
    return bool(request.config.getoption("markexpr") == "exhaustive")


@pytest.fixture
def sample(request: pytest.FixtureRequest, exhaustive: bool) -> Sample:
    """Takes some cases of many, as many as are named: for one test always the same, for others others."""

    def take(cases: Sequence[Any], most: int) -> list[Any]:
        if exhaustive or most >= len(cases):
            return list(cases)
        chosen = random.Random(request.node.name).sample(range(len(cases)), most)
        return [cases[number] for number in sorted(chosen)]

    return take


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> MadeOnce:
    """Gives a folder of a name: the first of the workers that asks makes it, for all of them."""
    own = tmp_path_factory.getbasetemp()
    parent = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own

    return lambda name, make: make_once(parent / name, make)


@pytest.fixture(scope="session")
def wheels(made_once: MadeOnce) -> Path:
    """A folder of wheels from the package index: ipykernel, some further ones, and all that they need."""
    wanted = ("ipykernel", "packaging", "pip", "setuptools<81")
    return made_once("wheels", lambda folder: fetch_wheels(Path(sys.executable), folder, wanted))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh home folder, with every other place of Jupyter's below the test's folder too."""
    for name in [name for name in os.environ if name.lstrip("_").startswith(_TELLING)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "home" / "user"
    folder.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    for name, value in places_of(folder).items():
        monkeypatch.setattr(name, value)
    return folder


@pytest.fixture
def at_once(monkeypatch):
    """Files that were made a moment ago have a stamp too."""
    monkeypatch.setattr(stamping, "_TICK", -(10**15))


needs_root = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else"
)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into; those of pytest are its user's alone."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder that nobody else can change, nor put anything around: `/tmp` is none."""
    import pwd

    around = pwd.getpwuid(os.getuid()).pw_dir
    try:
        check_trusted(Path(around))
        folder = Path(tempfile.mkdtemp(dir=around))
    except (OSError, RefusedError) as error:
        pytest.skip(f"there is no home of this user's own: {error}")
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def apart(request: pytest.FixtureRequest) -> Iterator[Apart]:
    """Does what a test's functions say in processes of their own."""
    with Apart(request.module.__name__) as apart:
        yield apart


@pytest.fixture
def as_user(apart: Apart) -> Callable[..., str]:
    """Calls a function in a process of another user, and tells the error that it ended with."""

    def call(user: int, function: Callable[..., object], *args: object, group: int = 65534) -> str:
        apart.begin(as_another_user, user, group, function, *args).wait()
        return apart.said()

    return call


ODD_FILE_SYSTEMS = {
    "noexec": ["mount", "-t", "tmpfs", "-o", "noexec", "tmpfs"],
    "modeless": ["bindfs", "--perms=0755", "--chmod-ignore"],
}
"""How to mount one that starts no program, and one that shows one mode for all files, as CIFS does."""


@pytest.fixture
def mount(tmp_path: Path) -> Iterator[Callable[[str, Path], Path]]:
    """Mounts an odd file system, empty, on a folder that is made for it."""
    mounted = []

    def mount(kind: str, folder: Path) -> Path:
        folder.mkdir(parents=True)
        source = [tmp_path / kind] if kind == "modeless" else []
        for path in source:
            path.mkdir()
        mount_or_skip(*ODD_FILE_SYSTEMS[kind], *source, folder)
        mounted.append(folder)
        return folder

    yield mount
    for folder in mounted:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.fixture
def make_environment(tmp_path: Path) -> MakeEnvironment:
    """Makes an environment of a few files: its record, its programs' stubs and its kernels."""

    def make(
        name: str = "opencv",
        kernels: Mapping[str, Any] | None = None,
        manager: str = "conda",
        python: str | None = "3.12",
        r: str | None = None,
        parent: Path | None = None,
    ) -> Environment:
        prefix = (parent or tmp_path / "envs") / name
        (prefix / "bin").mkdir(parents=True)
        if manager == "venv":
            (prefix / "pyvenv.cfg").write_text(f"home = /usr/bin\nversion = {python}.1\n")
        else:
            (prefix / "conda-meta").mkdir()
        for package, version, program in (("python", python, "python"), ("r-base", r, "R")):
            if version:
                write_program(prefix / "bin" / program)
            if version and manager == "conda":
                (prefix / "conda-meta" / f"{package}-{version}.1-0.json").write_text("{}")
        program = str(prefix / "bin" / "python")
        for directory, spec in ({"python3": {}} if kernels is None else kernels).items():
            whole = {**python_spec(program), **spec} if isinstance(spec, dict) else spec
            if isinstance(spec, dict) and spec.get("argv", [""])[0] == "R":
                write_program(prefix / "bin" / "R")
            write_spec(prefix / "share" / "jupyter" / "kernels" / directory, whole)
        environment = identify(prefix)
        assert environment is not None
        return environment

    return make


@pytest.fixture
def open_registry(home: Path) -> OpenRegistry:
    """Opens the registry anew, as each command does: it remembers what it has read."""

    return open_registry_anew


@pytest.fixture
def registry(open_registry: OpenRegistry) -> Registry:
    """The registry of the user's own folder."""
    return open_registry()
