import sys

import pytest

from conda_jupyter_plugin.core.locations import Location, prefix_location, user_location, visible
from conda_jupyter_plugin.core.traces import data_folders, may_have_written


@pytest.fixture
def own_folders(monkeypatch):
    """Jupyter's folders as they are on this machine."""
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [f"{sys.prefix}/share/jupyter"])
    monkeypatch.setattr(
        "jupyter_core.paths.SYSTEM_JUPYTER_PATH", ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    )


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"JUPYTER_DATA_DIR": "/data/jupyter"},
        {"JUPYTER_PATH": "/one:/two"},
        {"XDG_DATA_HOME": "/xdg"},
        {"JUPYTER_PLATFORM_DIRS": "0"},
        {"JUPYTER_PREFER_ENV_PATH": "1"},
    ],
    ids=str,
)
def test_no_folder_of_jupyters_is_left_out(home, own_folders, monkeypatch, variables):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    assert {str(place.data) for place in visible(None)} <= set(data_folders() or ())


def test_where_jupyter_goes_by_other_rules_it_is_to_be_asked(home, monkeypatch):
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")

    assert data_folders() is None
    assert may_have_written()


def test_where_nothing_was_written_there_is_no_trace(home, own_folders, monkeypatch):
    # This machine's own folders may hold some.
    monkeypatch.setattr("sys.prefix", str(home))
    folders = [folder for folder in data_folders() or () if not folder.startswith("/usr")]

    assert not any(Location(home / folder).workshop.exists() for folder in folders)


@pytest.mark.parametrize("where", ["user", "prefix"])
def test_what_was_written_leaves_a_trace(home, tmp_path, where):
    location = user_location() if where == "user" else prefix_location(str(tmp_path))
    location.workshop.mkdir(parents=True)

    assert may_have_written(str(tmp_path))
