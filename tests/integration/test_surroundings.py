"""A kernel is the same from whatever shell it is written: in another one it is neither stale nor changed."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from conda_base import Conda, run
from conda_checks import tree

OTHER_SHELL = {
    "CONDA_CHANGEPS1": "false",
    "CONDA_ENV_PROMPT": "<{name}> ",
    "CONDA_DEV": "true",
    "CONDA_AUTO_STACK": "2",
    "CONDA_ENVVARS_FORCE_UPPERCASE": "false",
    "CONDA_SHLVL": "1",
    "CONDA_DEFAULT_ENV": "stats",
    "CONDA_PROMPT_MODIFIER": "[stats]",
    "PS1": "> ",
    "SHELL": "/bin/fish",
    "PATH": "/bin:/usr/bin",
    "LC_ALL": "C",
    "LANG": "de_DE.ISO-8859-1",
    "PYTHONUTF8": "0",
    "TERM": "dumb",
    "VIRTUAL_ENV_PROMPT": "(other)",
    "PYTHONHASHSEED": "7",
    "USER": "other",
    "COLUMNS": "20",
    "TZ": "UTC+9",
}
"""A shell that differs from a plain one in all but what names the folders of conda and Jupyter."""

CHOICES = (
    pytest.param((), id="plain"),
    pytest.param(("--env", "OMP_NUM_THREADS=4", "--env", "PATH=/mine:${PATH}"), id="with variables"),
    pytest.param(("--no-activate", "--display-name", "CV"), id="not activated"),
)


@pytest.fixture(params=["base", "elsewhere"])
def prefix(request: pytest.FixtureRequest, conda: Conda) -> Iterator[Path]:
    """Where an environment is to be: in the folder of its conda, or where it may be any conda's."""
    folder = {"base": conda.prefix / "envs", "elsewhere": conda.home}[request.param]
    yield folder / "surrounded"
    shutil.rmtree(folder / "surrounded", ignore_errors=True)


@pytest.mark.parametrize("choices", CHOICES)
def test_a_conda_environments_kernel_is_the_same_from_every_shell(
    conda: Conda, prefix: Path, choices: tuple[str, ...]
) -> None:
    conda.run("create", "-y", "-p", prefix, "bash_kernel")
    conda.run("env", "config", "vars", "set", "-p", prefix, "Gdal_Data=/x")
    conda.run("kernel", "add", "-p", prefix, *choices)
    before = tree(conda.kernels_dir)
    by_link = conda.home / "conda"
    by_link.symlink_to(conda.prefix)
    # What lies in no conda's folder is recorded by the path by which its conda was called.
    programs = (by_link if prefix.parent.name == "envs" else conda.prefix) / "bin"
    python = next(path for path in programs.glob("python3.*") if path.name[8:].isdigit())
    places = {"CONDA_PREFIX": str(conda.home), "CONDA_ENVS_DIRS": str(conda.home)}
    shell = conda.variables(OTHER_SHELL | places)

    def kernel(*args: str | Path) -> str:
        command = [str(python), "-m", "conda", "kernel", *map(str, args)]
        return run(command, shell, cwd=Path("/")).stdout

    shutil.rmtree(conda.kernels_dir / "surrounded")
    kernel("add", "-p", prefix, *choices)
    assert tree(conda.kernels_dir) == before

    (row,) = (row for row in json.loads(kernel("list", "--json"))["kernels"] if row["name"] == "surrounded")
    assert row["status"] == "ok"
    assert "Nothing to do" in kernel("sync")
