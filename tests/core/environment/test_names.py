from pathlib import Path

import pytest

from conda_jupyter_plugin.core.environment.environment import environment_to_be
from conda_jupyter_plugin.core.environment.names import called_after, longer_names, name_of
from conda_jupyter_plugin.core.models import Environment

GENERIC = [".venv", "venv", ".env", "env", "ENV", ".conda"]


@pytest.mark.parametrize("manager", ["venv", "conda"])
@pytest.mark.parametrize("folder", [*GENERIC, "envs/default", ".pixi/envs/default", "env/.venv"])
def test_in_a_folder_that_is_named_alike_in_every_project_it_is_called_after_the_project(folder, manager):
    assert environment_to_be(Path("/home/user/opencv", folder), manager).name == "opencv"


@pytest.mark.parametrize("folder", ["opencv", "envs/opencv", ".pixi/envs/opencv", "my.venv/opencv"])
def test_in_any_other_folder_it_is_called_after_that(folder):
    assert environment_to_be(Path("/home/user/project", folder), "conda").name == "opencv"


@pytest.mark.parametrize("prefix", ["/env", "/.venv"])
def test_where_there_is_no_project_its_own_name_is_all_there_is(prefix):
    assert environment_to_be(Path(prefix)).name == Path(prefix).name


@pytest.mark.parametrize("name", [*GENERIC, "default", "base", "opencv"])
@pytest.mark.parametrize("conda_inside", [False, True])
@pytest.mark.parametrize("known_by", ["configuration", "conda's own file"])
def test_a_named_environment_keeps_its_name_in_a_folder_of_any_name(tmp_path, name, conda_inside, known_by):
    folder = tmp_path / "conda_environments"
    (folder / name / ("condabin" if conda_inside else "bin")).mkdir(parents=True)
    known = (folder,) if known_by == "configuration" else ()
    if not known:
        (folder / ".conda_envs_dir_test").touch()

    assert name_of(folder / name, "conda", known) == name


@pytest.mark.parametrize("home", ["miniforge3/envs", ".conda/envs"])
def test_a_named_environment_may_be_called_default(tmp_path, home):
    (tmp_path / "miniforge3" / "condabin").mkdir(parents=True)
    prefix = tmp_path / home / "default"

    assert name_of(prefix, "conda") == "default"


def test_what_conda_itself_lives_in_is_base(tmp_path):
    (tmp_path / "miniforge3" / "condabin").mkdir(parents=True)

    assert name_of(tmp_path / "miniforge3", "conda") == "base"


@pytest.mark.parametrize(
    ("prefix", "name", "names"),
    [
        ("/a/lab/opencv", "opencv", ["opencv", "lab/opencv", "a/lab/opencv", "/a/lab/opencv"]),
        ("/a/lab/opencv/.venv", "opencv", ["opencv", "lab/opencv", "a/lab/opencv", "/a/lab/opencv/.venv"]),
        ("/m/envs/opencv", "opencv", ["opencv", "m/opencv", "/m/envs/opencv"]),
        ("/a/lab/.tox/py312", "py312", ["py312", "lab/py312", "a/lab/py312", "/a/lab/.tox/py312"]),
        ("/a/miniforge3", "base", ["base", "miniforge3/base", "a/miniforge3/base", "/a/miniforge3"]),
    ],
)
def test_longer_names_tell_more_and_more(prefix, name, names):
    environment = Environment(Path(prefix), name, "conda")

    assert list(longer_names(environment)) == names


def test_base_is_called_as_if_it_lay_inside_its_prefix():
    assert called_after(Environment(Path("/a/miniforge3"), "base", "conda")) == Path("/a/miniforge3/base")


HASHED = [
    ("pr-oj-AznrUD1N-py3.11", '"pr-oj-py3.11"'),
    ("my_project-A-n_UD-N-py3.12", "'My Project-py3.12'"),
    ("pi-E6V3zY_r", '"pi"'),
    ("pd-BsfT2oQN-3.11", "pd-3.11"),
    ("pd-BsfT2oQN-test", "pd-test"),
    (f"{'p' * 42}-BsfT2oQN-py3.12", f"{'p' * 50}-py3.12"),
]


@pytest.fixture
def hashed(tmp_path):
    """Makes an environment as poetry, pipenv and pdm do: a folder's name, and the prompt that is written."""

    def make(folder, prompt):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "pyvenv.cfg").write_text(f"home = /usr/bin\nprompt = {prompt}\n")
        return environment_to_be(tmp_path / folder)

    return make


@pytest.mark.parametrize(("folder", "prompt"), HASHED)
def test_where_a_tool_hashes_the_folders_name_it_is_called_as_the_prompt_is(hashed, folder, prompt):
    environment = hashed(folder, prompt)

    assert environment.name == prompt.strip("'\"")
    assert longer_names(environment) == (environment.name, folder, str(environment.prefix))


@pytest.mark.parametrize(
    ("folder", "prompt"),
    [
        ("my-notebook", "something"),
        ("my-notebook", "my-notebook"),
        ("opencv", "other"),
        ("other-E6V3zY_r", "pi"),
        ("pi-E6V3zY_r", ""),
        ("pi-E6V3zY_", "pi"),
        ("pixel-E6V3zY_r", "pi"),
        ("pi-E6V3zY_r-py3.12", "pi-py3.11"),
    ],
)
def test_any_other_prompt_is_no_name(hashed, folder, prompt):
    assert hashed(folder, prompt).name == folder
