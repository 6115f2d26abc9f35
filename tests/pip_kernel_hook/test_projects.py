import os

import pytest

from pip_kernel_hook.environments import find_environment
from pip_kernel_hook.projects import find_of_project

from ..support import write_program


@pytest.fixture
def project(home, monkeypatch):
    """A project's folder in a home of its own, and the current one."""
    folder = home / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_it_lies_beside_the_projects_files(project, make_environment, name):
    environment = make_environment(name, manager="venv", parent=project)

    found = find_environment(None)

    assert found.environment.prefix == environment.prefix
    assert found.source == f"{environment.prefix} (of {project})"


def test_of_several_it_is_the_first(project, make_environment):
    for name in ("env", "venv", ".venv"):
        make_environment(name, manager="venv", parent=project)

    assert find_environment(None).environment.prefix == project / ".venv"


@pytest.mark.parametrize("marker", [".git", "pyproject.toml"])
def test_it_may_be_in_a_parent_up_to_the_projects_root(project, make_environment, monkeypatch, marker):
    (project / marker).mkdir()
    (project / "src" / "package").mkdir(parents=True)
    monkeypatch.chdir(project / "src" / "package")
    make_environment(".venv", manager="venv", parent=project)

    assert find_environment(None).environment.prefix == project / ".venv"


def test_a_package_of_a_larger_project_has_that_ones(project, make_environment, monkeypatch):
    (project / ".git").mkdir()
    (project / "package").mkdir()
    (project / "package" / "pyproject.toml").touch()
    monkeypatch.chdir(project / "package")
    make_environment(".venv", manager="venv", parent=project)

    assert find_environment(None).environment.prefix == project / ".venv"


@pytest.mark.parametrize("marker", [".git", "pyproject.toml", None])
def test_what_is_above_the_root_is_another_projects(project, home, make_environment, marker):
    make_environment(".venv", manager="venv", parent=home)
    if marker:
        (project / marker).mkdir()

    assert find_of_project(project) is None


@pytest.mark.parametrize("name", [".venv", "venv", "env"])
def test_a_project_may_be_named_in_its_environments_place(project, make_environment, name):
    make_environment(name, manager="venv", parent=project)

    found = find_environment(str(project))

    assert (found.environment.prefix, found.source) == (project / name, f"{project / name} (of {project})")


def test_the_parents_of_a_project_that_is_named_do_not_count(project, make_environment):
    make_environment(".venv", manager="venv", parent=project)
    (project / "src").mkdir()

    assert find_of_project(project / "src", parents=False) is None


def test_the_active_one_is_named_as_the_source(project, make_environment, monkeypatch):
    make_environment(".venv", manager="venv", parent=project)
    active = make_environment("active", manager="venv", parent=project)
    monkeypatch.setenv("VIRTUAL_ENV", str(active.prefix))

    found = find_environment(None)

    assert (found.environment.prefix, found.source) == (active.prefix, f"{active.prefix} (from VIRTUAL_ENV)")


def test_a_stale_one_is_named_too(project, make_environment, monkeypatch):
    make_environment(".venv", manager="venv", parent=project)
    monkeypatch.setenv("VIRTUAL_ENV", "/gone")

    assert "VIRTUAL_ENV is /gone, which is none" in find_environment(None).source


# What poetry 2.5, pipenv 2026, pdm 2.29 and hatch 1.18 print; stands for the environment.
TOOLS = {
    "poetry": ({"poetry.lock": ""}, "env info --path", "{}\n"),
    "poetry by its table": ({"pyproject.toml": "[tool.poetry]\n"}, "env info --path", "{}\n"),
    "poetry by its backend": (
        {"pyproject.toml": 'build-backend = "poetry.core.masonry.api"\n'},
        "env info --path",
        "{}\n",
    ),
    "pipenv": ({"Pipfile": ""}, "--venv", "Courtesy Notice: Pipenv found itself\n{}\n"),
    "pdm": ({"pdm.lock": ""}, "info --python", "{}/bin/python\n"),
    "hatch": ({"pyproject.toml": "[tool.hatch.envs.default]\n"}, "env find", "{}\n"),
}


@pytest.mark.parametrize("tool", TOOLS)
def test_what_a_tool_keeps_elsewhere_is_asked_for(project, home, make_environment, monkeypatch, tool):
    files, question, answer = TOOLS[tool]
    kept = make_environment("kept", manager="venv", parent=home)
    for name, text in files.items():
        (project / name).write_text(text)
    answer = answer.format(kept.prefix)
    script = (
        f'#!/bin/sh\n[ "$PWD:$*" = "{project}:{question}" ] && [ -z "$VIRTUAL_ENV" ] && printf "{answer}"\n'
    )
    write_program(home / "programs" / tool.split()[0], script)
    monkeypatch.setenv("PATH", str(home / "programs"), prepend=os.pathsep)
    monkeypatch.setenv("VIRTUAL_ENV", "/stale")

    found = find_environment(None)

    assert found.environment.prefix == kept.prefix
    assert found.source.startswith(f"{kept.prefix} ({tool.split()[0]}'s for {project})")


@pytest.mark.parametrize("answer", ["", "nothing", "/gone", "Error: no such environment"])
def test_a_tool_that_knows_of_none_is_no_failure(project, home, monkeypatch, answer):
    (project / "Pipfile").touch()
    write_program(home / "programs" / "pipenv", f"#!/bin/sh\necho '{answer}'\nexit 1\n")
    monkeypatch.setenv("PATH", str(home / "programs"), prepend=os.pathsep)

    assert find_of_project(project) is None


def test_a_tool_that_is_not_there_is_named(project, monkeypatch):
    (project / "Pipfile").touch()
    monkeypatch.setenv("PATH", "")

    with pytest.raises(Exception, match="pipenv, which knows where this project's is, is not on PATH"):
        find_environment(None)


def test_a_tool_is_not_asked_about_another_ones_project(project, home, monkeypatch):
    (project / "pyproject.toml").write_text('[project]\nname = "poetry"\n')
    for tool in ("poetry", "pipenv", "pdm", "hatch"):
        write_program(home / "programs" / tool, f"#!/bin/sh\ntouch {home}/asked\n")
    monkeypatch.setenv("PATH", str(home / "programs"), prepend=os.pathsep)

    assert find_of_project(project) is None
    assert not (home / "asked").exists()
