"""An environment's activation by its own files; test_server_extension.py compares it with conda's."""

import json

import pytest

from conda_jupyter_plugin.conda_api.files.activation import read_activation
from conda_jupyter_plugin.core.environment.environment import identify


@pytest.fixture
def opencv(conda):
    """A named environment of the conda."""
    (conda / "envs" / "opencv" / "conda-meta").mkdir(parents=True)
    return identify(conda / "envs" / "opencv")


def test_a_named_environment_of_a_conda(opencv, conda):
    activation = read_activation(opencv, conda)

    assert activation.front == (f"{opencv.prefix}/bin", f"{conda}/condabin")
    assert activation.variables == {
        "CONDA_PREFIX": str(opencv.prefix),
        "CONDA_SHLVL": "1",
        "CONDA_DEFAULT_ENV": "opencv",
        "CONDA_PROMPT_MODIFIER": "(opencv) ",
        "CONDA_EXE": f"{conda}/bin/conda",
        "CONDA_PYTHON_EXE": f"{conda}/bin/python",
    }
    assert activation.script == f"{conda}/etc/profile.d/conda.sh"
    assert (activation.own, activation.private) == ({}, False)


def test_without_a_conda_nothing_of_one_is_set(opencv):
    activation = read_activation(opencv, None)

    assert activation.front == (f"{opencv.prefix}/bin",)
    assert activation.variables.keys().isdisjoint({"CONDA_EXE", "CONDA_PYTHON_EXE"})


def test_base_is_called_base(conda):
    assert read_activation(identify(conda), conda).variables["CONDA_DEFAULT_ENV"] == "base"


def test_its_own_variables_are_those_of_its_packages_and_its_users(opencv):
    packages = opencv.prefix / "etc" / "conda" / "env_vars.d"
    packages.mkdir(parents=True)
    (packages / "a.json").write_text('{"GDAL_DATA": "/gdal", "PROJ_DATA": "/proj", "NUMBER": 4}')
    state = {"env_vars": {"proj_data": "/mine", "GONE": "***unset***", "PROJ_DATA": "/mine"}}
    (opencv.prefix / "conda-meta" / "state").write_text(json.dumps(state))

    activation = read_activation(opencv, None)

    assert activation.own == {"GDAL_DATA": "/gdal", "PROJ_DATA": "/mine", "NUMBER": "4"}
    assert activation.private


@pytest.mark.parametrize("text", ["", "[", "[]", '{"env_vars": 3}', "[" * 100_000])
def test_a_state_that_is_none_says_nothing(opencv, text):
    (opencv.prefix / "conda-meta" / "state").write_text(text)

    assert read_activation(opencv, None).own == {}
