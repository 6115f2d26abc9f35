import shutil

import pytest

from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.planning import moved
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, python_spec, read_json, sync, write_spec


@pytest.fixture
def opencv(open_registry, make_environment):
    """An environment whose kernel has a display name and a variable of the user's choice."""
    environment = make_environment()
    add(open_registry(), environment, Choices(display_name="Vision", env={"A": "b"}))
    return environment


def renamed_by(make_environment, command):
    environment = make_environment("vision")
    (environment.prefix / "conda-meta" / "history").write_text(
        f"==> 2026-11-23 18:03:35 <==\n# cmd: {command}\n# conda version: 26.7.1\n"
        "==> 2026-11-23 18:05:00 <==\n# cmd: /opt/conda/bin/conda rename -n other else\n"
    )
    return environment


def outcome(open_registry, environments, **options):
    result = sync(open_registry(), environments, **options)
    assert result.errors == ()
    kinds = (result.registered, result.refreshed, result.removed)
    return tuple([(row.name, row.display_name) for row in rows] for rows in kinds)


@pytest.mark.parametrize(
    "arguments", ["-n opencv vision", "vision --name opencv -y", "--name=opencv vision", "-p {prefix} vision"]
)
def test_a_rename_that_nobody_followed_is_made_up_for(opencv, open_registry, make_environment, arguments):
    words = arguments.format(prefix=opencv.prefix)
    vision = renamed_by(make_environment, f"/opt/conda/bin/conda rename {words}")
    shutil.rmtree(opencv.prefix)

    told = outcome(open_registry, [vision], dry_run=True)
    assert told == outcome(open_registry, [vision])

    assert told == ([("vision", "Vision")], [], [("opencv", "Vision")])
    (row,) = list_kernels(open_registry())
    assert (row.name, row.display_name, row.prefix, row.status) == ("vision", "Vision", vision.prefix, "ok")


def test_a_name_that_was_chosen_stays(open_registry, make_environment):
    opencv = make_environment()
    add(open_registry(), opencv, Choices(kernel_name="cv"))
    vision = renamed_by(make_environment, "/opt/conda/bin/conda rename -n opencv vision")
    shutil.rmtree(opencv.prefix)

    sync(open_registry(), [vision])

    assert [(row.name, row.status) for row in list_kernels(open_registry())] == [("cv", "ok")]


def test_a_home_that_moved_keeps_names_and_choices(opencv, open_registry, make_environment, tmp_path):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", python_spec(f"{opencv.prefix}/bin/python"))
    moved = make_environment(parent=tmp_path / "new")
    shutil.rmtree(moved.prefix)
    opencv.prefix.rename(moved.prefix)

    sync(open_registry(), [moved])

    (row,) = list_kernels(open_registry())
    assert (row.name, row.display_name, row.prefix) == ("opencv", "Vision", moved.prefix)
    assert str(opencv.prefix) not in (user_location().kernels / "opencv" / "start-activated.sh").read_text()


@pytest.mark.parametrize("command", ["conda create -n vision", "conda rename -n other vision"])
def test_an_environment_that_came_from_elsewhere_takes_nothing_over(
    opencv, open_registry, make_environment, command
):
    vision = renamed_by(make_environment, command)
    shutil.rmtree(opencv.prefix)

    registered, refreshed, removed = outcome(open_registry, [vision])

    assert registered == [("vision", "Python 3.12 (vision)")]
    assert (refreshed, removed) == ([], [("opencv", "Vision")])


def test_an_environment_that_is_still_there_loses_nothing(opencv, open_registry, make_environment):
    vision = renamed_by(make_environment, "conda rename -n opencv vision")

    assert outcome(open_registry, [vision]) == ([("vision", "Python 3.12 (vision)")], [], [])


def test_a_second_move_keeps_names_and_choices_too(opencv, open_registry, make_environment, tmp_path):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", python_spec(f"{opencv.prefix}/bin/python"))
    for place in ("new", "newer"):
        moved = make_environment(parent=tmp_path / place)
        shutil.rmtree(moved.prefix)
        opencv.prefix.rename(moved.prefix)
        opencv = moved
        sync(open_registry(), [moved])

    (row,) = list_kernels(open_registry())
    assert (row.name, row.display_name, row.prefix) == ("opencv", "Vision", moved.prefix)


@pytest.fixture
def project(open_registry, make_environment, tmp_path):
    """A project's virtual environment, whose kernel has a name, a display name and a variable of its own."""
    environment = make_virtual(make_environment, tmp_path / "work" / "project" / ".venv")
    inside = str(environment.prefix / "data")
    chosen = Choices(kernel_name="vision", display_name="Vision", env={"A": "b", "DATA": inside})
    add(open_registry(), environment, chosen)
    return environment


def make_virtual(make_environment, prefix, told_by="activate"):
    """Makes a virtual environment of a few files, one of which names its place, as the tools write it."""
    environment = make_environment(prefix.name, manager="venv", parent=prefix.parent)
    files = {
        "activate": ("bin/activate", f'VIRTUAL_ENV="{prefix}"\n'),
        "activate of virtualenv": ("bin/activate", f"        VIRTUAL_ENV={prefix}\n"),
        "pyvenv.cfg": ("pyvenv.cfg", f"home = /usr/bin\ncommand = /usr/bin/python3 -m venv {prefix}\n"),
        "pip": ("bin/pip", f"#!{prefix}/bin/python\nimport pip\n"),
        "activate.bat": ("bin/activate.bat", f'@set "VIRTUAL_ENV={prefix}"\n'),
    }
    name, text = files[told_by]
    (prefix / name).write_text(text)
    return environment


