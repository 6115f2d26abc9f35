import pytest

from conda_jupyter_plugin.core.activation import activate_virtual_environment


@pytest.fixture
def environment(make_environment):
    return make_environment(".venv", manager="venv")


def test_the_environments_programs_come_first(environment):
    assert activate_virtual_environment(environment).path == (str(environment.prefix / "bin"),)


def test_the_environment_is_named_as_the_active_one(environment):
    variables = activate_virtual_environment(environment).variables

    assert variables["VIRTUAL_ENV"] == str(environment.prefix)


def test_the_prompt_is_the_folders_name(environment):
    assert activate_virtual_environment(environment).variables["VIRTUAL_ENV_PROMPT"] == ".venv"


def test_another_pythons_home_is_left(environment):
    assert "PYTHONHOME" in activate_virtual_environment(environment).unset


def test_it_does_not_take_the_place_of_a_conda_environment(environment):
    assert not activate_virtual_environment(environment).conda
