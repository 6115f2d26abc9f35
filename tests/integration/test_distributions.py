"""What a release consists of: the wheel and the source distribution, and what they install."""

from __future__ import annotations

import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from conda_base import clean_environ, find_interpreter, run
from project import PROJECT, metadata

PACKAGES = ("conda_jupyter_plugin", "pip_kernel_hook")

ENTRY_POINTS = """\
[console_scripts]
pip-kernel = pip_kernel_hook.program:run

[conda]
conda-jupyter-plugin = conda_jupyter_plugin.plugin

[virtualenv.activate]
kernel = pip_kernel_hook.virtualenv:KernelActivator
"""

FRONT_END = "conda_jupyter_plugin/labextension/"

FOR_OTHERS = (
    *("conda_jupyter_plugin.conda_host", "conda_jupyter_plugin.conda_api"),
    *("conda_jupyter_plugin.flag", "conda_jupyter_plugin.plugin"),
    *("conda_jupyter_plugin.server.extension", "conda_jupyter_plugin.server.api.handlers"),
    *("conda_jupyter_plugin.settings", "pip_kernel_hook.virtualenv"),
)
"""Modules that conda, virtualenv and Jupyter's server load, and nobody without them can."""

AROUND = {
    *(".ci", ".gitignore", ".pre-commit-config.yaml", ".shellcheckrc", "CHANGELOG.md", "CONTRIBUTING.md"),
    *("LICENSE", "PKG-INFO", "README.md", "SECURITY.md", "benchmarks", "docs", "pyproject.toml", "recipe"),
    "tests",
}
"""What the source distribution has beside the packages."""


def modules() -> set[str]:
    """Lists the files of both packages."""
    found = (path for package in PACKAGES for path in (PROJECT / package).rglob("*") if path.is_file())
    return {path.relative_to(PROJECT).as_posix() for path in found if "__pycache__" not in path.parts}


def test_the_package_index_takes_both(distributions: Path) -> None:
    files = [str(path) for path in sorted(distributions.iterdir())]

    assert len(files) == 2
    done = run([sys.executable, "-m", "twine", "check", "--strict", *files], clean_environ())
    assert done.stdout.count("PASSED") == 2


def test_the_wheel_holds_the_packages_and_nothing_else(project_wheel: Path) -> None:
    about = f"conda_jupyter_plugin-{metadata()['version']}.dist-info"
    with zipfile.ZipFile(project_wheel) as archive:
        names = set(archive.namelist())
        told = archive.read(f"{about}/METADATA").decode()
        entry_points = archive.read(f"{about}/entry_points.txt").decode()

    own = {
        f"{about}/{name}" for name in ("METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE")
    }
    data = f"conda_jupyter_plugin-{metadata()['version']}.data/data"
    config = f"{data}/etc/jupyter/jupyter_server_config.d/conda_jupyter_plugin.json"
    # The front end is where Jupyter looks for it, and nowhere else.
    front_end = {name for name in modules() if name.startswith(FRONT_END)}
    at_jupyters = {
        name.replace(FRONT_END, f"{data}/share/jupyter/labextensions/conda-jupyter-plugin/")
        for name in front_end
    }
    assert names == modules() - front_end | at_jupyters | own | {config}
    assert {Path(name).suffix for name in modules() - front_end} == {".json", ".py", ".sh", ".typed"}
    assert {Path(name).suffix for name in front_end} == {".css", ".js", ".json"}
    assert entry_points == ENTRY_POINTS
    assert "License-Expression: BSD-3-Clause\n" in told
    assert f"Version: {metadata()['version']}\n" in told


def test_the_source_distribution_holds_what_its_tests_need(project_sdist: Path) -> None:
    with tarfile.open(project_sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}

    assert modules() <= names
    assert {name.partition("/")[0] for name in names} == AROUND | set(PACKAGES)
    assert not [name for name in names if "__pycache__" in name or "_build" in name]


@pytest.mark.parametrize("minor", ["3.10", "3.11", "3.12", "3.13", "3.14"])
def test_it_works_with_every_python_that_it_is_for(minor: str, project_wheel: Path, tmp_path: Path) -> None:
    python = find_interpreter(minor)
    if python is None:
        pytest.skip(f"there is no Python {minor}")
    uv = [sys.executable, "-m", "uv"]
    variables = clean_environ() | {"HOME": str(tmp_path)}
    run([*uv, "venv", "--quiet", "--python", str(python.executable), str(tmp_path / "opencv")], variables)
    program = str(tmp_path / "opencv" / "bin" / "python")
    run([*uv, "pip", "install", "--quiet", "--python", program, str(project_wheel)], clean_environ())

    assert [one for one in metadata()["classifiers"] if one.endswith(f":: {minor}")]
    for words in (("pip-kernel",), ("python", "-m", "pip_kernel_hook")):
        command = [str(tmp_path / "opencv" / "bin" / words[0]), *words[1:]]
        assert run([*command, "--version"], variables).stdout == f"pip-kernel {metadata()['version']}\n"
    listed = run([program, "-m", "pip_kernel_hook", "list", "--json"], variables)
    assert '"kernels": ' in listed.stdout
    named = [name.removesuffix(".py").replace("/", ".") for name in modules() if name.endswith(".py")]
    own = [name for name in named if not name.startswith(FOR_OTHERS) and "__" not in name]
    run([program, "-W", "error::SyntaxWarning", "-c", f"import {', '.join(own)}"], variables)


def test_the_version_is_in_one_place(project_wheel: Path, project_sdist: Path) -> None:
    assert metadata()["dynamic"] == ["version"]
    version = metadata()["version"]
    assert project_wheel.name == f"conda_jupyter_plugin-{version}-py3-none-any.whl"
    assert project_sdist.name == f"conda_jupyter_plugin-{version}.tar.gz"
