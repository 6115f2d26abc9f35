"""A real virtual environment with a kernel, made once, and ways to run the real commands."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_TELLING = ("JUPYTER", "CONDA", "VIRTUAL", "XDG_", "IPYTHON", "PYTHONHOME", "PYTHONPATH")


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home, monkeypatch):
    """Every test of this folder runs in a fresh home."""
    monkeypatch.chdir(home)


@pytest.fixture(scope="session")
def from_wheels(wheels) -> dict[str, str]:
    """Variables by which pip installs what has been fetched already, and nothing else."""
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}


@pytest.fixture(scope="session")
def run_in(from_wheels):
    """Runs a command of the test's own interpreter in a given home."""

    def run_in(home: Path, *words, **variables) -> subprocess.CompletedProcess[str]:
        around = {name: value for name, value in os.environ.items() if not name.startswith(_TELLING)}
        around |= {"HOME": str(home), "USERPROFILE": str(home), **from_wheels, **variables}
        command = [sys.executable, "-m", *map(str, words)]
        return subprocess.run(command, env=around, cwd=home, capture_output=True, text=True, check=False)

    return run_in


@pytest.fixture(scope="session")
def created(tmp_path_factory, run_in):
    """What `pip-kernel create opencv packaging --json` did in a home of its own: the home and the process."""
    home = tmp_path_factory.mktemp("home")
    finished = run_in(home, "pip_kernel_hook", "create", "opencv", "packaging", "--json")
    assert finished.returncode == 0, finished.stderr
    return home, finished


@pytest.fixture
def opencv(created) -> Path:
    """The prefix of a real virtual environment with pip, ipykernel and packaging: for reading only."""
    return created[0] / "opencv"
