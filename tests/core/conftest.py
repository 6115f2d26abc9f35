"""Nothing here touches the real home."""

from pathlib import Path

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Environment

from ..conftest import MakeEnvironment
from ..support import LOGO, add, hand_made_spec, write_program, write_spec


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home):
    """Every test of this folder runs in a fresh home."""


@pytest.fixture
def kernels(home: Path) -> Path:
    """The user's folder of kernelspecs."""
    return user_location().kernels


@pytest.fixture
def hand_made(kernels: Path, make_environment: MakeEnvironment) -> Environment:
    """An environment with a logo, and a kernelspec that its user wrote for it in a way of his own."""
    environment = make_environment()
    (environment.prefix / "share/jupyter/kernels/python3/logo-64x64.png").write_bytes(b"a package's")
    wrapper = write_program(environment.prefix / "bin" / "wrapper")
    spec = hand_made_spec(environment, "My CV")
    spec["argv"] = [str(wrapper), "-n", "4", "python", *spec["argv"][1:], "{resource_dir}", "{prefix}"]
    spec |= {"interrupt_mode": "message", "own": 1, "metadata": {"mine": True}}
    spec["env"] = {"A": "1", "PATH": "/x/bin:$PATH", "PRICE": "5$$", "TEXT": "$${HOME}"}
    folder = write_spec(kernels / "opencv", spec)
    (folder / "kernel.js").write_text("// mine")
    (folder / "logo-64x64.png").write_bytes(LOGO)
    write_program(folder / "own" / "run")
    return environment


@pytest.fixture
def opencv(make_environment, open_registry):
    """An environment whose kernel is registered."""
    environment = make_environment()
    add(open_registry(), environment)
    return environment
