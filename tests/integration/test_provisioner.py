"""A kernel on another host, started by name: Gateway Provisioners' distributed one, over a real sshd."""

from __future__ import annotations

import json
import sys
import sysconfig
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest
import ssh_host
from conda_base import Conda, clean_environ, run
from notebook_file import write_notebook

pytestmark = [
    pytest.mark.skipif(bool(ssh_host.why_none()), reason=ssh_host.why_none() or "there is one"),
    pytest.mark.skipif(find_spec("gateway_provisioners") is None, reason="no gateway-provisioners here"),
]

ENGINE = ["--provisioner", "distributed-provisioner"]
WHERE = ["--provisioner-config", f"remote_hosts={ssh_host.HOST}"]

# It is reached through ssh, and activated: by what it says itself.
CELL = """
import os, sys
print([sys.prefix, bool(os.environ.get("SSH_CONNECTION")), os.environ.get("MARK"), os.environ.get("A")])
"""


def packages() -> Path:
    """Where the test's own packages lie: the kernel borrows those that the engine's program needs."""
    return Path(sysconfig.get_path("purelib"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of the user, which the other host has too."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def host(tmp_path: Path, home: Path) -> Iterator[Mapping[str, str]]:
    """The variables that lead to the other host."""
    with ssh_host.answering(tmp_path / "host", home) as leading:
        # The engine starts nothing for root.
        yield {"HOME": str(home), "KERNEL_USERNAME": "user", "JUPYTER_PLATFORM_DIRS": "0", **leading}


@pytest.fixture
def opencv_venv(tmp_path: Path) -> Path:
    """A virtual environment with a kernel, and with a script that shows whether it was activated."""
    prefix = tmp_path / "envs" / "opencv"
    run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], clean_environ())
    (next(prefix.glob("lib/python*/site-packages")) / "borrowed.pth").write_text(f"{packages()}\n")
    with (prefix / "bin" / "activate").open("a", encoding="utf-8") as script:
        script.write("\nexport MARK=activated\n")
    install = [str(prefix / "bin" / "python"), "-m", "ipykernel", "install", "--sys-prefix"]
    run(install, clean_environ())
    return prefix


@pytest.fixture
def output_of(tmp_path: Path) -> Callable[[str, Mapping[str, str]], list[object]]:
    """Runs the cell by nbconvert in a kernel, and gives what it printed."""

    def output_of(kernel: str, variables: Mapping[str, str]) -> list[object]:
        notebook = tmp_path / "analysis.ipynb"
        write_notebook(notebook, kernel, CELL)
        command = [sys.executable, "-m", "nbconvert", "--to", "notebook", "--execute", "--inplace"]
        run([*command, str(notebook)], variables)
        (cell,) = json.loads(notebook.read_text("utf-8"))["cells"]
        (output,) = [one for one in cell["outputs"] if one.get("name") == "stdout"]
        return list(eval("".join(output["text"])))  # a list that the cell has printed

    return output_of


def test_a_virtual_environments_kernel_on_another_host_answers_activated(
    opencv_venv: Path,
    host: Mapping[str, str],
    home: Path,
    output_of: Callable[[str, Mapping[str, str]], list[object]],
) -> None:
    variables = {**clean_environ(), **host, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    command = [sys.executable, "-m", "pip_kernel_hook", "add", str(opencv_venv), *ENGINE, *WHERE]
    run([*command, "--env", "A=b c"], variables)

    assert output_of("opencv", variables) == [str(opencv_venv), True, "activated", "b c"]


def test_a_conda_environments_kernel_on_another_host_answers_activated_and_is_kept_so(
    guest: Conda,
    python: str,
    tmp_path: Path,
    output_of: Callable[[str, Mapping[str, str]], list[object]],
) -> None:
    guest.run("create", "-y", "-n", "elsewhere", f"python={python}", "ipykernel")
    prefix, borrowed = guest.env_prefix("elsewhere"), tmp_path / "borrowed"
    borrowed.mkdir()
    (borrowed / "Cryptodome").symlink_to(packages() / "Cryptodome")
    (next(prefix.glob("lib/python*/site-packages")) / "borrowed.pth").write_text(f"{borrowed}\n")
    script = prefix / "etc" / "conda" / "activate.d" / "mark.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text("export MARK=activated\n")
    with ssh_host.answering(tmp_path / "host", guest.home) as leading:
        path = f"{Path(sys.executable).parent}:{guest.variables()['PATH']}"
        found = {"PATH": path, "KERNEL_USERNAME": "user", **leading}
        guest.run("kernel", "add", "-n", "elsewhere", *ENGINE, *WHERE, env=found)
        guest.run("env", "config", "vars", "set", "-n", "elsewhere", "A=changed", env=found)

        assert output_of("elsewhere", guest.variables(found)) == [str(prefix), True, "activated", "changed"]
