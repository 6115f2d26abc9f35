"""Jupyter itself is what each path is compared with."""

import sys
from itertools import product

import pytest
from jupyter_core import paths

from conda_jupyter_plugin.core.jupyter import paths as jupyter_paths

# What each variable may say; None for one that is not set.
VARIABLES = {
    "JUPYTER_DATA_DIR": (None, "", "/data/jupyter", "relative"),
    "JUPYTER_PATH": (None, "", "/one:/two/:/one", "/usr/share/jupyter"),
    "XDG_DATA_HOME": (None, "", "/xdg"),
    "JUPYTER_PREFER_ENV_PATH": (None, "", "1", "0", "No", "off"),
    "JUPYTER_PLATFORM_DIRS": (None, "0", "1"),
}
ALL = [dict(zip(VARIABLES, values, strict=True)) for values in product(*VARIABLES.values())]


@pytest.fixture(params=[True, False], ids=["user site", "no user site"])
def user_site(request, home, monkeypatch):
    """Whether the user's own packages count; they are in a folder of their own."""
    monkeypatch.setattr("site.ENABLE_USER_SITE", request.param)
    monkeypatch.setattr("site.USER_BASE", str(home / "base"))


def assert_alike():
    assert jupyter_paths.data_folder() == paths.jupyter_data_dir()
    assert jupyter_paths.search_path() == list(dict.fromkeys(paths.jupyter_path()))
    assert jupyter_paths.system_folder() == paths.SYSTEM_JUPYTER_PATH[0]


def test_the_folders_are_jupyters_whatever_is_set(user_site, monkeypatch):
    for variables in ALL:
        for name, value in variables.items():
            monkeypatch.delenv(name, raising=False) if value is None else monkeypatch.setenv(name, value)
        assert_alike()


@pytest.mark.parametrize("active", [None, "base", "opencv"])
@pytest.mark.parametrize("inside", [True, False])
@pytest.mark.parametrize("prefix", ["/usr", sys.base_prefix, "{home}"])
def test_the_environment_that_jupyter_lives_in_goes_first_where_it_does_there(
    home, monkeypatch, active, inside, prefix
):
    prefix = prefix.format(home=home)
    monkeypatch.setattr("sys.prefix", prefix)
    monkeypatch.setattr("sys.base_prefix", prefix)
    monkeypatch.setenv("CONDA_PREFIX", prefix if inside else "/other")
    if active:
        monkeypatch.setenv("CONDA_DEFAULT_ENV", active)

    assert_alike()


def test_a_home_that_is_a_link_is_followed(home, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to(home)
    monkeypatch.setenv("HOME", str(tmp_path / "link"))

    assert_alike()
    assert jupyter_paths.data_folder().startswith(str(home.resolve()))


@pytest.mark.parametrize("own", ["/usr/share/jupyter", "/opt/lab/share/jupyter"])
def test_the_systems_own_jupyter_has_one_folder_once(home, monkeypatch, own):
    system = ["/usr/local/share/jupyter", "/usr/share/jupyter"]
    monkeypatch.setattr("jupyter_core.paths.SYSTEM_JUPYTER_PATH", system)
    monkeypatch.setattr("jupyter_core.paths.ENV_JUPYTER_PATH", [own])
    monkeypatch.setattr("conda_jupyter_plugin.core.jupyter.paths.SYSTEM", tuple(system))
    monkeypatch.setattr("conda_jupyter_plugin.core.jupyter.paths.ENVIRONMENT", own)

    assert_alike()


def test_the_constants_are_jupyters():
    assert list(jupyter_paths.SYSTEM) == paths.SYSTEM_JUPYTER_PATH
    assert [jupyter_paths.ENVIRONMENT] == paths.ENV_JUPYTER_PATH


def test_on_macos_the_users_folder_is_in_the_library(user_site, home, monkeypatch):
    monkeypatch.setattr("sys.platform", "darwin")

    assert_alike()
    assert jupyter_paths.data_folder() == str(home.resolve() / "Library" / "Jupyter")


@pytest.mark.parametrize("roaming", [True, False])
def test_on_windows_the_users_folder_is_in_appdata(home, monkeypatch, roaming):
    monkeypatch.setattr("sys.platform", "win32")
    monkeypatch.setattr(jupyter_paths, "are_plain", lambda: False)
    if roaming:
        monkeypatch.setenv("APPDATA", str(home / "AppData" / "Roaming"))

    assert_alike()
    expected = home / "AppData" / "Roaming" / "jupyter" if roaming else home / ".jupyter" / "data"
    assert jupyter_paths.data_folder() == str(expected)
