import os
import shutil
import sys
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.errors import UsageError
from pip_kernel_hook.creating import making
from pip_kernel_hook.creating.making import Python, find_python
from pip_kernel_hook.main import main

from ...support import snapshot, write_program

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
    assert find_python(None) == Python(sys.executable, brings_pip=True)


@pytest.mark.parametrize(
    "given", [VERSION, f"python{VERSION}", "python3", f">={VERSION}", f"cpython{VERSION}", "programs/python"]
)
def test_people_write_it_in_many_ways(given):
    assert os.path.realpath(find_python(given).program) == REAL


def test_a_path_may_be_below_the_home_folder():
    assert os.path.realpath(find_python("~/programs/python3").program) == REAL


def test_of_an_environments_interpreter_it_is_the_one_that_it_was_made_with():
    for given in (sys.executable, sys.prefix):
        program = Path(find_python(given).program)
        assert program.parent != Path(sys.prefix) / "bin" or sys.prefix == sys.base_prefix


@pytest.mark.parametrize(
    "given", ["2.7", "pypy3", "nonsense", "./nowhere", "~/nowhere", "programs", "", ">="]
)
def test_where_there_is_none_that_is_bad_usage_in_a_sentence(given, capfd):
    with pytest.raises(UsageError, match=r"There is no interpreter .* Pass --python a version"):
        find_python(given)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("given", ["./programs", "~", "/bin/sh", "/dev/null", "./file", "./old", "./says"])
def test_what_is_no_interpreter_is_said_to_be_none(given, home, capfd):
    (home / "file").write_text("notes")
    write_program(home / "old", "#!/bin/sh\necho 2.7.18 >&2\nexit 1\n")
    write_program(home / "says", "#!/bin/sh\necho '{}'\n")

    with pytest.raises(UsageError, match=r"is not an interpreter of Python 3\.\d or newer"):
        find_python(given)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("module", "has_other_installer", "says"),
    [
        ("venv", True, "cannot create virtual environments, because it lacks the module venv"),
        (
            "ensurepip",
            False,
            "cannot create virtual environments with pip, because it lacks the module ensurepip",
        ),
    ],
)
def test_one_that_makes_no_environments_is_told_before_anything_is_made(
    home, monkeypatch, capsys, module, has_other_installer, says
):
    _without_module(home, module)
    monkeypatch.setattr(making, "has_other_installer", lambda: has_other_installer)
    before = snapshot(home)

    assert main(["create", "opencv", "--python", "lacking/bin/python3"]) == 2

    told = capsys.readouterr().err
    assert says in told and told.count("\n") == 1
    assert snapshot(home) == before


def test_one_without_ensurepip_will_do_where_something_else_brings_pip(home):
    _without_module(home, "ensurepip")

    assert find_python("lacking/bin/python3").brings_pip is False


def _without_module(home, module):
    """The running interpreter, whose standard library lacks a module."""
    library = Path(os.__file__).parent
    (own := home / "lacking" / "lib" / library.name).mkdir(parents=True)
    for path in library.iterdir():
        if path.name not in (module, "site-packages"):
            (own / path.name).symlink_to(path)
    (home / "lacking" / "bin").mkdir()
    shutil.copy(REAL, home / "lacking" / "bin" / "python3")


def test_one_that_is_too_old_is_passed_over_without_a_word(home, capfd):
    write_program(home / "programs" / "python2.7", "#!/bin/sh\necho Python 2.7.18 >&2\nexit 1\n")

    with pytest.raises(UsageError):
        find_python("2.7")
    assert capfd.readouterr().err == ""
