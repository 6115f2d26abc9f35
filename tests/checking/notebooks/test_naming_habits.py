import pytest

from conda_jupyter_plugin.checking.notebooks.naming_habits import environments_meant

KERNELS = [
    ("opencv", ""),
    ("python3", "Python 3 (opencv)"),
    ("python3", "Python 3.12 (OpenCV)"),
    ("python3", "Python [opencv]"),
    ("python3", "opencv"),
    ("conda-env-opencv-py", "Python [conda env:opencv]"),
    ("conda-env-opencv-py", ""),
    ("python3", "Python [conda env:opencv] *"),
    ("python3", "Python 3.12.1 ('opencv': venv)"),
    ("python3", "Python 3.9.7 64-bit ('opencv': conda)"),
    ("python3", "Python 3.9.7 ('opencv')"),
    ("python3", "opencv (3.12.1)"),
    ("python3", "opencv (Python 3.12.1)"),
]


@pytest.mark.parametrize(("name", "display_name"), KERNELS)
def test_a_name_says_its_environment_by_many_habits(name, display_name):
    assert "opencv" in environments_meant(name, display_name)


@pytest.mark.parametrize(
    ("name", "display_name", "environment"),
    [
        ("conda-root-py", "Python [conda root]", "base"),
        ("conda-base-py", "Python [conda env:base]", "base"),
        ("conda-env-my-env-2-py", "", "my-env-2"),
        ("python3", "Python 3.12.1 ('.venv': venv)", ".venv"),
    ],
)
def test_environments_have_all_kinds_of_names(name, display_name, environment):
    assert environment in environments_meant(name, display_name)


def test_nothing_is_said_by_nothing():
    assert environments_meant("", "") == frozenset()
