"""Two condas on one machine: each leaves the other's kernels alone, and takes over what a gone one left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conda_base import Conda, copy_base
from conda_checks import listed, registered, spec_of, tree


@pytest.fixture
def second(conda: Conda, tmp_path: Path) -> Conda:
    """Another conda of the same user, with environments of its own and the shared folder of the first."""
    copy_base(conda.prefix, tmp_path / "second")
    return Conda(tmp_path / "second", conda.version, conda.home, tmp_path / "second" / "envs")


def test_each_leaves_the_others_kernels_alone(conda: Conda, second: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    second.run("create", "-y", "-p", second.env_prefix("cv"), "--kernel", "bash_kernel")
    before = tree(conda.kernels_dir)

    for one in (conda, second, conda):
        assert {row["status"] for row in listed(one).values()} == {"ok"}
        assert "Nothing to do" in one.run("kernel", "sync").stdout
    second.run("env", "config", "vars", "set", "-n", "opencv", "A=b")

    assert registered(conda) == ["cv", "opencv"]
    assert tree(conda.kernels_dir) == before


def test_a_kernel_starts_with_the_conda_that_its_environment_belongs_to(conda: Conda, second: Conda) -> None:
    prefix = second.env_prefix("cv")
    second.run("create", "-y", "-p", prefix, "--kernel", "bash_kernel")
    before = tree(conda.kernels_dir)

    conda.run("kernel", "add", "-p", prefix)

    assert tree(conda.kernels_dir) == before
    assert f"CONDA_EXE={second.prefix}/bin/conda" in (conda.kernels_dir / "cv/start-activated.sh").read_text()


def test_deleted_by_the_other_its_kernel_goes(conda: Conda, second: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")

    second.run("env", "remove", "-y", "-n", "opencv")

    assert registered(conda) == []


def test_what_a_conda_that_is_gone_left_is_taken_over(conda: Conda, second: Conda) -> None:
    second.run("create", "-y", "-n", "opencv", "bash_kernel")
    second.run("create", "-y", "-p", second.env_prefix("cv"), "--kernel-display-name", "CV", "bash_kernel")
    assert registered(conda) == ["cv", "opencv"]
    shutil.rmtree(second.prefix)

    conda.run("create", "-y", "-n", "cv", "bash_kernel")
    conda.run("kernel", "sync")

    assert registered(conda) == ["cv", "opencv"]
    assert spec_of(conda, "cv")["metadata"]["conda_env_path"] == str(conda.env_prefix("cv"))
    assert spec_of(conda, "cv")["display_name"] == "Bash (cv)"
    for name in registered(conda):
        launcher = Path(conda.kernels_dir, name, "start-activated.sh").read_text()
        assert f"CONDA_EXE={conda.prefix}/bin/conda" in launcher
