"""Ways out that a check shows, each typed as it is printed."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from conda_jupyter_plugin.checking.remedies import Fix
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_named

from ..support import add
from .conftest import site_packages


@pytest.fixture
def shell(monkeypatch, wheels):
    """Runs a command line as its user would, with what has been fetched already as the index."""
    scripts = sysconfig.get_path("scripts")
    for name, value in {
        "PATH": os.pathsep.join((scripts, os.environ["PATH"])),
        "PIP_NO_INDEX": "1",
        "PIP_FIND_LINKS": str(wheels),
        "UV_OFFLINE": "1",
        "UV_FIND_LINKS": str(wheels),
        "UV_CONFIG_FILE": os.devnull,
    }.items():
        monkeypatch.setenv(name, value)

    def shell(line):
        finished = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr

    return shell


@pytest.fixture
def of_uv(tmp_path, shell, open_registry):
    """An environment that uv made, without pip; its kernel is registered."""
    prefix = tmp_path / "real" / "opencv"
    shell(f"uv venv -q --python {sys.executable} {prefix}")
    shell(f"uv pip install -q -p {prefix} ipykernel")
    add(open_registry(), identify(prefix))
    return prefix


def typed(checked):
    """The command that a way out ends with."""
    return checked.hint.partition(": ")[2]


def test_a_base_interpreter_of_another_version(make_real, tmp_path, open_registry, check, shell):
    base = tmp_path / "usr" / "bin"
    base.mkdir(parents=True)
    (base / "python3").symlink_to(os.path.realpath(sys.executable))
    prefix = make_real().prefix
    add(open_registry(), identify(prefix), Choices(display_name="Mine", env={"A": "1"}))
    # As it was made before its system's Python became another one.
    (prefix / "bin" / "python").unlink()
    (prefix / "bin" / "python").symlink_to(base / "python3")
    (prefix / "pyvenv.cfg").write_text(f"home = {base}\nversion = 3.8.1\n")
    site_packages(prefix).parent.rename(prefix / "lib" / "python3.8")

    checked = check()

    assert checked.error.startswith("it was created with Python 3.8, but its base interpreter is now 3.")
    assert checked.hint.startswith(f"Recreate it, which empties its folder: {base}/python3 -m venv --clear ")
    shell(typed(checked))
    assert check().ok
    item = find_named(open_registry(), "opencv").item
    assert (item.spec["display_name"], item.owner.choices.env) == ("Mine", {"A": "1"})


@pytest.mark.parametrize(
    ("breaks", "module", "package"),
    [
        ("uv pip uninstall -q -p PREFIX pyzmq", "zmq", "pyzmq"),
        ("uv pip uninstall -q -p PREFIX ipython", "IPython", "ipython"),
        ("echo 'import pkg_resources' > SITE/comm/__init__.py", "pkg_resources", "'setuptools<81'"),
    ],
)
def test_a_module_that_is_missing_where_there_is_no_pip(of_uv, check, shell, breaks, module, package):
    shell(breaks.replace("PREFIX", str(of_uv)).replace("SITE", str(site_packages(of_uv))))

    checked = check()

    assert checked.error == f"the module {module} is missing"
    assert checked.hint == f"Reinstall it: uv pip install -p {of_uv}/bin/python --upgrade {package}"
    assert checked.fix == Fix("install", of_uv, package.strip("'"))
    shell(typed(checked))
    assert module not in str(check().error)


def test_a_kernel_package_that_is_gone(of_uv, check, shell):
    shell(f"uv pip uninstall -q -p {of_uv} ipykernel")

    checked = check()

    assert checked.hint == f"Install it: pip-kernel add {of_uv} --install"
    shell(typed(checked))
    assert check().ok


def test_where_there_is_no_uv_either_another_pip_does_it(of_uv, check, shell, monkeypatch):
    shell(f"uv pip uninstall -q -p {of_uv} pyzmq")
    programs = of_uv.parent / "programs"
    programs.mkdir()
    for name in ("bash", "pip"):
        (programs / name).symlink_to(shutil.which(name))
    monkeypatch.setenv("PATH", str(programs))

    checked = check()

    assert typed(checked) == f"pip --python {of_uv}/bin/python install --upgrade pyzmq"
    shell(typed(checked))
    assert check().ok


@pytest.mark.parametrize("hides", ["fails", "is another version", "is an older version"])
def test_a_module_from_elsewhere_is_the_search_paths_fault(
    opencv, tmp_path, check, shell, monkeypatch, hides
):
    codes = {
        "fails": "raise ImportError('for another Python')",
        "is an older version": "from . import asyncio",
    }
    code = codes.get(hides, "")
    (module := tmp_path / "other" / "zmq").mkdir(parents=True)
    (module / "__init__.py").write_text(code)
    if hides == "is an older version":
        (module / "asyncio.py").touch()
    monkeypatch.setenv("PYTHONPATH", f"{opencv.prefix}{os.pathsep}{tmp_path / 'other'}")

    checked = check()

    assert checked.error == f"{module} from PYTHONPATH shadows a module that it needs"
    command = f"pip-kernel add {opencv.prefix} --env PYTHONPATH="
    assert checked.hint == f"Start the kernel without PYTHONPATH: {command}"
    for _ in range(2):
        shell(command)
        assert check().ok


def test_a_search_path_that_was_chosen_is_taken_back(opencv, tmp_path, check, shell, open_registry):
    (tmp_path / "other" / "zmq").mkdir(parents=True)
    (tmp_path / "other" / "zmq" / "__init__.py").write_text("")
    add(open_registry(), opencv, Choices(env={"PYTHONPATH": str(tmp_path / "other")}))

    command = typed(check())

    assert command == f"pip-kernel add {opencv.prefix} --unset PYTHONPATH"
    shell(command)
    assert check().ok


def test_a_search_path_that_is_in_no_way_is_not_told(opencv, tmp_path, check, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (site_packages(opencv.prefix) / "tornado.py").write_text("import not_there_at_all\n")

    assert check().error == "the module not_there_at_all is missing"
    assert Path(typed(check()).split()[0]).name in ("python", "uv", "pip")
