"""The settings `plugins.kernel_*`, by .condarc, by `conda config --set` and by variables."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import registered, spec_of


def create(conda: Conda, *where: str, **variables: str) -> str:
    return conda.run("create", "-y", *(where or ("-n", "opencv")), "bash_kernel", env=variables).stderr


def test_off_leaves_everything_to_the_user(conda: Conda) -> None:
    conda.run("config", "--set", "plugins.kernel_auto", "off")
    create(conda)
    assert registered(conda) == []

    conda.run("kernel", "add", "-n", "opencv")
    conda.run("env", "remove", "-y", "-n", "opencv")
    assert registered(conda) == ["opencv"]


def test_off_written_as_false_in_condarc_is_off(conda: Conda) -> None:
    with (conda.home / ".condarc").open("a") as condarc:
        condarc.write("plugins:\n  kernel_auto: false\n")
    create(conda)

    assert registered(conda) == []


def test_all_takes_bare_prefixes_too(conda: Conda, tmp_path: Path) -> None:
    create(conda, "-p", str(tmp_path / "bare"), CONDA_PLUGINS_KERNEL_AUTO="all")

    assert registered(conda) == ["bare"]


def test_named_leaves_bare_prefixes_alone(conda: Conda, tmp_path: Path) -> None:
    create(conda, "-p", str(tmp_path / "bare"), CONDA_PLUGINS_KERNEL_AUTO="named")

    assert registered(conda) == []


def test_the_display_name_follows_the_template(conda: Conda) -> None:
    template = "{environment}: {language} [{kernel}]"
    conda.run("config", "--set", "plugins.kernel_display_name", template)
    create(conda)

    assert spec_of(conda, "opencv")["display_name"] == "opencv: Bash [bash]"


def test_a_new_template_makes_kernels_stale_and_sync_refreshes_them(conda: Conda) -> None:
    create(conda)
    setting = {"CONDA_PLUGINS_KERNEL_DISPLAY_NAME": "{environment}"}

    assert "stale" in conda.run("kernel", "list", env=setting).stdout
    conda.run("kernel", "sync", env=setting)
    assert spec_of(conda, "opencv")["display_name"] == "opencv"


def test_the_location_can_be_the_prefix_of_a_jupyter(conda: Conda, tmp_path: Path) -> None:
    jupyter = tmp_path / "jupyter"
    jupyter.mkdir()
    create(conda, CONDA_PLUGINS_KERNEL_LOCATION=str(jupyter))

    assert [path.name for path in (jupyter / "share/jupyter/kernels").iterdir()] == ["opencv"]
    assert registered(conda) == []


def test_an_option_wins_over_the_location_setting(conda: Conda, tmp_path: Path) -> None:
    create(conda, CONDA_PLUGINS_KERNEL_AUTO="off")
    conda.run("kernel", "add", "-n", "opencv", "--user", env={"CONDA_PLUGINS_KERNEL_LOCATION": str(tmp_path)})

    assert registered(conda) == ["opencv"]


def test_sync_registers_what_the_setting_covers(conda: Conda) -> None:
    create(conda, CONDA_PLUGINS_KERNEL_AUTO="off")
    assert "Nothing to do" in conda.run("kernel", "sync", env={"CONDA_PLUGINS_KERNEL_AUTO": "off"}).stdout

    told = conda.run("kernel", "sync", "--dry-run", "--json").stdout
    assert [row["name"] for row in json.loads(told)["registered"]] == ["opencv"]
    assert registered(conda) == []

    conda.run("kernel", "sync")
    assert registered(conda) == ["opencv"]


@pytest.mark.parametrize(
    ("setting", "value", "reason"),
    [
        ("kernel_auto", "sometimes", "'named', 'all', 'off'"),
        ("kernel_display_name", "{version}", "Its fields are {language}"),
        ("kernel_location", "here", "user, system, or the absolute path"),
    ],
)
def test_conda_refuses_to_set_what_is_not_valid(conda: Conda, setting: str, value: str, reason: str) -> None:
    before = (conda.home / ".condarc").read_text()
    done = conda.run("config", "--set", f"plugins.{setting}", value, check=False)

    assert done.returncode == 1
    assert reason in done.stderr
    assert (conda.home / ".condarc").read_text() == before


@pytest.mark.parametrize("value", ["[named, all]", "{named: all}"])
@pytest.mark.parametrize("setting", ["kernel_auto", "kernel_display_name", "kernel_location"])
def test_a_list_is_refused_in_a_sentence(conda: Conda, setting: str, value: str) -> None:
    with (conda.home / ".condarc").open("a") as condarc:
        condarc.write(f"plugins:\n  {setting}: {value}\n")

    refused = conda.run("kernel", "sync", check=False)
    assert refused.returncode in (1, 2)
    assert f"plugins.{setting} is not a single value" in refused.stderr
    assert create(conda).count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("AUTO", "sometimes"), ("DISPLAY_NAME", "{version}"), ("DISPLAY_NAME", " "), ("LOCATION", "here")],
)
def test_a_bad_value_is_named_and_conda_works_on(conda: Conda, name: str, value: str) -> None:
    setting = {f"CONDA_PLUGINS_KERNEL_{name}": value}

    refused = conda.run("kernel", "sync", env=setting, check=False)
    assert refused.returncode == 1
    assert f"kernel_{name.lower()}" in refused.stderr

    assert create(conda, **setting).count("\n") == 1
    assert conda.env_prefix("opencv").is_dir()
    assert registered(conda) == []


def test_what_a_pattern_leaves_out_becomes_no_kernel_by_itself(conda: Conda, tmp_path: Path) -> None:
    with (conda.home / ".condarc").open("a") as condarc:
        condarc.write(f"plugins:\n  kernel_exclude:\n    - build-*\n    - {tmp_path}/bare/*\n")
    all_of_them = {"CONDA_PLUGINS_KERNEL_AUTO": "all"}
    for where in (("-n", "opencv"), ("-n", "build-1"), ("-p", str(tmp_path / "bare" / "stats"))):
        create(conda, *where, **all_of_them)
    assert registered(conda) == ["opencv"]

    available = json.loads(conda.run("kernel", "list", "--available", "--json").stdout)["kernels"]
    assert [row["name"] for row in available if row["status"] == "unregistered"] == []
    conda.run("kernel", "add", "--all")
    conda.run("kernel", "sync", env=all_of_them)
    assert registered(conda) == ["opencv"]

    conda.run("kernel", "add", "-n", "build-1")
    assert registered(conda) == ["build-1", "opencv"]


def test_patterns_can_be_given_by_conda_config_and_by_a_variable(conda: Conda) -> None:
    conda.run("config", "--append", "plugins.kernel_exclude", "build-*")
    create(conda, "-n", "build-1")
    create(conda, "-n", "old", CONDA_PLUGINS_KERNEL_EXCLUDE="old,older")

    assert registered(conda) == []


def test_patterns_that_are_no_list_are_refused_in_a_sentence_and_conda_works_on(conda: Conda) -> None:
    with (conda.home / ".condarc").open("a") as condarc:
        condarc.write("plugins:\n  kernel_exclude: {a: b}\n")

    refused = conda.run("kernel", "add", "--all", check=False)
    assert refused.returncode in (1, 2)
    assert "kernel_exclude" in refused.stderr
    assert create(conda).count("\n") == 1
    assert conda.env_prefix("opencv").is_dir()
