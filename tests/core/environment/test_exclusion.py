from pathlib import Path

import pytest

from conda_jupyter_plugin.core.environment.exclusion import is_excluded, without_excluded
from conda_jupyter_plugin.core.models import Environment


def environment(prefix, name=None):
    return Environment(Path(prefix), name or Path(prefix).name, "conda")


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("build-*", "/envs/build-1"),
        ("opencv", "/envs/opencv"),
        ("*-tmp", "/envs/x-tmp"),
        ("b?se", "/envs/base"),
        ("/tmp/*", "/tmp/opencv"),
        ("/tmp/*", "/tmp/a/b/opencv"),
        ("/tmp/opencv", "/tmp/opencv"),
        ("/tmp/opencv/", "/tmp/opencv"),
        ("*/.snakemake/*", "/home/user/.snakemake/conda/0a1b"),
        ("~/old/*", "{home}/old/opencv"),
        ("$HOME/old/*", "{home}/old/opencv"),
    ],
)
def test_a_pattern_fits_names_or_with_a_slash_prefixes(home, pattern, prefix):
    assert is_excluded(environment(prefix.format(home=home)), ["nothing", pattern])


@pytest.mark.parametrize(
    ("pattern", "prefix"),
    [
        ("build-*", "/build-x/opencv"),
        ("build", "/envs/build-1"),
        ("/tmp/*", "/data/tmp/opencv"),
        ("/tmp", "/tmp/opencv"),
        ("tmp/*", "/tmp/opencv"),
        ("", "/envs/opencv"),
    ],
)
def test_all_else_stays(pattern, prefix):
    assert not is_excluded(environment(prefix), [pattern])


def test_a_project_can_be_named_by_its_name_and_by_its_folder():
    both = [environment("/home/user/vision/.venv", "vision"), environment("/home/user/stats/.venv", "stats")]

    assert without_excluded(both, ["vision"]) == both[1:]
    assert without_excluded(both, [".venv"]) == []


def test_a_prefix_is_meant_whatever_links_lead_there(tmp_path):
    (tmp_path / "real" / "opencv").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert is_excluded(environment(tmp_path / "link" / "opencv"), [f"{tmp_path}/real/*"])
