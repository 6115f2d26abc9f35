"""Fixtures that give tests a real conda with the project in it, and a channel to install from."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from channel import Channel, cached_channel
from conda_base import (
    BESIDE_BASE,
    REAL_CONDA,
    Conda,
    RunInKernel,
    clean_environ,
    contents,
    copy_base,
    find_conda,
    find_interpreters,
    forks_of,
    install_wheel,
    run,
    why_no_conda,
    write_condarc,
)
from conda_checks import Done
from kernel_client import CLIENT
from made_up import add_made_up_packages
from project import PROJECT

from tests.fork_server import ForkServer
from tests.support import MadeOnce

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses a real conda, and skips it where there is none."""
    here = Path(__file__).parent
    for item in items:
        # which are all of the run's, and elsewhere a `conda` is something else
        if here in item.path.parents and {"conda", "conda_base"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("conda")
        if not item.get_closest_marker("conda"):
            continue
        # a report's keywords do not tell the marker from a parameter of that name
        item.user_properties.append((REAL_CONDA, True))
        if reason := why_no_conda():
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def client_python() -> Path:
    """The interpreter of a Jupyter client in another environment than the kernels."""
    return Path(sys.executable)


@pytest.fixture(scope="session")
def distributions(made_once: MadeOnce) -> Path:
    """A folder with what a release consists of, built from this source tree."""
    command = [sys.executable, "-m", "build", str(PROJECT), "--outdir"]
    return made_once("dist", lambda folder: run([*command, str(folder)], clean_environ()))


@pytest.fixture(scope="session")
def project_sdist(distributions: Path) -> Path:
    """The project's source distribution."""
    return next(distributions.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def project_wheel(distributions: Path) -> Path:
    """The project's wheel, built from the source distribution."""
    return next(distributions.glob("*.whl"))


@pytest.fixture(scope="session")
def channel_cache(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that keeps channels from one test run to the next, where pytest's cache is on."""
    cache = getattr(pytestconfig, "cache", None)
    folder: Path = cache.mkdir("conda-channel") if cache else tmp_path_factory.mktemp("channel-cache")
    return folder


@pytest.fixture(scope="session")
def channel(channel_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Channel:
    """A local channel with Python and kernel packages; tests may add to it."""
    built = cached_channel(channel_cache, find_interpreters())
    copied = built.copy(tmp_path_factory.mktemp("channel") / "local")
    add_made_up_packages(copied)
    return copied


@pytest.fixture(scope="session")
def base_as_found() -> dict[str, tuple[int, ...]]:
    """What this machine's own base consists of before the tests use it."""
    found = find_conda()
    assert found is not None, "tests that need a conda are skipped where there is none"
    return contents(found.prefix, without=BESIDE_BASE)


@pytest.fixture(scope="session")
def base_to_copy(made_once: MadeOnce, project_wheel: Path, base_as_found: dict[str, tuple[int, ...]]) -> Path:
    """The prefix of a copy of this machine's conda, with the project: it is copied, and never run."""
    found = find_conda()
    assert found is not None

    def make(prefix: Path) -> None:
        copy_base(found.prefix, prefix, without_project=True)
        install_wheel(prefix, project_wheel)

    return made_once("conda", make)


@pytest.fixture(scope="session")
def conda_base(base_to_copy: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prefix of a conda with the project installed."""
    prefix = tmp_path_factory.mktemp("base") / "conda"
    copy_base(base_to_copy, prefix)
    return prefix


@pytest.fixture(scope="session")
def conda_forks(conda_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """The copied conda's interpreter, which has imported conda."""
    with forks_of(conda_base, tmp_path_factory.mktemp("nobody")) as forks:
        yield forks


@pytest.fixture(scope="session")
def client_forks(client_python: Path) -> Iterator[ForkServer]:
    """The client's interpreter, which has imported jupyter_client."""
    with ForkServer(client_python, ["jupyter_client.manager"], clean_environ()) as forks:
        yield forks


@pytest.fixture(scope="session")
def pkgs_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where packages are extracted, once for all tests."""
    return tmp_path_factory.mktemp("pkgs")


@pytest.fixture(scope="session")
def new_user(
    conda_base: Path, conda_forks: ForkServer, channel: Channel, pkgs_dir: Path
) -> Callable[[Path, Path], Conda]:
    """Makes a user of the copied conda: a fresh home in one folder, environments in another."""

    def make(folder: Path, envs_dir: Path) -> Conda:
        found = find_conda()
        assert found is not None
        home = folder / "home"
        home.mkdir()
        envs_dir.mkdir(parents=True, exist_ok=True)
        conda = Conda(conda_base, found.version, home, envs_dir, conda_forks)
        write_condarc(conda, channel.url, pkgs_dir)
        return conda

    return make


@pytest.fixture
def conda(new_user: Callable[[Path, Path], Conda], tmp_path: Path) -> Conda:
    """The copied conda, with a fresh home folder and no named environment."""
    return new_user(tmp_path, tmp_path / "envs")


@pytest.fixture
def trusted_conda(conda: Conda, own_folder: Path) -> Conda:
    """A conda that nobody else can change: Jupyter's server runs no other one."""
    copy_base(conda.prefix, own_folder / "conda")
    return replace(conda, prefix=own_folder / "conda", forks=None)


@pytest.fixture(scope="session")
def python(channel: Channel, pictures: Path | None) -> str:
    """The minor version of Python that the shared environments have; pictures show that of the text."""
    wanted = "3.12" if pictures else "3.11"
    return wanted if wanted in channel.pythons else channel.pythons[-1]


@pytest.fixture(scope="session")
def owner(new_user: Callable[[Path, Path], Conda], tmp_path_factory: pytest.TempPathFactory) -> Conda:
    """The user who has made the shared environments, which no test may change."""
    folder = tmp_path_factory.mktemp("owner")
    return new_user(folder, folder / "envs")


@pytest.fixture
def guest(owner: Conda, new_user: Callable[[Path, Path], Conda], tmp_path: Path) -> Iterator[Conda]:
    """A user with a fresh home folder who shares the owner's environments; to change one is a failure."""
    before = {path: path.read_bytes() for path in owner.envs_dir.glob("*/conda-meta/history")}
    yield new_user(tmp_path, owner.envs_dir)
    changed = [path for path, content in before.items() if not path.exists() or path.read_bytes() != content]
    assert not changed, "a shared environment was changed"


@pytest.fixture(scope="session")
def creation(owner: Conda, python: str) -> Done:
    """The command that made the shared environment `opencv` and its kernel, finished."""
    return owner.run("create", "-y", "-n", "opencv", "--kernel", f"python={python}")


@pytest.fixture(scope="session")
def opencv(owner: Conda, creation: Done) -> Path:
    """A shared environment with Python and its kernel."""
    return owner.env_prefix("opencv")


@pytest.fixture(scope="session")
def lab(owner: Conda, python: str) -> Path:
    """A shared environment with a Python, an R and a Bash kernel."""
    packages = (f"python={python}", "ipykernel", "r-irkernel", "bash_kernel")
    owner.run("create", "-y", "-n", "lab", *packages)
    return owner.env_prefix("lab")


@pytest.fixture(scope="session")
def plain(owner: Conda) -> Path:
    """A shared environment without a kernel."""
    owner.run("create", "-y", "-n", "plain", "tool")
    return owner.env_prefix("plain")


@pytest.fixture(scope="session")
def pictures(pytestconfig: pytest.Config) -> Path | None:
    """The folder that takes pictures of what is seen, where they are asked for."""
    folder: Path | None = pytestconfig.getoption("--pictures")
    return folder


@pytest.fixture(scope="session")
def run_in_kernel(client_python: Path, client_forks: ForkServer) -> RunInKernel:
    """Runs code in a kernel as a client in another environment does."""

    def run_code(
        conda: Conda,
        kernel_name: str,
        code: str,
        env: dict[str, str] | None = None,
        timeout: float = 120,
    ) -> str:
        command = [str(client_python), "-c", CLIENT, kernel_name, code]
        return run(command, conda.variables(env), timeout=timeout, forks=client_forks).stdout

    return run_code


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium that this machine has."""
    from front_end import chromium

    with chromium() as browser:
        yield browser