def moved_to(environment, prefix):
    """Moves a project by hand, and gives its environment at its new place."""
    prefix.parent.parent.mkdir(parents=True, exist_ok=True)
    environment.prefix.parent.rename(prefix.parent)
    return identify(prefix)


def assert_followed(open_registry, environment):
    (row,) = list_kernels(open_registry())
    told = (row.name, row.display_name, row.prefix, row.environment, row.status)
    assert told == ("vision", "Vision", environment.prefix, environment.name, "ok")
    recorded = read_json(row.path)["metadata"]["conda_jupyter_plugin"]["choices"]["env"]
    assert recorded == {"A": "b", "DATA": str(environment.prefix / "data")}


@pytest.mark.parametrize("to", ["work/vision/.venv", "elsewhere/vision/.venv", "work/deep/er/project/.venv"])
def test_a_project_that_has_moved_keeps_its_choices_when_it_is_added(project, open_registry, tmp_path, to):
    environment = moved_to(project, tmp_path / to)

    add(open_registry(), environment)

    assert_followed(open_registry, environment)


def test_and_when_it_moves_again(project, open_registry, tmp_path):
    environment = moved_to(project, tmp_path / "other" / "project" / ".venv")
    add(open_registry(), environment)
    environment = moved_to(environment, tmp_path / "third" / "another" / ".venv")

    add(open_registry(), environment)

    assert_followed(open_registry, environment)


def test_a_folder_around_that_was_renamed_is_found_by_itself(project, open_registry, tmp_path):
    environment = moved_to(project, tmp_path / "work" / "vision" / ".venv")

    result = sync(open_registry())

    assert [row.prefix for row in result.refreshed + result.registered] == [environment.prefix]
    assert_followed(open_registry, environment)


def test_one_that_the_user_works_in_is_found_anywhere(project, open_registry, tmp_path):
    environment = moved_to(project, tmp_path / "elsewhere" / "vision" / ".venv")

    sync(open_registry(), working=[environment])

    assert_followed(open_registry, environment)


def test_a_moved_one_is_known_after_its_kernel_was_removed_as_lost(project, open_registry, tmp_path):
    environment = moved_to(project, tmp_path / "elsewhere" / "vision" / ".venv")
    assert [row.name for row in sync(open_registry()).removed] == ["vision"]

    add(open_registry(), environment)

    assert_followed(open_registry, environment)


@pytest.mark.parametrize("told_by", ["activate of virtualenv", "pyvenv.cfg", "pip", "activate.bat"])
def test_any_of_its_files_tells_where_it_was(open_registry, make_environment, tmp_path, told_by):
    environment = make_virtual(make_environment, tmp_path / "work" / "project" / ".venv", told_by)
    add(open_registry(), environment, Choices(display_name="Vision"))
    environment = moved_to(environment, tmp_path / "elsewhere" / "vision" / ".venv")

    add(open_registry(), environment)

    assert [(row.name, row.display_name) for row in list_kernels(open_registry())] == [("vision", "Vision")]


def test_a_copy_of_one_that_stays_is_not_another_one_that_went(
    project, open_registry, make_environment, tmp_path
):
    other = make_virtual(make_environment, tmp_path / "other" / ".venv")
    shutil.rmtree(project.prefix)
    shutil.copytree(other.prefix.parent, tmp_path / "else" / "project")

    add(open_registry(), identify(tmp_path / "else" / "project" / ".venv"))

    assert "Python 3.12 (project)" in [row.display_name for row in list_kernels(open_registry())]


def test_a_copy_is_another_environment(project, open_registry, tmp_path):
    shutil.copytree(project.prefix.parent, tmp_path / "work" / "copy")

    add(open_registry(), identify(tmp_path / "work" / "copy" / ".venv"))
    sync(open_registry())

    assert [row.name for row in list_kernels(open_registry())] == ["copy", "vision"]


def test_a_new_one_of_the_same_name_is_another_environment(
    project, open_registry, make_environment, tmp_path
):
    shutil.rmtree(project.prefix)
    another = make_virtual(make_environment, tmp_path / "other" / "project" / ".venv")

    add(open_registry(), another)

    assert [row.display_name for row in list_kernels(open_registry())] == ["Python 3.12 (project)", "Vision"]


def test_where_a_path_begins_alike_it_is_another_one(project, open_registry, make_environment, tmp_path):
    shutil.rmtree(project.prefix)
    another = make_virtual(make_environment, tmp_path / "work" / "project" / ".venv2")
    another = moved_to(another, tmp_path / "work" / "vision" / ".venv2")

    add(open_registry(), another)

    assert "Python 3.12 (.venv2)" in [row.display_name for row in list_kernels(open_registry())]


def test_many_that_went_and_many_that_stay_cost_no_square(
    open_registry, make_environment, tmp_path, monkeypatch
):
    here = [
        make_virtual(make_environment, tmp_path / "work" / f"p{number}" / ".venv") for number in range(60)
    ]
    for environment in here[::2]:
        add(open_registry(), environment)
        shutil.rmtree(environment.prefix)
    looked_at = []
    real = moved.identify
    monkeypatch.setattr(moved, "identify", lambda prefix: looked_at.append(prefix) or real(prefix))

    assert len(sync(open_registry()).removed) == 30
    assert len(looked_at) <= len(here)
