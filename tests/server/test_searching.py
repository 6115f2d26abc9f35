"""Environments are found below folders, and what is as it was is not looked into again."""

import shutil
import subprocess
from contextlib import suppress

import pytest

from conda_jupyter_plugin.server import searching
from conda_jupyter_plugin.server.syncing import bring_in_line
from conda_jupyter_plugin.server.watching import is_as_it_was

from .conftest import names


@pytest.fixture
def projects(home, make_environment):
    """A folder of projects, each with its environment."""
    for name in ("opencv", "stats"):
        make_environment(".venv", manager="venv", parent=home / "projects" / name)
        (home / "projects" / name / "src" / "package").mkdir(parents=True)
    return home / "projects"


@pytest.fixture
def looked_into(monkeypatch, projects):
    """The folders that were looked into, as their paths below the projects."""
    folders = []
    look_into = searching.scan_folder

    def look(folder):
        folders.append(folder.removeprefix(str(projects)).lstrip("/"))
        return look_into(folder)

    monkeypatch.setattr(searching, "scan_folder", look)
    return folders


def test_every_project_below_becomes_a_kernel(projects):
    bring_in_line([str(projects.parent)])

    assert names() == ["opencv", "stats"]


def test_what_is_as_it_was_is_not_looked_into_again(projects, looked_into, make_environment):
    seen, _ = bring_in_line([str(projects)])
    assert set(looked_into) >= {"", "opencv", "opencv/.venv", "opencv/src/package", "stats"}
    looked_into.clear()

    seen, _ = bring_in_line([str(projects)], seen)
    assert looked_into == []

    make_environment(".venv", manager="venv", parent=projects / "new" / "deeper")
    assert not is_as_it_was(seen)
    seen, _ = bring_in_line([str(projects)], seen)
    assert looked_into == ["", "new", "new/deeper", "new/deeper/.venv"]
    assert names() == ["deeper", "opencv", "stats"]


def test_what_is_gone_is_gone(projects):
    seen, _ = bring_in_line([str(projects)])

    shutil.rmtree(projects / "stats" / ".venv")
    seen, _ = bring_in_line([str(projects)], seen)
    assert names() == ["opencv"]
    shutil.rmtree(projects / "opencv")
    bring_in_line([str(projects)], seen)

    assert names() == []


def test_an_environment_that_is_made_later_is_seen_however_slowly(projects, make_environment):
    seen, _ = bring_in_line([str(projects)])
    made = make_environment("made", manager="venv", parent=projects.parent / "elsewhere").prefix
    place = projects / "stats" / "src" / "package" / ".venv"

    for part in ("", "pyvenv.cfg", "bin", "bin/python", "share"):
        _put(made / part, place / part)
        assert not is_as_it_was(seen), part
        seen, _ = bring_in_line([str(projects)], seen)
    shutil.copytree(made / "share", place / "share", dirs_exist_ok=True)
    assert not is_as_it_was(seen)
    bring_in_line([str(projects)], seen)

    assert "package" in names()


def _put(source, target):
    if source.is_dir():
        target.mkdir()
    else:
        shutil.copy2(source, target, follow_symlinks=False)


def test_a_link_in_the_folder_itself_is_one_that_was_put_there(projects, make_environment, tmp_path):
    environment = make_environment("shared", manager="venv", parent=tmp_path / "elsewhere")
    (projects / "linked").symlink_to(environment.prefix)
    (projects / "opencv" / "linked").symlink_to(tmp_path / "elsewhere")

    bring_in_line([str(projects)])

    assert names() == ["linked", "opencv", "stats"]


@pytest.fixture
def endless(projects):
    """Folders in folders, as many as a path can name."""
    folder = projects / "endless"
    with suppress(OSError):
        for _ in range(2000):
            folder.mkdir()
            folder = folder / "a"
    yield
    # Python's own removal goes as deep as the folders do.
    subprocess.run(["rm", "-r", projects / "endless"], check=True)


@pytest.mark.usefixtures("endless")
def test_folders_without_end_stop_nothing(projects):
    bring_in_line([str(projects)])

    assert names() == ["opencv", "stats"]
