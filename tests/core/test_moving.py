import shutil

import pytest

from conda_jupyter_plugin.core.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.sync import sync
from conda_jupyter_plugin.core.verbs import add, list_kernels

from ..support import python_spec, write_spec


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
