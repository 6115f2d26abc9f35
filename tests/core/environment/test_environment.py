import os
import time
from pathlib import Path

import pytest

from conda_jupyter_plugin.core import system
from conda_jupyter_plugin.core.environment.environment import (
    creation_time,
    environment_around,
    identify,
    program_directories,
    python_of,
    same_prefix,
)
from conda_jupyter_plugin.core.environment.versions import conda_packages
from conda_jupyter_plugin.core.models import Environment


@pytest.mark.parametrize("manager", ["conda", "venv"])
def test_an_environment_is_told_by_its_files(make_environment, manager):
    environment = make_environment("opencv", manager=manager)

    assert identify(environment.prefix) == Environment(environment.prefix, "opencv", manager)


def test_a_prefix_with_both_kinds_of_files_is_condas(make_environment):
    environment = make_environment("opencv", manager="conda")
    (environment.prefix / "pyvenv.cfg").touch()

    assert identify(environment.prefix).manager == "conda"


def test_any_other_folder_is_no_environment(tmp_path):
    assert identify(tmp_path) is None


def test_a_folder_that_does_not_exist_is_no_environment(tmp_path):
    assert identify(tmp_path / "gone") is None


def test_a_relative_path_becomes_an_absolute_prefix(make_environment, monkeypatch):
    environment = make_environment("opencv")
    monkeypatch.chdir(environment.prefix.parent)

    assert identify(Path("opencv")).prefix == environment.prefix


def test_a_linked_prefix_stays_as_it_was_given(make_environment, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(make_environment("opencv").prefix)

    assert identify(link).prefix == link


def test_the_prefix_with_condas_launchers_is_called_base(make_environment, tmp_path):
    environment = make_environment("miniforge3", parent=tmp_path)
    (environment.prefix / "condabin").mkdir()

    assert identify(environment.prefix).name == "base"


def test_a_named_environment_with_conda_in_it_keeps_its_name(make_environment):
    environment = make_environment("dev")
    (environment.prefix / "condabin").mkdir()

    assert identify(environment.prefix).name == "dev"


@pytest.mark.parametrize("program", ["bin/python", "python.exe", "lib/R/bin"])
def test_a_program_belongs_to_the_environment_around_it(make_environment, program):
    environment = make_environment("opencv")

    assert environment_around(environment.prefix / program) == environment


def test_a_program_of_the_system_belongs_to_no_environment(tmp_path):
    assert environment_around(tmp_path / "usr" / "bin" / "python3") is None


def test_a_program_of_a_nested_environment_belongs_to_the_inner_one(make_environment):
    outer = make_environment("miniforge3")
    inner = make_environment("opencv", parent=outer.prefix / "envs")

    assert environment_around(inner.prefix / "bin" / "python") == inner


def test_a_link_names_the_same_prefix(make_environment, tmp_path):
    prefix = make_environment("opencv").prefix
    link = tmp_path / "link"
    link.symlink_to(prefix)

    assert same_prefix(link, prefix)


def test_two_folders_are_two_prefixes(tmp_path):
    assert not same_prefix(tmp_path / "a", tmp_path / "b")


def test_programs_lie_in_bin():
    environment = Environment(Path("/envs/opencv"), "opencv", "conda")

    assert program_directories(environment) == (Path("/envs/opencv/bin"),)


def test_programs_of_conda_lie_in_six_folders_on_windows(monkeypatch):
    monkeypatch.setattr(system, "WINDOWS", True)
    environment = Environment(Path("/envs/opencv"), "opencv", "conda")

    folders = program_directories(environment)

    assert [folder.relative_to(environment.prefix).as_posix() for folder in folders] == [
        ".",
        "Library/mingw-w64/bin",
        "Library/usr/bin",
        "Library/bin",
        "Scripts",
        "bin",
    ]


@pytest.mark.parametrize(
    ("manager", "windows", "python"),
    [
        ("conda", False, "bin/python"),
        ("venv", False, "bin/python"),
        ("conda", True, "python.exe"),
        ("venv", True, "Scripts/python.exe"),
    ],
)
def test_every_kind_of_environment_has_its_python_in_its_own_place(manager, windows, python, monkeypatch):
    monkeypatch.setattr(system, "WINDOWS", windows)
    environment = Environment(Path("/envs/opencv"), "opencv", manager)

    assert python_of(environment) == Path("/envs/opencv", python)


def test_the_conda_packages_are_told_by_their_records(make_environment):
    assert conda_packages(make_environment(r="4.4").prefix) == {"python": "3.12.1", "r-base": "4.4.1"}


def test_a_folder_without_records_has_no_conda_packages(tmp_path):
    assert conda_packages(tmp_path) == {}


@pytest.mark.parametrize(
    ("line", "seconds"),
    [
        ("==> 2026-11-23 18:03:35 <==\n# cmd: conda create\n", 1795457015.0),
        ("==> yesterday <==\n", None),
        ("", None),
        ("\0" * 200, None),
    ],
)
def test_a_conda_environment_was_made_when_its_history_begins(make_environment, monkeypatch, line, seconds):
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    environment = make_environment()
    assert creation_time(environment) is None
    (environment.prefix / "conda-meta" / "history").write_text(line)

    assert creation_time(environment) == seconds


def test_a_virtual_environment_was_made_when_its_record_was_written(make_environment):
    environment = make_environment(manager="venv")
    os.utime(environment.prefix / "pyvenv.cfg", (1, 2))

    assert creation_time(environment) == 2
