"""What `--kernel` adds to conda's plan: the kernel package that the request lacks, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from channel import SUBDIR, Channel
from conda_base import Conda
from conda_checks import last_line, one_document, owner_of, registered, spec_of, transactions


def plan_of(conda: Conda, *words: str, **variables: str) -> dict[str, Any]:
    done = conda.run("create", "-n", "x", "--dry-run", "--json", *words, env=variables)
    actions: dict[str, Any] = one_document(done)["actions"]
    # what to fetch is a set, in conda, and comes in any order
    return {**actions, "FETCH": sorted(record["url"] for record in actions["FETCH"])}


@pytest.mark.parametrize("packages", [["ipykernel"], ["ipykernel>=5", "tool"]], ids=" ".join)
def test_a_request_with_ipykernel_plans_what_it_plans_without_the_flag(
    conda: Conda, python: str, packages: list[str]
) -> None:
    request = (f"python={python}", *packages)
    assert plan_of(conda, "--kernel", *request) == plan_of(conda, *request)


def test_a_request_without_a_kernel_plans_what_it_plans_with_ipykernel(conda: Conda, python: str) -> None:
    assert plan_of(conda, "--kernel", f"python={python}") == plan_of(conda, f"python={python}", "ipykernel")


@pytest.mark.parametrize(
    ("packages", "added"),
    [
        ([], "ipykernel"),
        (["tool"], "ipykernel"),
        (["python", "r-base"], "ipykernel"),
        (["r-base"], "r-irkernel"),
        (["r-base >=4", "tool"], "r-irkernel"),
        (["{channel}::r-base"], "r-irkernel"),
        (["python"], "ipykernel"),
    ],
    ids=str,
)
def test_the_kernel_package_is_that_of_the_requested_language(
    conda: Conda, channel: Channel, packages: list[str], added: str
) -> None:
    request = [package.format(channel=channel.url) for package in packages]
    plan = plan_of(conda, "--kernel", *request)
    assert plan == plan_of(conda, *request, added)


@pytest.mark.parametrize(
    "packages",
    [
        ["bash_kernel"],
        ["xeus-cling"],
        ["r-irkernel=1.3"],
        ["python", "bash_kernel>=0.8"],
        ["r-base", "xeus-cling"],
    ],
    ids=" ".join,
)
def test_a_request_that_brings_a_kernel_gets_no_other(conda: Conda, packages: list[str]) -> None:
    assert plan_of(conda, "--kernel", *packages) == plan_of(conda, *packages)


def test_default_packages_count_as_requested(conda: Conda) -> None:
    default = {"CONDA_CREATE_DEFAULT_PACKAGES": "bash_kernel"}
    assert plan_of(conda, "--kernel", "tool", **default) == plan_of(conda, "tool", **default)
    without = ("--no-default-packages", "r-base")
    assert plan_of(conda, "--kernel", *without, **default) == plan_of(conda, *without, "r-irkernel")


@pytest.mark.parametrize(
    ("request_", "kernel", "display_name"),
    [
        ("r-base", "ir", "R 4.4 (stats)"),
        ("bash_kernel", "bash", "Bash (stats)"),
        ("xeus-cling", "xcpp17", ""),
    ],
)
def test_a_kernel_of_another_language_is_registered_as_it_is(
    conda: Conda, request_: str, kernel: str, display_name: str
) -> None:
    done = conda.run("create", "-y", "-n", "stats", "--kernel", request_)
    prefix = conda.env_prefix("stats")
    spec = spec_of(conda, "stats")
    assert last_line(done).startswith('Kernel "stats" registered as')
    assert display_name in spec["display_name"]
    assert spec["metadata"]["conda_jupyter_plugin"]["kernel"] == kernel
    assert spec["metadata"]["conda_env_path"] == str(prefix)
    assert "interpreter" not in spec["metadata"]
    assert not list(prefix.glob("conda-meta/ipykernel-*"))
    assert transactions(prefix) == 1


def test_an_environment_with_several_kernels_registers_each(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "lab", "--kernel", "r-irkernel", "bash_kernel")
    assert registered(conda) == ["lab", "lab-bash"]
    assert [line.split('"')[1] for line in done.stdout.splitlines()[-2:]] == ["lab", "lab-bash"]
    assert owner_of(conda, "lab") == owner_of(conda, "lab-bash") == str(conda.env_prefix("lab"))


def test_a_package_file_that_brings_a_kernel_is_registered(conda: Conda, channel: Channel) -> None:
    package = Path(channel.root, SUBDIR, "bash_kernel-0.9-0.conda")
    conda.run("create", "-y", "-n", "shell", "--kernel", package.as_uri())
    assert registered(conda) == ["shell"]


def test_a_package_file_without_a_kernel_gets_one(conda: Conda, channel: Channel) -> None:
    package = Path(channel.root, SUBDIR, "r-base-4.4.1-0.conda")
    conda.run("create", "-y", "-n", "stats", "--kernel", package.as_uri())
    assert registered(conda) == ["stats"]
