"""Environments are found without a conda: by what is listed, and by the folders that they lie in."""

import os

import pytest

from conda_jupyter_plugin.conda_api.files.environments import find_known, has_plugin

from ...conftest import needs_root


def make(prefix):
    (prefix / "conda-meta").mkdir(parents=True)
    return prefix


def found():
    return {environment.prefix for environment in find_known().environments()}


def test_without_a_conda_there_are_none():
    assert found() == set()
    assert find_known().condas == ()


def test_those_in_a_condas_folder_are_found_and_what_is_none_is_not(conda):
    opencv = make(conda / "envs" / "opencv")
    (conda / "envs" / ".conda_envs_dir_test").touch()
    (conda / "envs" / "empty").mkdir()

    assert found() == {conda, opencv}


@pytest.mark.parametrize("folder", [".conda/envs", "micromamba/envs", ".local/share/mamba/envs"])
def test_those_in_the_usual_folders_are_found_where_no_conda_is(home, folder):
    assert found() | {make(home / folder / "opencv")} == found()


@pytest.mark.parametrize("variable", ["CONDA_ENVS_DIRS", "CONDA_ENVS_PATH"])
def test_those_in_a_folder_that_a_variable_names_are_found(home, monkeypatch, variable):
    monkeypatch.setenv(variable, f"{home}/a:{home}/b")
    opencv = make(home / "b" / "opencv")

    assert found() == {opencv}


def test_those_of_micromamba_are_found(home, monkeypatch):
    monkeypatch.setenv("MAMBA_ROOT_PREFIX", str(home / "root"))

    assert found() | {make(home / "root" / "envs" / "opencv")} == found()


def test_those_that_are_listed_are_found_and_those_beside_them(home):
    listed, beside = make(home / "far" / "envs" / "opencv"), make(home / "far" / "envs" / "stats")
    elsewhere = make(home / "elsewhere")
    (home / ".conda").mkdir()
    (home / ".conda" / "environments.txt").write_text(f"{listed}\n{elsewhere}\n/gone\nrelative\n\n")

    assert found() == {listed, beside, elsewhere}


@pytest.mark.parametrize("program", ["bin/conda", "condabin/conda"])
def test_a_conda_that_the_shell_knows_is_found(home, monkeypatch, program):
    base = make(home / "opt" / "conda")
    for folder in ("condabin", "bin"):
        (base / folder).mkdir()
    (base / program).touch()
    monkeypatch.setenv("CONDA_EXE", str(base / program))

    assert find_known().condas == (base,)


def test_an_environment_with_conda_in_it_is_no_base(conda):
    (make(conda / "envs" / "dev") / "condabin").mkdir()

    assert find_known().condas == (conda,)


def test_what_cannot_be_read_is_passed_over(home):
    (home / ".conda" / "environments.txt").mkdir(parents=True)

    assert found() == set()


@pytest.mark.parametrize(
    ("name", "has"),
    [("conda_jupyter_plugin-0.1.0.dist-info", True), ("conda_jupyter_plug-1.dist-info", False)],
)
def test_a_conda_with_the_plugin_is_known_by_its_packages(conda, name, has):
    (conda / "lib" / "python3.12" / "site-packages" / name).mkdir(parents=True)

    assert has_plugin(conda) is has


@needs_root
@pytest.mark.parametrize(
    ("auto", "covered"),
    [
        ("named", ["listed", "named", "yours"]),
        ("all", ["bare", "foreign", "listed", "named", "yours"]),
        ("off", []),
    ],
)
def test_what_becomes_a_kernel_by_itself(home, auto, covered):
    (home / ".condarc").write_text(f"plugins: {{kernel_auto: {auto}}}\n")
    make(home / ".conda" / "envs" / "named")
    shared = home / "srv" / "envs"
    bare, listed = make(home / "bare"), make(shared / "listed")
    make(shared / "yours")
    os.chown(make(shared / "foreign"), 12345, -1)
    (home / ".conda" / "environments.txt").write_text(f"{bare}\n{listed}\n")

    known = find_known()

    assert sorted(one.name for one in known.environments() if known.covers(one)) == covered
