"""Kernels follow their environments through every one of conda's commands, without a word from the user."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from channel import Channel
from conda_base import Conda, RunInKernel
from conda_checks import listed, one_document, owner_of, registered, spec_of, tree

from tests.support import mount_or_skip

PRINT_VARIABLES = "import os; print(os.environ.get('CHOSEN'), os.environ.get('STATE'))"


def shown(conda: Conda) -> dict[str, str]:
    """Gives the display names of the managed kernels, by their names."""
    rows = listed(conda)
    assert {row["status"] for row in rows.values()} <= {"ok"}
    return {name: row["display_name"] for name, row in rows.items() if row["managed"]}


def with_ipykernel(conda: Conda, name: str, python: str) -> None:
    conda.run("create", "-y", "-n", name, f"python={python}", "ipykernel")


def test_the_life_of_an_environment(conda: Conda, channel: Channel) -> None:
    if len(channel.pythons) < 2:
        pytest.skip("this machine has one Python only")
    first, second = channel.pythons[:2]

    conda.run("create", "-y", "-n", "a", f"python={second}")
    assert shown(conda) == {}

    conda.run("install", "-y", "-n", "a", "ipykernel")
    assert shown(conda) == {"a": f"Python {second} (a)"}

    conda.run("install", "-y", "-n", "a", f"python={first}")
    assert shown(conda) == {"a": f"Python {first} (a)"}

    conda.run("rename", "-n", "a", "b")
    assert shown(conda) == {"b": f"Python {first} (b)"}
    assert owner_of(conda, "b") == str(conda.env_prefix("b"))

    conda.run("create", "-y", "-n", "c", "--clone", "b")
    assert shown(conda) == {"b": f"Python {first} (b)", "c": f"Python {first} (c)"}

    conda.run("env", "remove", "-y", "-n", "b")
    assert shown(conda) == {"c": f"Python {first} (c)"}

    conda.run("remove", "-y", "--all", "-n", "c")
    assert registered(conda) == []


@pytest.mark.parametrize("name", ["it's", 'a"b', "Ünï-文"])
def test_the_life_of_a_bare_prefix_once_it_is_registered(
    conda: Conda, tmp_path: Path, python: str, name: str
) -> None:
    first, second = tmp_path / "two words" / name, tmp_path / "two words" / f"{name}2"

    conda.run("create", "-y", "-p", str(first), "bash_kernel")
    assert registered(conda) == []

    conda.run("kernel", "add", "-p", str(first))
    assert len(registered(conda)) == 1

    conda.run("install", "-y", "-p", str(first), "r-irkernel")
    assert {row["kernel"] for row in listed(conda).values()} == {"bash", "ir"}

    conda.run("rename", "-p", str(first), str(second))
    assert {row["prefix"] for row in listed(conda).values()} == {str(second)}

    conda.run("remove", "-y", "--all", "-p", str(second))
    assert registered(conda) == []


def test_a_second_kernel_package_is_a_second_kernel(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("install", "-y", "-n", "opencv", "r-irkernel")
    assert shown(conda) == {"opencv": "Bash (opencv)", "opencv-ir": "R 4.4 (opencv)"}

    conda.run("remove", "-y", "-n", "opencv", "r-irkernel")
    assert shown(conda) == {"opencv": "Bash (opencv)"}


def test_going_back_to_a_revision_takes_the_kernel_along(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "tool")
    conda.run("install", "-y", "-n", "opencv", "bash_kernel")
    assert registered(conda) == ["opencv"]

    conda.run("install", "-y", "-n", "opencv", "--revision", "0")
    assert registered(conda) == []


def test_an_environment_file_is_followed(conda: Conda, tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    file.write_text("name: opencv\ndependencies: [tool]\n")
    conda.run("env", "create", "-f", str(file))
    assert registered(conda) == []

    file.write_text("name: opencv\ndependencies: [tool, bash_kernel]\n")
    conda.run("env", "update", "-f", str(file))
    assert registered(conda) == ["opencv"]


def test_an_environment_that_lost_all_its_packages_loses_its_kernel_when_it_is_removed(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("remove", "-y", "-n", "opencv", "bash_kernel")
    assert registered(conda) == []

    conda.run("env", "remove", "-y", "-n", "opencv")
    assert registered(conda) == []


def test_what_the_user_chose_survives_a_rename(conda: Conda, python: str, run_in_kernel: RunInKernel) -> None:
    with_ipykernel(conda, "a", python)
    conda.run(
        *("kernel", "add", "-n", "a", "--kernel-name", "mine", "--display-name", "My Kernel"),
        *("--env", "CHOSEN=it's $5", "--env", f"DATA={conda.env_prefix('a')}/share:/other"),
    )
    conda.run("rename", "-n", "a", "b")

    assert shown(conda) == {"b": f"Python {python} (b)", "mine": "My Kernel"}
    assert owner_of(conda, "b") == str(conda.env_prefix("b"))
    assert owner_of(conda, "mine") == str(conda.env_prefix("b"))
    assert run_in_kernel(conda, "mine", PRINT_VARIABLES) == "it's $5 None\n"
    assert spec_of(conda, "mine")["env"]["DATA"] == f"{conda.env_prefix('b')}/share:/other"


def test_variables_of_the_environment_reach_the_kernel(
    conda: Conda, python: str, run_in_kernel: RunInKernel
) -> None:
    with_ipykernel(conda, "opencv", python)
    conda.run("env", "config", "vars", "set", "-n", "opencv", "STATE=on")
    assert run_in_kernel(conda, "opencv", PRINT_VARIABLES) == "None on\n"

    conda.run("env", "config", "vars", "unset", "-n", "opencv", "STATE")
    assert run_in_kernel(conda, "opencv", PRINT_VARIABLES) == "None None\n"


def test_a_dry_run_of_rename_moves_nothing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a", "bash_kernel")
    before = tree(conda.kernels_dir)

    conda.run("rename", "-n", "a", "b", "--dry-run")

    assert tree(conda.kernels_dir) == before


def test_json_stays_one_document_and_is_as_without_the_plugin(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "opencv", "bash_kernel", "--json")

    assert one_document(done)["success"] is True
    assert done.stderr == ""
    assert registered(conda) == ["opencv"]


def test_a_kernel_that_came_by_itself_is_told_in_one_line(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "opencv", "bash_kernel")

    told = [line for line in done.stdout.splitlines() if "registered" in line]
    assert told == ['Kernel "opencv" registered as "Bash (opencv)" in ~/.local/share/jupyter/kernels/opencv']


def test_without_plugins_nothing_of_ours_happens(conda: Conda) -> None:
    conda.run("--no-plugins", "create", "-y", "-n", "opencv", "bash_kernel")

    assert not conda.data_dir.exists()


def test_an_environment_for_another_platform_is_left_alone(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel", "--platform", "osx-arm64")

    assert not conda.data_dir.exists()


def test_a_kernel_of_somebody_else_keeps_its_name(conda: Conda) -> None:
    folder = conda.kernels_dir / "opencv"
    folder.mkdir(parents=True)
    (folder / "kernel.json").write_text(
        json.dumps({"argv": ["/bin/sh"], "display_name": "Mine", "language": "sh"})
    )
    before = tree(conda.kernels_dir)

    done = conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    assert done.stderr == ""
    assert shown(conda) == {"envs-opencv": "Bash (opencv)"}
    assert json.loads(conda.run("kernel", "sync", "--json").stdout)["registered"] == []

    conda.run("env", "remove", "-y", "-n", "opencv")
    assert tree(conda.kernels_dir) == before


def test_twenty_at_once_lose_nothing_and_leave_nothing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "seed", "bash_kernel")
    names = [f"e{number:02}" for number in range(20)]

    with ThreadPoolExecutor(len(names)) as crowd:
        list(crowd.map(lambda name: conda.run("create", "-y", "-n", name, "--clone", "seed"), names))
    assert sorted(shown(conda)) == [*names, "seed"]

    with ThreadPoolExecutor(len(names)) as crowd:
        list(crowd.map(lambda name: conda.run("env", "remove", "-y", "-n", name), names))
    assert registered(conda) == ["seed"]
    assert {*os.listdir(conda.data_dir / ".conda-jupyter-plugin")} <= {"lock", "stamps.json"}


def test_a_refreshed_kernel_is_what_adding_it_anew_gives(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("install", "-y", "-n", "opencv", "tool")
    followed = tree(conda.kernels_dir)

    conda.run("kernel", "remove", "opencv", "--yes")
    conda.run("kernel", "add", "-n", "opencv")

    assert tree(conda.kernels_dir) == followed
    assert spec_of(conda, "opencv")["display_name"] == "Bash (opencv)"


def test_a_kernel_in_a_later_versions_format_is_left_alone_with_a_line(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    path = conda.kernels_dir / "opencv" / "kernel.json"
    spec = json.loads(path.read_text())
    spec["metadata"]["conda_jupyter_plugin"]["version"] += 1
    path.write_text(json.dumps(spec))
    before = path.read_bytes()

    for words in (
        ("env", "config", "vars", "set", "-n", "opencv", "A=b"),
        ("remove", "-y", "-n", "opencv", "--all"),
    ):
        done = conda.run(*words)
        assert done.stderr.count("\n") == 1
        assert "was written by a later version of conda-jupyter-plugin" in done.stderr
        assert path.read_bytes() == before
    table = conda.run("kernel", "list").stdout
    assert "ok: written by a later version of conda-jupyter-plugin" in table
    assert conda.run("kernel", "remove", "opencv", "-y", check=False).returncode == 1
    assert path.read_bytes() == before


def test_the_first_of_two_kernels_comes_back_under_its_name(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a", "bash_kernel", "r-irkernel")
    conda.run("remove", "-y", "-n", "a", "r-irkernel")
    assert shown(conda) == {"a-bash": "Bash (a)"}

    conda.run("install", "-y", "-n", "a", "r-irkernel")
    assert shown(conda) == {"a": "R 4.4 (a)", "a-bash": "Bash (a)"}

    conda.run("kernel", "remove", "-y", "a")
    conda.run("kernel", "add", "-n", "a")
    assert shown(conda) == {"a": "R 4.4 (a)", "a-bash": "Bash (a)"}


def test_a_rename_is_told_in_a_line_for_each_kernel(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a", "bash_kernel", "r-irkernel")

    done = conda.run("rename", "-n", "a", "b")

    kernels = "~/.local/share/jupyter/kernels"
    assert done.stdout.splitlines()[-2:] == [
        f'Kernel "a" renamed to "b" as "R 4.4 (b)" in {kernels}/b',
        f'Kernel "a-bash" renamed to "b-bash" as "Bash (b)" in {kernels}/b-bash',
    ]


def test_what_somebody_removed_stays_removed(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a", "bash_kernel")
    conda.run("kernel", "remove", "-y", "a")

    conda.run("install", "-y", "-n", "a", "tool")
    conda.run("remove", "-y", "-n", "a", "tool")
    assert conda.run("kernel", "sync").stdout == "Nothing to do.\n"
    conda.run("rename", "-n", "a", "b")
    conda.run("install", "-y", "-n", "b", "tool")
    assert registered(conda) == []

    rows = one_document(conda.run("kernel", "list", "--available", "--json"))["kernels"]
    assert [row["name"] for row in rows if row["status"] == "unregistered"] == ["b"]

    conda.run("kernel", "add", "-n", "b")
    conda.run("kernel", "remove", "-y", "b")
    conda.run("env", "remove", "-y", "-n", "b")
    conda.run("create", "-y", "-n", "b", "bash_kernel")
    assert shown(conda) == {"b": "Bash (b)"}


def test_several_kernels_of_an_environment_go_where_it_goes(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a", "bash_kernel")
    conda.run("kernel", "add", "-n", "a", "--kernel-name", "a-gpu", "--env", "CUDA_VISIBLE_DEVICES=0")
    assert shown(conda) == {"a": "Bash (a)", "a-gpu": "Bash (a-gpu)"}

    conda.run("install", "-y", "-n", "a", "--kernel-name", "a-tpu", "tool")
    assert shown(conda) == {"a": "Bash (a)", "a-gpu": "Bash (a-gpu)", "a-tpu": "Bash (a-tpu)"}

    conda.run("rename", "-n", "a", "b")
    assert shown(conda) == {"b": "Bash (b)", "a-gpu": "Bash (b, a-gpu)", "a-tpu": "Bash (b, a-tpu)"}
    assert spec_of(conda, "a-gpu")["env"] == {"CUDA_VISIBLE_DEVICES": "0"}

    before = tree(conda.kernels_dir)
    conda.run("remove", "-y", "-n", "b", "bash_kernel")
    assert registered(conda) == []
    conda.run("install", "-y", "-n", "b", "bash_kernel")
    assert tree(conda.kernels_dir) == before

    conda.run("kernel", "remove", "-y", "-n", "b")
    assert registered(conda) == []


def test_where_nothing_can_be_written_the_way_out_is_one_that_the_command_has(
    conda: Conda, mount: Callable[[str, Path], Path]
) -> None:
    mount("noexec", conda.data_dir)
    conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel")
    mount_or_skip("mount", "-o", "remount,ro", conda.data_dir)

    removed = conda.run("env", "remove", "-y", "-n", "opencv")
    synced = conda.run("kernel", "sync", check=False)
    created = conda.run("create", "-y", "-n", "vision", "--kernel", "bash_kernel", check=False)

    told = [(removed, 0, "run `conda kernel sync`."), (synced, 1, "try again."), (created, 1, "try again.")]
    for done, status, then in told:
        assert done.returncode == status
        assert done.stderr.rstrip().endswith(f"Fix this, then {then}")
    mount_or_skip("mount", "-o", "remount,rw", conda.data_dir)
    conda.run("kernel", "sync")
    assert registered(conda) == []
