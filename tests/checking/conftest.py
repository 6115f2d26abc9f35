"""Virtual environments whose kernels really start: their ipykernel is the test's own."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from conda_jupyter_plugin.checking.kernels import check_kernels
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.verbs.find import find_named

from ..support import add, python_spec, write_spec


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home):
    """Every test of this folder runs in a fresh home."""


@pytest.fixture
def make_real(tmp_path):
    """Makes a virtual environment with a Python kernel with the packages of the test's interpreter."""

    def make_real(name="opencv"):
        prefix = tmp_path / "real" / name
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", prefix], check=True)
        (site_packages(prefix) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        write_spec(prefix / "share/jupyter/kernels/python3", python_spec())
        return identify(prefix)

    return make_real


@pytest.fixture
def opencv(make_real, open_registry):
    """A real environment whose kernel is registered."""
    environment = make_real()
    add(open_registry(), environment)
    return environment


@pytest.fixture
def check(open_registry):
    """Checks one kernel by its name."""

    def check(name="opencv", timeout=20.0):
        (checked,) = check_kernels([find_named(open_registry(), name, force=True)], timeout=timeout, jobs=1)
        return checked

    return check


def site_packages(prefix: Path) -> Path:
    """Where an environment's own modules lie, which come before those that it borrows."""
    (folder,) = prefix.glob("lib/python*/site-packages")
    return folder


def append(path: Path, text: str) -> None:
    """Adds lines to a file."""
    path.write_text(path.read_text() + text)


def run_at_start(prefix: Path, code: str) -> None:
    """Has every Python of an environment run something first.

    A `sitecustomize.py` would not do: Debian's Python has one of its own, which is found before it.
    """
    (site_packages(prefix) / "first.py").write_text(code)
    (site_packages(prefix) / "first.pth").write_text("import first\n")
