"""`conda kernel check` and `conda doctor`: real kernels, started and looked at."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import Done, assert_one_sentence, one_document, registered
from made_up import kernelspec

FIXERS = (26, 1)
HINTS = (26, 7)
CHECK = "jupyter-kernels"


@pytest.fixture
def user(guest: Conda, opencv: Path) -> Conda:
    """A user whose environment opencv is registered."""
    guest.run("kernel", "add", "-n", "opencv")
    return guest


@pytest.fixture
def own(conda: Conda, python: str) -> Path:
    """An environment of the user's own, with a kernel."""
    conda.run("create", "-y", "-n", "vision", f"python={python}", "ipykernel")
    return conda.env_prefix("vision")


def checked(done: Done) -> dict[str, object]:
    (kernel,) = one_document(done)["kernels"]
    assert isinstance(kernel, dict)
    return kernel


def doctor(conda: Conda, *words: str | Path) -> str:
    """Gives what `conda doctor` says; of kernels alone where it can be asked for that."""
    only = [CHECK] if conda.version >= FIXERS else []
    return conda.run("doctor", *words, *only).stdout


def test_a_kernel_runs_in_its_activated_environment(user: Conda, opencv: Path) -> None:
    kernel = checked(user.run("kernel", "check", "-n", "opencv", "--json"))

    assert (kernel["ok"], kernel["error"], kernel["name"]) == (True, None, "opencv")
    assert kernel["prefix"] == str(opencv)
    assert 0 < kernel["activation_seconds"] < kernel["seconds"]  # type: ignore[operator]


def test_the_active_environments_kernels_are_meant(user: Conda, opencv: Path) -> None:
    done = user.run("kernel", "check", env={"CONDA_PREFIX": str(opencv)})

    assert done.stdout.splitlines()[1].split()[::3] == ["opencv", "ok"]


def test_one_that_fails_is_told_with_the_way_out(conda: Conda, own: Path) -> None:
    shutil.rmtree(next(own.glob("lib/python*/site-packages/tornado")))

    done = conda.run("kernel", "check", "vision", check=False)

    assert done.returncode == 1
    assert "failed: the module tornado is missing" in done.stdout
    assert "vision: the module tornado is missing. Reinstall it: conda install " in done.stdout


@pytest.mark.parametrize("program", ["no-such-program", "/etc/hostname"])
def test_one_that_cannot_be_started_is_told_in_a_sentence_and_no_log(guest: Conda, program: str) -> None:
    folder = guest.kernels_dir / "bare"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(kernelspec("Bare", "x", program))

    done = guest.run("kernel", "check", "bare", check=False)

    assert (done.returncode, done.stderr) == (1, "")
    assert len(done.stdout.splitlines()) == 3
    assert "Traceback" not in done.stdout


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 4", "SCRIPT ended the shell with status 4"),
        ("sleep 1000", "SCRIPT does not finish"),
        ("export CONDA_PREFIX=/elsewhere", "not activated: CONDA_PREFIX is /elsewhere"),
    ],
)
def test_a_script_that_spoils_it_is_named(conda: Conda, own: Path, script: str, said: str) -> None:
    path = own / "etc/conda/activate.d/spoiling.sh"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{script}\n")

    kernel = checked(conda.run("kernel", "check", "vision", "--timeout", "4", "--json", check=False))

    assert said.replace("SCRIPT", str(path)) in str(kernel["error"])


def test_of_several_scripts_the_one_that_fails_is_named(conda: Conda, own: Path) -> None:
    folder = own / "etc/conda/activate.d"
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in (("a.sh", "false\ntrue"), ("b.sh", "true\nfalse"), ("c.sh", "true")):
        (folder / name).write_text(f"{script}\n")

    kernel = checked(conda.run("kernel", "check", "vision", "--json"))

    assert kernel["warnings"] == [f"The activation script {folder / 'b.sh'} failed."]


def test_a_notebook_is_told_which_kernel_would_do(user: Conda, tmp_path: Path) -> None:
    notebook = tmp_path / "analysis.ipynb"
    kernelspec = {"name": "vision", "display_name": "Python 3 (vision)", "language": "python"}
    notebook.write_text(json.dumps({"nbformat": 4, "metadata": {"kernelspec": kernelspec}, "cells": []}))

    document = one_document(user.run("kernel", "check", str(notebook), "--json", check=False))
    (judged,) = document["notebooks"]
    command = judged["candidates"][0]["command"].split()
    user.run(*command[1:3], "-p", str(judged["candidates"][0]["prefix"]), *command[-2:])

    assert judged["hint"].endswith(" --kernel-name vision")
    assert user.run("kernel", "check", str(notebook)).returncode == 0


