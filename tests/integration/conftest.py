"""Fixtures that give tests a real conda with the project in it, and a channel to install from."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from channel import Channel, cached_channel
from conda_base import (
    Conda,
    RunInKernel,
    clean_environ,
    copy_base,
    find_conda,
    find_interpreters,
    install_wheel,
    run,
    write_condarc,
)

PROJECT = Path(__file__).parents[2]
OLDEST_CONDA = (25, 5, 0)

# Starts a kernel by name, runs code in it and writes what the code printed; the kernel's own output goes to
# stderr, so that stdout holds nothing else.
_CLIENT = """
import sys
from jupyter_client.manager import start_new_kernel

def show(message):
    if message["msg_type"] == "stream" and message["content"]["name"] == "stdout":
        sys.stdout.write(message["content"]["text"])

name, code = sys.argv[1:]
manager, client = start_new_kernel(kernel_name=name, startup_timeout=60, stdout=sys.stderr.fileno())
try:
    reply = client.execute_interactive(code, timeout=60, output_hook=show, allow_stdin=False)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
content = reply["content"]
if content["status"] != "ok":
    sys.exit("\\n".join([content.get("ename", ""), content.get("evalue", ""), *content.get("traceback", [])]))
"""


def _why_not() -> str:
    """Says why real-conda tests cannot run here; nothing where they can."""
    if not sys.platform.startswith("linux"):
        return "The local channel of the real-conda tests can only be built on Linux"
    found = find_conda()
    if found is None and os.environ.get("CONDA_EXE"):
        return f"No conda found (CONDA_EXE is {os.environ['CONDA_EXE']})"
    if found is None:
        return "No conda found (looked at CONDA_EXE, PATH and the usual places)"
    if found.version < OLDEST_CONDA:
        return f"Found {found}, but 25.5 or newer is needed"
    return ""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what uses a real conda, and skips it where there is none."""
    for item in items:
        if {"conda", "conda_base"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("conda")
        reason = _why_not() if item.get_closest_marker("conda") else ""
        if reason:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says in one line whether a real conda took part."""
    reports = [one for some in terminalreporter.stats.values() for one in some]
    marked = [one for one in reports if isinstance(one, pytest.TestReport) and "conda" in one.keywords]
    skipped = {report.nodeid for report in marked if report.skipped}
    ran = {report.nodeid for report in marked if report.when == "call"}
    reason = _why_not() if skipped else ""
    if reason:
        terminalreporter.write_line(f"{reason}: {_count(skipped, 'real-conda test')} skipped.")
    elif ran:
        terminalreporter.write_line(f"Real conda took part: {find_conda()}, {_count(ran, 'test')}.")


def _count(things: set[str], noun: str) -> str:
    return f"{len(things)} {noun}{'' if len(things) == 1 else 's'}"


@pytest.fixture(scope="session")
def client_python() -> Path:
    """The interpreter of a Jupyter client in another environment than the kernels."""
    return Path(sys.executable)


@pytest.fixture(scope="session")
def project_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's wheel, built from this source tree."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(PROJECT)]
    run(command, clean_environ())
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def channel(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Channel:
    """A local channel with Python and kernel packages; tests may add to it."""
    cache = getattr(pytestconfig, "cache", None)
    folder = cache.mkdir("conda-channel") if cache else tmp_path_factory.mktemp("channel-cache")
    built = cached_channel(folder, find_interpreters())
    return built.copy(tmp_path_factory.mktemp("channel") / "local")


@pytest.fixture(scope="session")
def conda_base(tmp_path_factory: pytest.TempPathFactory, project_wheel: Path) -> Iterator[Path]:
    """The prefix of a copy of this machine's conda, with the project installed."""
    found = find_conda()
    assert found is not None, "tests that need a conda are skipped where there is none"
    prefix = tmp_path_factory.mktemp("base") / "conda"
    copy_base(found.prefix, prefix)
    install_wheel(prefix, project_wheel)
    yield prefix
    shutil.rmtree(prefix, ignore_errors=True)


@pytest.fixture(scope="session")
def pkgs_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where packages are extracted, once for all tests."""
    folder = tmp_path_factory.mktemp("pkgs")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def conda(conda_base: Path, channel: Channel, pkgs_dir: Path, tmp_path: Path) -> Conda:
    """The copied conda, with a fresh home folder and no named environment."""
    found = find_conda()
    assert found is not None
    home, envs_dir = tmp_path / "home", tmp_path / "envs"
    home.mkdir()
    envs_dir.mkdir()
    classic = any(conda_base.glob("conda-meta/pycosat-*.json"))
    write_condarc(home, channel.url, pkgs_dir, envs_dir, classic)
    return Conda(conda_base, found.version, home, envs_dir)


@pytest.fixture(scope="session")
def run_in_kernel(client_python: Path) -> RunInKernel:
    """Runs code in a kernel as a client in another environment does."""

    def run_code(
        conda: Conda,
        kernel_name: str,
        code: str,
        env: dict[str, str] | None = None,
        timeout: float = 120,
    ) -> str:
        command = [str(client_python), "-c", _CLIENT, kernel_name, code]
        return run(command, conda.variables(env), timeout=timeout).stdout

    return run_code
