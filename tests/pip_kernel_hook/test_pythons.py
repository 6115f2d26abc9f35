import os
import sys
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.errors import UsageError
from pip_kernel_hook.pythons import find_python

from ..support import write_program

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
REAL = os.path.realpath(sys.executable)


@pytest.fixture(autouse=True)
def _only_the_running_one(home, monkeypatch):
    """Of all interpreters the one that runs the tests is on PATH alone, below a link."""
    (home / "programs").mkdir()
    for name in ("python", "python3", f"python{VERSION}"):
        (home / "programs" / name).symlink_to(REAL)
    monkeypatch.setenv("PATH", str(home / "programs"))


def test_without_a_word_it_is_the_running_one():
    assert find_python(None) == sys.executable


@pytest.mark.parametrize(
    "given", [VERSION, f"python{VERSION}", "python3", f">={VERSION}", f"cpython{VERSION}", "programs/python"]
)
def test_people_write_it_in_many_ways(given):
    assert os.path.realpath(find_python(given)) == REAL


def test_a_path_may_be_below_the_home_folder():
    assert os.path.realpath(find_python("~/programs/python3")) == REAL


def test_of_an_environments_interpreter_it_is_the_one_that_it_was_made_with():
    assert (
        Path(find_python(sys.executable)).parent != Path(sys.prefix) / "bin" or sys.prefix == sys.base_prefix
    )


@pytest.mark.parametrize("given", ["2.7", "pypy3", "nonsense", "./nowhere", "~/nowhere", "programs"])
def test_where_there_is_none_that_is_bad_usage_in_a_sentence(given, capfd):
    with pytest.raises(UsageError, match=r"There is no interpreter .* Give --python a version"):
        find_python(given)
    assert capfd.readouterr().err == ""


def test_one_that_is_too_old_is_passed_over_without_a_word(home, capfd):
    write_program(home / "programs" / "python2.7", "#!/bin/sh\necho Python 2.7.18 >&2\nexit 1\n")

    with pytest.raises(UsageError):
        find_python("2.7")
    assert capfd.readouterr().err == ""
