from pathlib import Path

import pytest

from conda_jupyter_plugin.conda_api.coverage import covers
from conda_jupyter_plugin.settings import ALL, NAMED, OFF

BASE = Path("/home/user/conda")
FOLDERS = [BASE / "envs", Path("/data/envs")]


@pytest.mark.parametrize(
    "prefix", [BASE, BASE / "envs/opencv", Path("/data/envs/opencv"), Path("/data/envs/../envs/opencv")]
)
def test_base_and_named_environments_are_covered_by_default(prefix):
    assert covers(NAMED, prefix, BASE, FOLDERS)


@pytest.mark.parametrize(
    "prefix", [Path("/home/user/opencv"), BASE / "envs", BASE / "envs/opencv/inside", BASE / "envs/_b/_h_env"]
)
def test_bare_prefixes_and_what_lies_deeper_are_not(prefix):
    assert not covers(NAMED, prefix, BASE, FOLDERS)


@pytest.mark.parametrize("prefix", [BASE, Path("/home/user/opencv")])
def test_all_covers_everything_and_off_nothing(prefix):
    assert covers(ALL, prefix, BASE, FOLDERS)
    assert not covers(OFF, prefix, BASE, FOLDERS)


def test_an_envs_folder_by_another_path_is_the_same(tmp_path):
    (tmp_path / "envs" / "opencv").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "envs")

    assert covers(NAMED, tmp_path / "envs" / "opencv", BASE, [tmp_path / "link"])
