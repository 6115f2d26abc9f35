"""One folder is one place and one environment is one, whatever path leads to it; what is not here is kept."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import listed, registered, spec_of, tree


@pytest.fixture
def opencv(conda: Conda) -> Path:
    """An environment whose kernel has a display name and a variable of the user's choice."""
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("kernel", "add", "-n", "opencv", "--display-name", "Vision", "--env", "A=b")
    return conda.env_prefix("opencv")


def statuses(conda: Conda) -> dict[str, str]:
    return {name: row["status"] for name, row in listed(conda).items()}


@pytest.mark.parametrize("variable", ["HOME", "JUPYTER_PATH"])
def test_a_home_folder_by_two_paths_loses_no_kernel(
    conda: Conda, opencv: Path, tmp_path: Path, variable: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(conda.home)
    data = conda.data_dir.relative_to(conda.home)
    around = {"HOME": str(link), "JUPYTER_PATH": str(conda.data_dir)}
    if variable == "JUPYTER_PATH":
        around = {"HOME": str(conda.home), "JUPYTER_PATH": str(link / data)}

    assert " ok" in conda.run("kernel", "list", env=around).stdout
    assert "Nothing to do" in conda.run("kernel", "sync", env=around).stdout
    conda.run("rename", "-n", "opencv", "vision", env=around)
    assert (registered(conda), spec_of(conda, "vision")["display_name"]) == (["vision"], "Vision")
    conda.run("env", "remove", "-y", "-n", "vision", env=around)
    assert registered(conda) == []


@pytest.mark.parametrize("recorded", ["by its real path", "by the link"])
@pytest.mark.parametrize("removed", ["by its real path", "by the link"])
def test_an_environment_by_a_link_is_one(
    conda: Conda, opencv: Path, tmp_path: Path, recorded: str, removed: str
) -> None:
    paths = {"by its real path": tmp_path / "real" / "opencv", "by the link": opencv}
    paths["by its real path"].parent.mkdir()
    opencv.rename(paths["by its real path"])
    opencv.symlink_to(paths["by its real path"])
    conda.run("kernel", "remove", "-y", "opencv")
    conda.run("kernel", "add", "-p", paths[recorded])
    before = spec_of(conda, "opencv")

    for path in paths.values():
        conda.run("env", "config", "vars", "set", "-p", path, "B=c")
        conda.run("env", "config", "vars", "unset", "-p", path, "B")
        conda.run("kernel", "sync")
    assert spec_of(conda, "opencv") == before
    conda.run("env", "remove", "-y", "-p", paths[removed])
    assert registered(conda) == []


@pytest.mark.parametrize("command", ["env remove -y -n opencv", "remove -y --all -n opencv"])
def test_an_environment_inside_another_goes_with_it(conda: Conda, opencv: Path, command: str) -> None:
    conda.run("create", "-y", "-p", opencv / "inside" / "inner", "--kernel", "bash_kernel")
    conda.run("create", "-y", "-n", "elsewhere", "bash_kernel")
    assert registered(conda) == ["elsewhere", "inner", "opencv"]

    conda.run(*command.split())

    assert registered(conda) == ["elsewhere"]


def test_an_environment_inside_another_is_renamed_with_it(conda: Conda, opencv: Path) -> None:
    conda.run("create", "-y", "-p", opencv / "inside" / "inner", "--kernel-display-name", "In", "bash_kernel")

    conda.run("rename", "-n", "opencv", "vision")

    assert registered(conda) == ["inner", "vision"]
    assert spec_of(conda, "inner")["display_name"] == "In"
    inner = conda.env_prefix("vision") / "inside" / "inner"
    assert spec_of(conda, "inner")["metadata"]["conda_env_path"] == str(inner)


def test_a_disk_that_is_away_and_comes_back(conda: Conda, opencv: Path, tmp_path: Path) -> None:
    away = tmp_path / "away"
    (conda.envs_dir / "disk").mkdir()
    mount = ["mount", "--bind", str(conda.envs_dir), str(conda.envs_dir / "disk")]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("only root may mount")
    on_disk = replace(conda, envs_dir=conda.envs_dir / "disk")
    try:
        conda.run("kernel", "remove", "-y", "opencv")
        conda.run(
            "create", "-y", "-p", on_disk.env_prefix("cv"), "--kernel-display-name", "CV", "bash_kernel"
        )
        before = tree(conda.kernels_dir)
    finally:
        subprocess.run(["umount", str(on_disk.envs_dir)], check=True)
    conda.env_prefix("cv").rename(away)

    assert statuses(conda) == {"cv": "broken"}
    assert f"on a disk that is not mounted ({on_disk.envs_dir})" in conda.run("kernel", "list").stdout
    conda.run("kernel", "sync", env={"CONDA_PLUGINS_KERNEL_AUTO": "off"})
    conda.run("create", "-y", "-n", "other", "bash_kernel", env={"CONDA_PLUGINS_KERNEL_AUTO": "off"})
    assert tree(conda.kernels_dir) == before

    shutil.copytree(away, on_disk.env_prefix("cv"))
    assert statuses(conda) == {"cv": "ok"}
    assert tree(conda.kernels_dir) == before
    shutil.rmtree(on_disk.env_prefix("cv"))

    conda.run("kernel", "remove", "-y", "--missing")
    assert registered(conda) == []


@pytest.mark.parametrize("active", ["/nowhere", "relative", "{file}", "{loop}", ""])
def test_an_active_environment_that_is_none_disturbs_nothing(
    conda: Conda, tmp_path: Path, active: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    active = active.format(file=tmp_path / "file", loop=tmp_path / "loop")
    around = {"CONDA_PREFIX": active, "CONDA_SHLVL": "1"}

    conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel", env=around)
    assert registered(conda) == ["opencv"]
    assert " ok" in conda.run("kernel", "list", env=around).stdout
    refused = conda.run("kernel", "add", env=around, check=False)
    assert refused.returncode in (1, 2)
    assert (f"CONDA_PREFIX points to {active}" if active else "No environment is active") in refused.stderr
    assert around["CONDA_PREFIX"] in refused.stderr
