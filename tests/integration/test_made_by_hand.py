"""Kernelspecs that people made by hand, of every kind found in public: what works stays as it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conda_base import Conda, RunInKernel, run
from conda_checks import listed, registered, spec_of, tree

LAUNCH = ("-m", "ipykernel_launcher", "-f", "{connection_file}")

TELL = "import os, sys; print(sys.prefix, os.environ.get('GIVEN'), os.environ.get('WRAPPED'))"

Spec = dict[str, Any]


def _spec(*argv: str, **changes: Any) -> Spec:
    return {"argv": [*argv], "display_name": "Mine", "language": "python", **changes}


def _wrapper(prefix: Path, _: Path) -> Spec:
    return _spec(f"{prefix}/bin/wrapper", "-n", "4", f"{prefix}/bin/python", *LAUNCH, interrupt_mode="signal")


def _with_variables(prefix: Path, _: Path) -> Spec:
    env = {"PATH": f"{prefix}/bin:$PATH", "GIVEN": "5$$ ${HOME}"}
    return _spec(f"{prefix}/bin/python", *LAUNCH, env=env, metadata={"mine": True})


def _plain(prefix: Path, _: Path) -> Spec:
    return _spec(f"{prefix}/bin/python", "-Xfrozen_modules=off", *LAUNCH)


def _bash(prefix: Path, base: Path) -> Spec:
    return _spec("bash", "-c", f'source "{base}/bin/activate" opencv && exec python {" ".join(LAUNCH)}')


def _kernda(prefix: Path, base: Path) -> Spec:
    script = f'source "{base}/bin/activate" "{prefix}" && exec "{prefix}/bin/python" {" ".join(LAUNCH)}'
    return _spec("bash", "-c", script)


def _conda_run(_: Path, base: Path) -> Spec:
    return _spec(f"{base}/bin/conda", "run", "-n", "opencv", "--no-capture-output", "python", *LAUNCH)


ADOPTED: dict[str, Callable[[Path, Path], Spec]] = {
    "plain": _plain,
    "a wrapper": _wrapper,
    "variables": _with_variables,
}
LEFT_ALONE: dict[str, Callable[[Path, Path], Spec]] = {
    "bash -c": _bash,
    "kernda": _kernda,
    "conda run": _conda_run,
}


@pytest.fixture(scope="module")
def user(
    new_user: Callable[[Path, Path], Conda], tmp_path_factory: pytest.TempPathFactory, python: str
) -> Conda:
    """A user with an environment whose kernel nobody has registered, and a wrapper in it."""
    folder = tmp_path_factory.mktemp("user")
    conda = new_user(folder, folder / "envs")
    off = {"CONDA_PLUGINS_KERNEL_AUTO": "off"}
    conda.run("create", "-y", "-n", "opencv", f"python={python}", "ipykernel", env=off)
    wrapper = conda.env_prefix("opencv") / "bin" / "wrapper"
    wrapper.write_text('#!/bin/sh\nshift 2\nWRAPPED=4 exec "$@"\n', "utf-8")
    wrapper.chmod(0o755)
    return conda


@pytest.fixture
def write(user: Conda) -> Callable[[Callable[[Path, Path], Spec]], Path]:
    """Writes a kernelspec by hand, with a logo and a script beside it, where nothing of ours is."""
    shutil.rmtree(user.data_dir, ignore_errors=True)

    def write_it(make: Callable[[Path, Path], Spec]) -> Path:
        folder = user.kernels_dir / "opencv"
        folder.mkdir(parents=True)
        spec = make(user.env_prefix("opencv"), user.prefix)
        (folder / "kernel.json").write_text(json.dumps(spec), "utf-8")
        (folder / "logo-64x64.png").write_bytes(b"\x89PNG mine")
        (folder / "kernel.js").write_text("// mine", "utf-8")
        return folder

    return write_it


def change(user: Conda) -> None:
    """Lets conda change the environment, as it does every day."""
    user.run("install", "-y", "-n", "opencv", "tool")
    user.run("remove", "-y", "-n", "opencv", "tool")


@pytest.mark.parametrize("kind", ADOPTED)
def test_adopted_it_starts_as_it_did_and_is_activated_and_comes_back_when_it_is_removed(
    user: Conda, write: Callable[..., Path], kind: str, run_in_kernel: RunInKernel
) -> None:
    folder = write(ADOPTED[kind])
    before, spec = tree(folder), spec_of(user, "opencv")
    told = run_in_kernel(user, "opencv", TELL)

    user.run("kernel", "add", "-n", "opencv")

    adopted = spec_of(user, "opencv")
    assert run_in_kernel(user, "opencv", TELL) == told
    prefix = run_in_kernel(user, "opencv", "import os; print(os.environ['CONDA_PREFIX'])").strip()
    assert prefix == str(user.env_prefix("opencv"))
    assert adopted["argv"][-len(spec["argv"]) :] == spec["argv"]
    assert {key: adopted[key] for key in spec if key not in ("argv", "metadata")} == {
        key: spec[key] for key in spec if key not in ("argv", "metadata")
    }
    assert spec.get("metadata", {}).items() <= adopted["metadata"].items()
    files = tree(folder)
    assert {name: files[name] for name in before if name != "kernel.json"} == {
        name: before[name] for name in before if name != "kernel.json"
    }
    assert listed(user)["opencv"]["status"] == "ok"

    after = tree(folder)
    change(user)
    assert user.run("kernel", "sync").stdout == "Nothing to do.\n"
    assert tree(folder) == after

    user.run("kernel", "remove", "--yes", "opencv")
    change(user)
    user.run("kernel", "sync")
    assert tree(folder) == before
    assert (listed(user)["opencv"]["managed"], listed(user)["opencv"]["status"]) == (False, "ok")


@pytest.mark.parametrize("kind", LEFT_ALONE)
def test_what_starts_otherwise_is_left_alone(
    user: Conda, write: Callable[..., Path], kind: str, run_in_kernel: RunInKernel
) -> None:
    folder = write(LEFT_ALONE[kind])
    before = tree(folder)
    told = run_in_kernel(user, "opencv", TELL)

    done = user.run("kernel", "add", "-n", "opencv", check=False)
    change(user)
    user.run("kernel", "sync")

    assert (done.returncode, done.stdout) == (1, "")
    assert "--kernel-name" in done.stderr
    assert registered(user) == ["opencv"]
    assert tree(folder) == before
    assert run_in_kernel(user, "opencv", TELL) == told
    assert [row["managed"] for row in listed(user).values()] == [False]


@pytest.mark.parametrize("kind", ["a link to a project", "a link to the environment's own"])
def test_what_is_a_link_stays_one(
    user: Conda, write: Callable[..., Path], kind: str, tmp_path: Path, run_in_kernel: RunInKernel
) -> None:
    folder = write(_plain)
    kept = folder.rename(tmp_path / "kernelspec")
    if kind != "a link to a project":
        kept = user.env_prefix("opencv") / "share/jupyter/kernels/python3"
    folder.symlink_to(kept)
    before = tree(kept)

    change(user)
    user.run("kernel", "sync")

    assert folder.readlink() == kept
    assert tree(kept) == before
    assert registered(user) == ["opencv"]
    assert run_in_kernel(user, "opencv", "print(1)") == "1\n"


@pytest.mark.usefixtures("write")
def test_what_ipykernel_writes_is_adopted_by_itself(user: Conda) -> None:
    interpreter = str(user.env_prefix("opencv") / "bin" / "python")
    run([interpreter, "-m", "ipykernel", "install", "--user", "--name", "opencv"], user.variables())
    before, spec = tree(user.kernels_dir), spec_of(user, "opencv")

    change(user)

    adopted = spec_of(user, "opencv")
    assert listed(user)["opencv"]["managed"]
    assert adopted["argv"][-len(spec["argv"]) :] == spec["argv"]
    assert adopted["display_name"] == spec["display_name"]
    assert spec["metadata"].items() <= adopted["metadata"].items()

    user.run("kernel", "remove", "--yes", "opencv")
    assert tree(user.kernels_dir) == before
