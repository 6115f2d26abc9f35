import json

import pytest

from conda_jupyter_plugin.core.environment.env_vars import UNSET, env_var_files


def test_what_packages_set_comes_first_and_what_the_user_has_set_counts_more(make_environment):
    prefix = make_environment().prefix
    packages, state = prefix / "etc/conda/env_vars.d", prefix / "conda-meta/state"
    packages.mkdir(parents=True)
    (packages / "proj.json").write_text('{"proj_data": "/share/proj"}')
    (packages / "gdal.json").write_text('{"GDAL_DATA": 1}')
    state.write_text(json.dumps({"env_vars": {"PROJ_DATA": "/mine", "GONE": UNSET}, "version": 1}))

    assert list(env_var_files(prefix)) == [
        (packages / "gdal.json", {"GDAL_DATA": "1"}),
        (packages / "proj.json", {"PROJ_DATA": "/share/proj"}),
        (state, {"PROJ_DATA": "/mine", "GONE": UNSET}),
    ]


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "null", '{"env_vars": 3}', "[" * 100_000])
def test_a_damaged_file_sets_none_and_hides_no_other(make_environment, text):
    prefix = make_environment().prefix
    packages, state = prefix / "etc/conda/env_vars.d", prefix / "conda-meta/state"
    packages.mkdir(parents=True)
    (packages / "a.json").write_text("{")
    (packages / "b.json").write_text('{"B": "2"}')
    state.write_text(text)

    assert [variables for _, variables in env_var_files(prefix)] == [{}, {"B": "2"}, {}]
