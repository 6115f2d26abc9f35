import pytest

from conda_jupyter_plugin.core.jupyter.locations import prefix_location, user_location, visible
from conda_jupyter_plugin.core.jupyter.paths import data_folders, may_have_written


def test_no_folder_of_jupyters_is_left_out(home):
    assert {str(place.data) for place in visible(None)} == set(data_folders())


def test_where_jupyter_goes_by_other_rules_it_is_to_be_asked(home, monkeypatch):
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")

    assert data_folders() is None
    assert may_have_written()


def test_where_nothing_was_written_there_is_no_trace(home):
    assert not may_have_written()


@pytest.mark.parametrize("where", ["user", "prefix"])
def test_what_was_written_leaves_a_trace(home, tmp_path, where):
    location = user_location() if where == "user" else prefix_location(str(tmp_path))
    location.workshop.mkdir(parents=True)

    assert may_have_written(str(tmp_path))
