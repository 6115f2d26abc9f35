from pathlib import Path

import pytest

from conda_jupyter_plugin.core.environment.versions import (
    language_version,
    version_of_library,
    version_of_program,
)
from conda_jupyter_plugin.core.models import Environment


@pytest.mark.parametrize("language", ["python", "Python"])
def test_a_conda_environments_python_version_comes_from_its_record(make_environment, language):
    assert language_version(make_environment(python="3.12"), language) == "3.12"


def test_r_has_the_version_of_r_base(make_environment):
    assert language_version(make_environment(r="4.4"), "R") == "4.4"


def test_packages_whose_names_start_alike_do_not_tell_the_version(make_environment):
    environment = make_environment(python=None)
    (environment.prefix / "conda-meta" / "python-dateutil-2.9.0-0.json").touch()
    (environment.prefix / "conda-meta" / "python_abi-3.11-1.json").touch()

    assert language_version(environment, "python") is None


@pytest.mark.parametrize(
    "line", ["version = 3.12.1", "version_info = 3.12.1.final.0", "VERSION=3.12.1", "version_info  =  3.12"]
)
def test_a_virtual_environments_python_version_comes_from_its_configuration(make_environment, line):
    environment = make_environment(manager="venv")
    (environment.prefix / "pyvenv.cfg").write_text(f"home = /opt/python3.10/bin\n{line}\n")

    assert language_version(environment, "python") == "3.12"


@pytest.mark.parametrize("manager", ["conda", "venv"])
def test_the_version_of_an_unknown_language_is_not_known(make_environment, manager):
    assert language_version(make_environment(manager=manager), "bash") is None


def test_an_environment_that_is_gone_has_no_version():
    assert language_version(Environment(Path("/envs/gone"), "gone", "venv"), "python") is None


@pytest.mark.parametrize("text", ["home = {home}\n", "\ufeffversion = \nhome = {home}\n"])
@pytest.mark.parametrize("program", ["python3.12", "pypy3.10", "python3.13t", "python2.7"])
def test_where_its_configuration_tells_none_the_bases_program_does(make_environment, tmp_path, text, program):
    environment = make_environment(manager="venv")
    (tmp_path / program).touch()
    (environment.prefix / "bin" / "python").unlink()
    (environment.prefix / "bin" / "python").symlink_to(tmp_path / program)
    (environment.prefix / "pyvenv.cfg").write_text(text.format(home=tmp_path), encoding="utf-8")

    version = program.removeprefix("python").removeprefix("pypy").rstrip("t")
    assert language_version(environment, "python") == version_of_program(tmp_path / program) == version


def test_on_windows_the_bases_library_does(make_environment, tmp_path):
    environment = make_environment(manager="venv")
    (tmp_path / "Python312.DLL").touch()
    (tmp_path / "python3.dll").touch()
    (environment.prefix / "pyvenv.cfg").write_text(f"home = {tmp_path}\n")

    assert language_version(environment, "python") == version_of_library(tmp_path) == "3.12"


def test_where_no_file_tells_there_is_none(make_environment):
    environment = make_environment(manager="venv")
    (environment.prefix / "pyvenv.cfg").write_text("home = /nowhere\n")

    assert language_version(environment, "python") is None


def test_what_a_link_is_called_on_the_way_tells_nothing(make_environment, tmp_path):
    environment = make_environment(manager="venv")
    (tmp_path / "python3.13").touch()
    (tmp_path / "python3.12").symlink_to("python3.13")
    (environment.prefix / "bin" / "python").unlink()
    (environment.prefix / "bin" / "python").symlink_to(tmp_path / "python3.12")

    assert version_of_program(environment.prefix / "bin" / "python") == "3.13"