def test_an_environment_without_a_registered_kernel_is_told(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "check", "-n", "opencv", check=False)

    assert_one_sentence(
        done, 1, "No kernel of environment opencv is registered.", "conda kernel add -n opencv"
    )


def test_the_doctor_starts_the_kernels(user: Conda) -> None:
    assert "✅ Working Jupyter kernels: opencv." in doctor(user, "-n", "opencv")


def test_the_doctor_has_nothing_to_say_of_an_environment_without(guest: Conda, plain: Path) -> None:
    assert "✅ The environment has no unregistered Jupyter kernel." in doctor(guest, "-p", plain)


def test_the_doctor_names_each_state(conda: Conda, own: Path) -> None:
    conda.run("kernel", "add", "-n", "vision", "--kernel-name", "further")
    state = own / "conda-meta/state"
    state.write_text(json.dumps({"env_vars": {"A": "1"}}))
    shutil.rmtree(next(own.glob("lib/python*/site-packages/tornado")))

    said = doctor(conda, "-n", "vision")

    assert "❌ Jupyter kernels:\n\n" in said
    assert "vision: stale" in said
    conda.run("kernel", "sync")
    said = doctor(conda, "-n", "vision")
    assert "vision: failing: the module tornado is missing." in said
    assert "further: failing: the module tornado is missing." in said


def test_the_fixer_asks_and_mends(conda: Conda, own: Path) -> None:
    if conda.version < FIXERS:
        pytest.skip("conda has fixers since 26.1")
    (own / "conda-meta/state").write_text(json.dumps({"env_vars": {"A": "1"}}))
    fix = ("doctor", "-n", "vision", CHECK, "--fix")

    declined = conda.run(*fix, input="n\n", check=False)
    dry = conda.run(*fix, "--dry-run", check=False)
    assert "vision: stale" in doctor(conda, "-n", "vision")
    done = conda.run(*fix, "-y")

    assert "Update these kernels?" in declined.stdout
    assert "Jupyter kernels to update:\n  vision: stale" in dry.stdout
    assert 'Kernel "vision" refreshed as' in done.stdout
    assert "Working Jupyter kernels: vision." in doctor(conda, "-n", "vision")
    assert "All Jupyter kernels are up to date." in conda.run(*fix, "-y").stdout


def test_the_fixer_registers_and_unregisters(conda: Conda, own: Path) -> None:
    if conda.version < FIXERS:
        pytest.skip("conda has fixers since 26.1")
    shutil.rmtree(conda.kernels_dir / "vision")
    fix = ("doctor", "-n", "vision", CHECK, "--fix", "-y")

    assert "vision: unregistered" in conda.run(*fix).stdout
    assert registered(conda) == ["vision"]
    shutil.rmtree(own / "share/jupyter/kernels/python3")
    assert "vision: broken: the environment no longer has the kernel python3" in conda.run(*fix).stdout
    assert registered(conda) == []


def test_what_was_removed_on_purpose_is_not_missed(conda: Conda, own: Path) -> None:
    conda.run("kernel", "remove", "vision", "-y")

    assert "has no unregistered Jupyter kernel" in doctor(conda, "-n", "vision")


def test_where_conda_has_hints_they_are_told_in_json(guest: Conda) -> None:
    document = one_document(guest.run("kernel", "add", "-n", "nowhere", "--json", check=False))

    assert document["hint"] == "`conda env list` shows all environments."
    told = {"text": document["hint"], "hint_code": document["code"]}
    hints = document.get("guidance", {}).get("hints", [])
    assert hints == ([told] if guest.version >= HINTS else [])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("install", "-y", "-n", "nowhere", "--kernel"), "conda kernel create -n nowhere"),
        (("create", "-y", "-n", "new", "--kernel", "nothing_like_it_kernel"), "with `-c conda-forge`"),
    ],
)
def test_condas_own_errors_name_the_next_command(guest: Conda, words: tuple[str, ...], said: str) -> None:
    done = guest.run(*words, check=False)

    assert done.returncode == 1
    assert (said in done.stderr) == (guest.version >= HINTS), done.stderr
