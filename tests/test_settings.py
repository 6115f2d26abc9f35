from pathlib import Path

import pytest

from conda_jupyter_plugin.core.environment.environment import canonical
from conda_jupyter_plugin.settings import ALL, NAMED, OFF, check_setting, covers


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("kernel_auto", value) for value in ("named", "all", "off", "False")),
        *(
            ("kernel_display_name", value)
            for value in ("{language}", "{environment}: {kernel} {prefix}", "x")
        ),
        *(("kernel_location", value) for value in ("user", "system", "/opt/lab", "~/lab", "$HOME/lab")),
    ],
)
def test_a_good_value_is_true(name, value, monkeypatch):
    monkeypatch.setenv("HOME", "/home/user")

    assert check_setting(name, value) is True


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("kernel_auto", "sometimes", "Valid choices are: 'named', 'all', 'off'."),
        ("kernel_auto", "", "Valid choices are: 'named', 'all', 'off'."),
        ("kernel_display_name", "{nothing}", "Its fields are {language}, {environment}, {kernel}, {prefix}."),
        ("kernel_display_name", " ", "It must be printable text."),
        ("kernel_location", "lab", "It must be user, system, or the absolute path of an environment."),
        (
            "kernel_location",
            "$NOTHING/lab",
            "It must be user, system, or the absolute path of an environment.",
        ),
    ],
)
def test_a_bad_value_is_told_in_a_sentence(name, value, problem):
    assert check_setting(name, value) == problem


BASE = Path("/home/user/conda")
FOLDERS = [BASE / "envs", Path("/data/envs")]


def _covers(auto, prefix, base, envs_folders):
    return covers(auto, prefix, {canonical(base)}, set(map(canonical, envs_folders)))


@pytest.mark.parametrize(
    "prefix", [BASE, BASE / "envs/opencv", Path("/data/envs/opencv"), Path("/data/envs/../envs/opencv")]
)
def test_base_and_named_environments_are_covered_by_default(prefix):
    assert _covers(NAMED, prefix, BASE, FOLDERS)


@pytest.mark.parametrize(
    "prefix", [Path("/home/user/opencv"), BASE / "envs", BASE / "envs/opencv/inside", BASE / "envs/_b/_h_env"]
)
def test_bare_prefixes_and_what_lies_deeper_are_not(prefix):
    assert not _covers(NAMED, prefix, BASE, FOLDERS)


@pytest.mark.parametrize("prefix", [BASE, Path("/home/user/opencv")])
def test_all_covers_everything_and_off_nothing(prefix):
    assert _covers(ALL, prefix, BASE, FOLDERS)
    assert not _covers(OFF, prefix, BASE, FOLDERS)


def test_an_envs_folder_by_another_path_is_the_same(tmp_path):
    (tmp_path / "envs" / "opencv").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "envs")

    assert _covers(NAMED, tmp_path / "envs" / "opencv", BASE, [tmp_path / "link"])
