"""Whatever goes wrong in the hooks, conda's command ends as without the plugin, and one line tells."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import Done, held, one_document, registered, spec_of

from tests.support import Sample

FAULTS = Path(__file__).with_name("faults.py").read_text("utf-8")
NEVER = 10**9


def run_with_fault(conda: Conda, at: int, *command: str) -> tuple[Done, int]:
    """Runs a conda command in which one call of ours fails; gives the number of calls too."""
    done = conda.run_code(FAULTS, "once", str(at), *command)
    return done, int((conda.home / "calls").read_text())


def assert_as_without_the_plugin(done: Done) -> None:
    assert_undisturbed(done)
    assert done.stderr.startswith("conda-jupyter-plugin: ")


def assert_undisturbed(done: Done) -> None:
    assert done.returncode == 0, done.stdout + done.stderr
    assert one_document(done)
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1


def test_no_call_that_fails_fails_a_transaction(conda: Conda, sample: Sample) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    there = ("install", "-y", "-n", "opencv", "--json", "tool")
    back = ("remove", "-y", "-n", "opencv", "tool")
    _, calls = run_with_fault(conda, NEVER, *there)
    assert calls > 100
    conda.run("--no-plugins", *back)

    told = 0
    for at in sample(range(1, calls + 1), 12):
        done, _ = run_with_fault(conda, at, *there)
        assert_undisturbed(done)
        told += bool(done.stderr)
        assert list(conda.env_prefix("opencv").glob("conda-meta/tool-*.json"))
        conda.run("--no-plugins", *back)
    assert told > 3


@pytest.mark.parametrize(
    "command",
    [
        ("env", "config", "vars", "set", "-n", "opencv", "FAULT={run}"),
        ("install", "-y", "-n", "opencv", "bash_kernel", "--json"),
        ("list", "-n", "opencv", "--json"),
    ],
    ids=lambda command: command[0],
)
def test_no_call_that_fails_fails_a_command_without_a_transaction(
    conda: Conda, exhaustive: bool, command: tuple[str, ...]
) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")

    most, seconds = (NEVER, 3600) if exhaustive else (25, 300)
    done = conda.run_code(FAULTS, "each", str(most), *command, timeout=seconds)
    without = conda.run("--no-plugins", *command)

    runs = json.loads(done.stdout)
    assert len(runs) > 1
    for at, status, out, told in runs:
        assert (status or 0, as_data(out)) == (0, as_data(without.stdout)), at
        assert not told or (told.startswith("conda-jupyter-plugin: ") and told.count("\n") == 1), at


def as_data(out: str) -> object:
    """Reads JSON: the order of its keys is not always the same."""
    return json.loads(out) if out.startswith(("{", "[")) else out


def test_a_data_folder_that_is_a_file_is_one_line(conda: Conda) -> None:
    conda.data_dir.parent.mkdir(parents=True)
    conda.data_dir.write_text("in the way")

    done = conda.run("create", "-y", "-n", "opencv", "bash_kernel", "--json")

    assert_as_without_the_plugin(done)
    assert str(conda.data_dir) in done.stderr
    assert conda.data_dir.read_text() == "in the way"


def test_a_full_disk_is_one_line(conda: Conda) -> None:
    conda.data_dir.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(conda.data_dir)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    try:
        done = conda.run("create", "-y", "-n", "opencv", "bash_kernel", "--json")
        assert_as_without_the_plugin(done)
        assert "No space left" in done.stderr
        assert registered(conda) == []
    finally:
        subprocess.run(["umount", str(conda.data_dir)], check=True)


def test_a_broken_kernelspec_in_the_environment_is_one_line(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "opencv", "broken_kernel", "--json")

    assert_as_without_the_plugin(done)
    assert "kernel.json" in done.stderr


def test_a_lock_held_by_another_process_is_one_line(conda: Conda) -> None:
    with held(conda):
        done = conda.run("create", "-y", "-n", "opencv", "bash_kernel", "--json")

    assert_as_without_the_plugin(done)
    assert "Another process" in done.stderr
    assert registered(conda) == []


def test_what_a_rename_could_not_take_along_sync_makes_up_for(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("kernel", "add", "-n", "opencv", "--display-name", "Vision", "--env", "A=b")
    with held(conda):
        done = conda.run("rename", "-n", "opencv", "vision", "-y")
    assert "Another process" in done.stderr

    conda.run("kernel", "sync")

    spec = spec_of(conda, "vision")
    assert (spec["display_name"], spec["env"]) == ("Vision", {"A": "b"})
    assert registered(conda) == ["vision"]


def test_output_that_nobody_reads_is_no_failure(conda: Conda) -> None:
    command = [str(conda.python), "-m", "conda", "create", "-y", "-n", "opencv", "bash_kernel"]
    shell = f"exec {subprocess.list2cmdline(command)} 2>&-"
    done = subprocess.run(
        ["sh", "-c", shell], env=conda.variables({}), capture_output=True, check=False, cwd=conda.home
    )

    assert done.returncode == 0
    assert registered(conda) == ["opencv"]
