import pytest

from conda_jupyter_plugin.core.launch.windows_env import windows_env
from conda_jupyter_plugin.core.models import Activation

CONDA = Activation(
    conda=True,
    path=("C:\\envs\\cv", "C:\\envs\\cv\\Scripts"),
    first_path=("C:\\conda\\condabin",),
    variables={"CONDA_PREFIX": "C:\\envs\\cv"},
    own={"PRICE": "5$", "LIBS": "C:\\gdal"},
)
FOLDERS = "C:\\envs\\cv;C:\\envs\\cv\\Scripts;C:\\conda\\condabin;"


def test_what_the_activation_sets_is_literal():
    env = windows_env(CONDA, {})

    assert (env["PRICE"], env["CONDA_PREFIX"]) == ("5$$", "C:\\envs\\cv")


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, FOLDERS + "${PATH}"),
        ({"PATH": "D:\\x;${PATH}"}, f"D:\\x;{FOLDERS}${{PATH}}"),
        ({"Path": "%;${Path};D:\\$$x"}, f"%;{FOLDERS}${{PATH}};D:\\$$x"),
        ({"PATH": "D:\\x"}, FOLDERS + "D:\\x"),
        ({"PATH": "${ROOT}\\x"}, FOLDERS + "${ROOT}\\x"),
    ],
    ids=["none", "front", "spelt otherwise", "literal", "another"],
)
def test_path_is_put_together_as_elsewhere(given, path):
    env = windows_env(CONDA, given)

    assert {name: value for name, value in env.items() if name.upper() == "PATH"} == {"PATH": path}


def test_a_folders_dollar_is_escaped():
    activation = Activation(conda=True, path=("C:\\$x",))

    assert windows_env(activation, {})["PATH"] == "C:\\$$x;${PATH}"


@pytest.mark.parametrize(
    ("given", "libs"),
    [({"LIBS": "D:\\x"}, "D:\\x"), ({"libs": "D:\\x;${LIBS}"}, "D:\\x;C:\\gdal"), ({"A": "1"}, "C:\\gdal")],
    ids=["instead", "around", "untouched"],
)
def test_the_kernelspec_has_the_last_word(given, libs):
    assert windows_env(CONDA, given)["LIBS"] == libs


def test_a_reference_to_what_only_jupyter_has_stays():
    assert windows_env(CONDA, {"MINE": "x;${MINE}"})["MINE"] == "x;${MINE}"
