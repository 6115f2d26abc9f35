"""`conda kernel list`: every kernel that Jupyter sees, the hand-made ones too."""

from __future__ import annotations

import json
import os
import re
import shutil
from pathlib import Path

import pytest
from conda_base import Conda, run
from conda_checks import FIELDS, listed, one_document
from made_up import kernelspec


def write_spec(conda: Conda, name: str, text: str) -> None:
    (conda.kernels_dir / name).mkdir(parents=True)
    (conda.kernels_dir / name / "kernel.json").write_text(text, "utf-8")


@pytest.fixture
def user(guest: Conda, opencv: Path, tmp_path: Path) -> Conda:
    """A user with kernels in every state, managed and made by hand."""
    guest.run("kernel", "add", "-n", "opencv")
    guest.run("create", "-y", "-p", tmp_path / "old", "--kernel", "bash_kernel")
    shutil.rmtree(tmp_path / "old")
    command = [f"{opencv}/bin/python", "-m", "ipykernel", "install", "--user", "--name=by-hand"]
    run(command, guest.variables())
    write_spec(guest, "elsewhere", kernelspec("Elsewhere", "bash", "bash"))
    write_spec(guest, "dead", kernelspec("Dead", "python", "/nowhere/bin/python"))
    write_spec(guest, "torn", '{"argv": [')
    return guest


def test_every_kernel_is_told_with_its_environment_and_status(user: Conda, opencv: Path) -> None:
    rows = listed(user)
    told = {name: (row["prefix"], row["managed"], row["status"]) for name, row in rows.items()}
    assert told == {
        "opencv": (str(opencv), True, "ok"),
        "old": (str(user.home.parent / "old"), True, "broken"),
        "by-hand": (str(opencv), False, "ok"),
        "elsewhere": (None, False, "ok"),
        "dead": (None, False, "broken"),
        "torn": (None, False, "broken"),
    }


def test_each_row_has_every_field(user: Conda, opencv: Path) -> None:
    rows = listed(user)
    assert all(row.keys() >= FIELDS for row in rows.values())
    row = rows["opencv"]
    assert (row["environment"], row["manager"], row["language"]) == ("opencv", "conda", "python")
    assert row["path"] == str(user.kernels_dir / "opencv")
    assert row["display_name"].startswith("Python 3")


def test_it_sees_what_jupyter_sees(user: Conda, client_python: Path) -> None:
    command = [str(client_python), "-m", "jupyter_client.kernelspecapp", "list", "--json"]
    seen = json.loads(run(command, user.variables()).stdout)["kernelspecs"]
    jupyters = {name for name, spec in seen.items() if Path(spec["resource_dir"]).parent == user.kernels_dir}
    # Jupyter leaves out what it cannot read
    assert listed(user).keys() - {"torn"} == jupyters


def test_the_table(user: Conda, opencv: Path, python: str) -> None:
    header, *lines = user.run("kernel", "list").stdout.splitlines()
    assert header.split("  ")[0] == "NAME"
    starts = [header.index(title) for title in ("NAME", "DISPLAY NAME", "ENVIRONMENT", "STATUS")]
    assert starts == sorted(starts)
    cells = {re.split(r"\s{2,}", line)[0]: re.split(r"\s{2,}", line)[1:] for line in lines}
    assert cells["opencv"] == [f"Python {python} (opencv)", str(opencv), "ok"]
    assert cells["by-hand"] == ["by-hand", str(opencv), "ok, not managed"]
    assert cells["old"][-1] == "broken: the environment is gone"
    assert cells["torn"][-1].startswith("broken: ")
    assert lines[-1].startswith("1 broken: `conda kernel sync` removes 1.")


def test_a_home_folder_is_written_as_a_tilde(conda: Conda) -> None:
    conda.run("create", "-y", "-p", conda.home / "kit", "--kernel", "bash_kernel")
    assert "  ~/kit  " in conda.run("kernel", "list").stdout


def test_the_active_environments_own_kernel_is_seen_too(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "list", "--json", env={"CONDA_PREFIX": str(opencv)})
    rows = {row["path"]: row for row in one_document(done)["kernels"]}
    own = rows[str(opencv / "share/jupyter/kernels/python3")]
    assert (own["name"], own["managed"], own["prefix"]) == ("python3", False, str(opencv))


def test_available_adds_what_is_not_registered(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel", env={"CONDA_PLUGINS_KERNEL_AUTO": "off"})
    conda.run("create", "-y", "-n", "stats", "--kernel", "r-irkernel")
    conda.run("create", "-y", "-n", "empty", "tool")
    rows = one_document(conda.run("kernel", "list", "--available", "--json"))["kernels"]
    states = {row["name"]: row["status"] for row in rows if row["manager"] == "conda"}
    assert states == {"shell": "unregistered", "stats": "ok"}


def test_a_broken_environment_hides_no_other_among_the_available(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a-broken-one", "broken_kernel")
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    done = conda.run("kernel", "list", "--available", "--json", check=False)
    assert "shell" in {row["name"] for row in one_document(done)["kernels"]}


def test_it_changes_nothing(guest: Conda, opencv: Path) -> None:
    guest.run("kernel", "list", "--available")
    assert not os.path.lexists(guest.data_dir)
