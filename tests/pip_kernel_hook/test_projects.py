import os
import shlex
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.errors import NotAnEnvironmentError
from pip_kernel_hook.environments import find_environment
from pip_kernel_hook.main import main
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

    assert (
        "VIRTUAL_ENV points to /gone, which is not a readable virtual environment"
        in find_environment(None).source
    )


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
    assert found.source.startswith(f"{kept.prefix} (from {tool.split()[0]}, for {project})")


@pytest.mark.parametrize("answer", ["", "nothing", "/gone", "Error: no such environment"])
def test_a_tool_that_knows_of_none_is_no_failure(project, home, monkeypatch, answer):
    (project / "Pipfile").touch()
    write_program(home / "programs" / "pipenv", f"#!/bin/sh\necho '{answer}'\nexit 1\n")
    monkeypatch.setenv("PATH", str(home / "programs"), prepend=os.pathsep)

    assert find_of_project(project) is None


def test_a_tool_that_is_not_there_is_named(project, monkeypatch):
    (project / "Pipfile").touch()
    monkeypatch.setenv("PATH", "")

    with pytest.raises(Exception, match="This is a pipenv project, but pipenv is not on PATH"):
        find_environment(None)


def test_a_tool_is_not_asked_about_another_ones_project(project, home, monkeypatch):
    (project / "pyproject.toml").write_text('[project]\nname = "poetry"\n')
    for tool in ("poetry", "pipenv", "pdm", "hatch"):
        write_program(home / "programs" / tool, f"#!/bin/sh\ntouch {home}/asked\n")
    monkeypatch.setenv("PATH", str(home / "programs"), prepend=os.pathsep)

    assert find_of_project(project) is None
    assert not (home / "asked").exists()


def test_direnvs_newest_is_the_projects_and_is_called_after_it(project, make_environment):
    for version in ("3.9", "3.11", "3.10"):
        make_environment(f"python-{version}", manager="venv", parent=project / ".direnv")

    found = find_environment(None).environment

    assert (found.prefix, found.name) == (project / ".direnv" / "python-3.11", "project")


@pytest.mark.parametrize("variable", ["elsewhere/opencv", "/PROJECT/elsewhere/opencv"])
def test_uvs_variable_says_where_a_project_has_it(project, make_environment, monkeypatch, variable):
    make_environment(".venv", manager="venv", parent=project)
    environment = make_environment("opencv", manager="venv", parent=project / "elsewhere")
    monkeypatch.setenv("UV_PROJECT_ENVIRONMENT", variable.replace("/PROJECT", str(project)))

    assert find_environment(None).environment.prefix == project / ".venv"
    (project / "pyproject.toml").touch()
    assert find_environment(None).environment.prefix == environment.prefix


@pytest.fixture
def ask_uv(monkeypatch):
    """Has uv make the environment of the project in a folder, and gives its prefix."""
    monkeypatch.setenv("UV_OFFLINE", "1")
    monkeypatch.setenv("UV_CONFIG_FILE", os.devnull)

    def ask_uv(folder):
        command = ["uv", "run", "-q", "--no-sync", "--python", sys.executable, "python", "-c"]
        finished = subprocess.run(
            [*command, "import sys; print(sys.prefix)"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
        )
        return finished.stdout.strip()

    return ask_uv


@pytest.mark.parametrize(
    ("workspace", "member"),
    [
        ('members = ["packages/*"]', "packages/one"),
        ('members = [\n    "libs/*",  # libraries\n    "packages/one",\n]', "packages/one"),
        ('members = ["packages/*"]\nexclude = ["packages/o*"]', "packages/one"),
        ('members = ["packages/*"]', "packages/one/two"),
        ('members = ["*"]', "packages/one"),
        ('members = ["packages/*"]', "."),
    ],
)
def test_a_member_of_uvs_workspace_has_the_roots(project, monkeypatch, ask_uv, workspace, member):
    project_of = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.10"\n'
    (project / "packages" / "one" / "two" / "src").mkdir(parents=True)
    for folder in dict.fromkeys(("packages/one", member)):
        (project / folder / "pyproject.toml").write_text(project_of.format(folder.replace("/", "-")))
    root = project_of.format("root") + f"[tool.uv.workspace]\n{workspace}\n\n[tool.other]\nmembers = []\n"
    (project / "pyproject.toml").write_text(root)
    (project / member / "src").mkdir(exist_ok=True)
    expected = ask_uv(project / member)

    for folder in (member, f"{member}/src"):
        monkeypatch.chdir(project / folder)
        assert str(find_environment(None).environment.prefix) == expected
    assert str(find_environment(str(project / member)).environment.prefix) == expected


@pytest.mark.parametrize("path", ["opencv/bin/python", "opencv/bin", "opencv/bin/activate", "./opencv/bin/"])
def test_a_program_of_an_environment_means_that(project, make_environment, path):
    environment = make_environment(manager="venv", parent=project)
    (environment.prefix / "bin" / "activate").touch()

    assert find_environment(path).environment == environment
    assert main(["add", path]) == 0
    assert main(["remove", "-y", "-p", path]) == 0


@pytest.mark.parametrize("path", ["notes.txt", "opencv/share", "opencv/gone"])
def test_nothing_else_in_it_does(project, make_environment, path):
    make_environment(manager="venv", parent=project)
    (project / "notes.txt").touch()

    with pytest.raises(NotAnEnvironmentError):
        find_environment(path)


@pytest.mark.parametrize("words", [["add", ""], ["create", ""], ["add", "--all", ""], ["check", "-p", ""]])
def test_an_empty_path_is_no_path(project, capsys, words):
    assert main(words) == 2

    assert capsys.readouterr().err == "The path is empty. Pass a path, or omit it.\n"
    assert list(project.iterdir()) == []


@pytest.mark.parametrize(("given", "typed"), [("-x", "./-x"), ("./-x", "./-x"), ("my nb", "'my nb'")])
def test_a_hint_can_be_typed_as_it_is(project, capsys, monkeypatch, given, typed):
    assert main(["add", "--", given]) == 1

    command = capsys.readouterr().err.strip().partition("Create one with: ")[2]
    assert command == f"pip-kernel create {typed}"
    assert main([*shlex.split(command)[1:], "--dry-run"]) == 0
