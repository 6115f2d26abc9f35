"""The fixtures themselves: what they give is a real conda, and nothing of it leaks."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from activated_shell import activated
from activation_scripts import KINDS, write_scripts
from channel import PLACEHOLDER, Channel, add_package
from conda_base import BESIDE_BASE, Conda, RunInKernel, contents, copy_base, find_conda

BY_HAND = {"CONDA_PLUGINS_KERNEL_AUTO": "off"}


def write_kernelspec(conda: Conda, name: str, prefix: Path) -> None:
    folder = conda.kernels_dir / name
    shutil.copytree(prefix / "share/jupyter/kernels/python3", folder)


def test_conda_sees_only_what_the_test_gives_it(conda: Conda, channel: Channel) -> None:
    info = json.loads(conda.run("info", "--json").stdout)
    assert info["root_prefix"] == str(conda.prefix)
    assert info["conda_version"].startswith(".".join(map(str, conda.version)))
    assert [url.rpartition("/")[0] for url in info["channels"]] == [channel.url] * 2
    assert info["envs_dirs"][0] == str(conda.envs_dir)
    assert info["envs"] == [str(conda.prefix)]
    assert Path(info["user_rc_path"]) == conda.home / ".condarc"


def test_environments_elsewhere_are_known_from_the_own_home_only(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "--yes", "--prefix", tmp_path / "elsewhere")
    known = json.loads(conda.run("env", "list", "--json").stdout)["envs"]
    assert sorted(known) == sorted([str(conda.prefix), str(tmp_path / "elsewhere")])


def test_each_test_has_an_empty_home(conda: Conda) -> None:
    assert [path.name for path in conda.home.iterdir()] == [".condarc"]
    assert not any(conda.envs_dir.iterdir())


def test_the_project_is_installed_in_the_base(conda: Conda) -> None:
    packages = json.loads(conda.run("list", "--prefix", conda.prefix, "--json").stdout)
    assert "conda-jupyter-plugin" in {package["name"].replace("_", "-") for package in packages}


def test_the_users_own_base_is_only_read(conda: Conda, base_as_found: dict[str, tuple[int, ...]]) -> None:
    conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel")

    found = find_conda()
    assert found is not None
    assert found.prefix != conda.prefix
    assert (conda.prefix / "bin/conda").read_text("utf-8").startswith(f"#!{conda.prefix}/bin/python")
    assert contents(found.prefix, without=BESIDE_BASE) == base_as_found


@pytest.mark.parametrize(
    "installed",
    [
        "lib/python3.12/site-packages/conda_jupyter_plugin/plugin.py",
        "lib/python3.12/site-packages/pip_kernel_hook/main.py",
        "lib/python3.12/site-packages/conda_jupyter_plugin-0.1.0.dist-info/METADATA",
        "lib/python3.12/site-packages/_conda_jupyter_plugin.pth",
        "lib/python3.12/site-packages/__editable__.conda_jupyter_plugin-0.1.0.pth",
        "conda-meta/conda-jupyter-plugin-0.1.0-py_0.json",
        "bin/pip-kernel",
    ],
)
def test_what_a_base_has_of_the_project_already_is_not_copied(tmp_path: Path, installed: str) -> None:
    for name in (installed, "lib/python3.12/site-packages/conda/plugins.py", "bin/conda"):
        (tmp_path / "own" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / name).touch()

    copy_base(tmp_path / "own", tmp_path / "copy", without_project=True)

    copied = {path.name for path in (tmp_path / "copy").rglob("*") if path.is_file()}
    assert copied == {"plugins.py", "conda", "own_home_only.pth"}


def test_a_failing_command_shows_what_conda_said(conda: Conda) -> None:
    with pytest.raises(AssertionError, match=r"exit status 1[\s\S]*stderr:[\s\S]*no-such-package"):
        conda.run("create", "--yes", "--name", "x", "no-such-package")
    assert conda.run("create", "--yes", "--name", "x", "no-such-package", check=False).returncode == 1


def test_every_python_of_the_channel_runs_a_kernel(
    conda: Conda, channel: Channel, run_in_kernel: RunInKernel
) -> None:
    assert 1 <= len(channel.pythons) <= 3
    for minor in channel.pythons:
        name = f"py{minor}"
        prefix = conda.env_prefix(name)
        conda.run(
            "create",
            "--yes",
            "--name",
            name,
            f"python={minor}",
            "ipykernel",
            env=BY_HAND,
        )
        write_kernelspec(conda, name, prefix)
        code = "import sys, ctypes, sqlite3, ssl; print(sys.prefix, '%d.%d' % sys.version_info[:2])"
        assert run_in_kernel(conda, name, code).split() == [str(prefix), minor]


def test_packages_are_as_conda_would_have_them(conda: Conda, channel: Channel) -> None:
    conda.run("create", "--yes", "--name", "opencv", f"python={channel.pythons[-1]}", "ipykernel")
    prefix = conda.env_prefix("opencv")
    spec = json.loads((prefix / "share/jupyter/kernels/python3/kernel.json").read_text("utf-8"))
    assert spec["argv"][0] == f"{prefix}/bin/python"
    assert (prefix / "bin/pip").read_text("utf-8").startswith(f"#!{prefix}/bin/python")
    assert list(prefix.glob("conda-meta/ipykernel-*.json"))
    listed = conda.run("run", "--name", "opencv", "pip", "list").stdout
    assert "ipykernel" in listed
    assert "conda-jupyter-plugin" not in listed
    assert list(prefix.glob("lib/python*/site-packages/ipykernel/__pycache__/*.pyc"))


def test_a_made_up_package_is_installed_with_its_files(conda: Conda, channel: Channel) -> None:
    spec = {"argv": ["R", "--slave", "{connection_file}"], "display_name": "R", "language": "R"}
    script = f"#!/bin/sh\necho {PLACEHOLDER}\n"
    add_package(channel, "r-base", "4.4.1", {"bin/R": script})
    files = {"share/jupyter/kernels/ir/kernel.json": json.dumps(spec)}
    add_package(channel, "r-irkernel", "1.3.2", files, depends=["r-base"])
    conda.run("create", "--yes", "--name", "stats", "r-irkernel")
    prefix = conda.env_prefix("stats")
    assert json.loads((prefix / "share/jupyter/kernels/ir/kernel.json").read_text("utf-8")) == spec
    assert conda.run("run", "--name", "stats", "R").stdout.strip() == str(prefix)


def test_an_added_package_can_be_replaced_and_never_reaches_the_cache(conda: Conda, channel: Channel) -> None:
    for word in ("old", "new"):
        add_package(channel, "xeus-fake", "1.0", {"share/word": word})
        conda.run("create", "--yes", "--name", word, "xeus-fake")
        assert (conda.env_prefix(word) / "share/word").read_text("utf-8") == word
    cached = next(channel.root.glob("*/python-3*.conda")).resolve().parent
    assert cached.parent != channel.root
    assert not list(cached.glob("xeus-fake*"))
    assert "xeus-fake" not in (cached / "repodata.json").read_text("utf-8")


def test_an_error_in_the_kernel_is_shown(conda: Conda, channel: Channel, run_in_kernel: RunInKernel) -> None:
    conda.run(
        "create",
        "--yes",
        "--name",
        "lab",
        f"python={channel.pythons[-1]}",
        "ipykernel",
        env=BY_HAND,
    )
    write_kernelspec(conda, "lab", conda.env_prefix("lab"))
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        run_in_kernel(conda, "lab", "1 / 0")
    code = "import os; print(os.environ['WORD'], os.environ.get('CONDA_PREFIX'), os.environ['HOME'])"
    assert run_in_kernel(conda, "lab", code, env={"WORD": "yes"}) == f"yes None {conda.home}\n"


def test_a_shell_that_asks_forks_is_as_one_that_starts_conda(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    write_scripts(conda.env_prefix("opencv"), KINDS["packages"])
    env = conda.variables({"GIVEN": "two\nlines", "EMPTY": ""})

    seen = activated(conda, ["base", "opencv", "--stack base"], env)

    assert seen == activated(replace(conda, forks=None), ["base", "opencv", "--stack base"], env)
    assert seen["CONDA_SHLVL"] == "3"
    with pytest.raises(AssertionError, match="EnvironmentNameNotFound"):
        activated(conda, ["nothing"], env)


def test_the_surrounding_shell_is_left_out(conda: Conda, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONDA_PREFIX", "_CONDA_ROOT", "JUPYTER_PATH", "PYTHONPATH", "VIRTUAL_ENV", "XDG_DATA_HOME"):
        monkeypatch.setenv(name, "/elsewhere")
    assert "/elsewhere" not in conda.variables().values()
    assert conda.variables({"JUPYTER_PATH": "/own"})["JUPYTER_PATH"] == "/own"


def test_a_copy_leaves_packages_and_configuration_behind(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    files = {"pkgs/a", "envs/b", ".condarc", "conda-meta/frozen", "conda-meta/history"}
    for name in files:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text("", "utf-8")
    (source / "bin").mkdir()
    (source / "bin/conda").write_text(f"#!{source}/bin/python\n", "utf-8")
    (source / "bin/conda").chmod(0o555)
    copy_base(source, target)
    copied = {str(path.relative_to(target)) for path in target.rglob("*") if path.is_file()}
    assert copied == {"bin/conda", "conda-meta/history"}
    assert (target / "bin/conda").read_text("utf-8") == f"#!{target}/bin/python\n"
    assert os.access(target / "bin/conda", os.X_OK)


def test_a_wrong_conda_exe_is_never_replaced_by_another_conda(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONDA_EXE", str(tmp_path / "bin/conda"))
    assert find_conda.__wrapped__() is None
