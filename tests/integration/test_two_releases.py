"""Two releases over the same kernels: each kernel is written by the later one once, and then by nobody."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from conda_base import Conda, clean_environ, copy_base, install_wheel, run
from conda_checks import listed, tree
from project import PROJECT

from tests.support import MadeOnce, python_spec, write_spec

LATER = "99.1"


@pytest.fixture(scope="session")
def later_wheel(made_once: MadeOnce, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of a release to come, which starts kernels by another text."""

    def make(folder: Path) -> None:
        source = tmp_path_factory.mktemp("later") / "source"
        shutil.copytree(PROJECT, source, ignore=shutil.ignore_patterns(".*", "__pycache__", "tests"))
        package = source / "conda_jupyter_plugin"
        version = (package / "__init__.py").read_text("utf-8")
        (package / "__init__.py").write_text(version.replace('version__ = "', f'version__ = "{LATER}" or "'))
        launcher = package / "core" / "launch" / "launcher.sh"
        launcher.write_text(launcher.read_text("utf-8") + "# as a later release has it\n")
        toml = (source / "pyproject.toml").read_text("utf-8")
        (source / "pyproject.toml").write_text(
            toml.replace('dynamic = ["version"]', f'version = "{LATER}"').replace(
                "[tool.hatch.version]", "[tool.x]"
            )
        )
        run([sys.executable, "-m", "build", "--wheel", str(source), "--outdir", str(folder)], clean_environ())

    return next(made_once("later", make).glob("*.whl"))


def test_two_builds_of_pip_kernel_rewrite_nothing_of_each_other_twice(
    later_wheel: Path, project_wheel: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kernels = home / ".local" / "share" / "jupyter" / "kernels"
    for name in ("one", "two"):
        run([sys.executable, "-m", "venv", "--without-pip", str(home / name)], clean_environ())
        write_spec(home / name / "share" / "jupyter" / "kernels" / "python3", python_spec())

    def pip_kernel_of(wheel: Path) -> Callable[..., str]:
        folder = tmp_path / wheel.parent.name
        pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(folder), str(wheel)]
        run(pip, clean_environ())

        def pip_kernel(*words: str, check: bool = True) -> str:
            env = clean_environ() | {"HOME": str(home), "PYTHONPATH": str(folder)}
            done = run([sys.executable, "-m", "pip_kernel_hook", *words], env, cwd=home, check=check)
            return done.stdout + done.stderr

        return pip_kernel

    older, later = pip_kernel_of(project_wheel), pip_kernel_of(later_wheel)
    older("add", "one")
    assert "refreshed" in later("sync")
    later("add", "two")
    before = tree(kernels)

    for _ in range(2):
        assert "was not changed" in older("sync", check=False)
        assert "was not changed" in older("add", "one", check=False)
        assert older("list").count("ok: written by a later version") == 2
        assert "Nothing to do" in later("sync")
        later("add", "two")
    assert tree(kernels) == before


def test_two_bases_of_two_releases_rewrite_nothing_of_each_other_twice(
    conda: Conda, later_wheel: Path, base_to_copy: Path, tmp_path: Path
) -> None:
    copy_base(base_to_copy, tmp_path / "later", without_project=True)
    install_wheel(tmp_path / "later", later_wheel)
    later = Conda(tmp_path / "later", conda.version, conda.home, tmp_path / "later" / "envs")
    conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel")
    later.run("create", "-y", "-p", later.env_prefix("cv"), "--kernel", "bash_kernel")
    shared = conda.home / "shared"
    conda.run("create", "-y", "-p", shared, "--kernel", "bash_kernel")
    conda.run("env", "config", "vars", "set", "-p", shared, "A=b")
    later.run("kernel", "add", "-p", shared)
    before = tree(conda.kernels_dir)

    for one in (conda, later, conda, later):
        assert {row["status"] for row in listed(one).values()} == {"ok"}
        assert "Nothing to do" in one.run("kernel", "sync", check=one is later).stdout
        one.run("env", "config", "vars", "set", "-p", shared, "A=b")

    assert tree(conda.kernels_dir) == before
