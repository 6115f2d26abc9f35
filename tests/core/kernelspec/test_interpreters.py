"""What has become of a virtual environment's interpreter is told as that, and what was chosen survives it."""

import shutil

import pytest

from conda_jupyter_plugin.core import system
from conda_jupyter_plugin.core.errors import BrokenKernelspecError
from conda_jupyter_plugin.core.kernelspec.survey import _why_without_base
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, sync, write_program


@pytest.fixture
def base(tmp_path):
    """A Python that virtual environments are made with, as a distribution has it."""
    folder = tmp_path / "usr" / "bin"
    write_program(folder / "python3.12")
    (folder / "python3").symlink_to("python3.12")
    return folder


@pytest.fixture
def environment(base, make_environment):
    """A virtual environment as `python3 -m venv` makes it."""
    environment = make_environment(manager="venv")
    python = environment.prefix / "bin" / "python"
    python.unlink()
    python.symlink_to(base / "python3")
    (environment.prefix / "pyvenv.cfg").write_text(f"home = {base}\nversion = 3.12.1\n")
    return environment


@pytest.fixture
def row(open_registry, environment):
    """Registers the environment's kernel with a name of its own; tells its row."""
    add(open_registry(), environment, Choices(display_name="Mine"))

    def tell():
        (row,) = list_kernels(open_registry())
        return row.status, row.reason, row.fixable

    assert tell() == ("ok", None, False)
    return tell


def removed(base):
    shutil.rmtree(base)


def upgraded(base):
    write_program(base / "python3.13")
    (base / "python3").unlink()
    (base / "python3").symlink_to("python3.13")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (removed, "its base interpreter {base}/python3 is gone"),
        (upgraded, "it was created with Python 3.12, but its base interpreter is now 3.13"),
    ],
)
def test_what_has_become_of_it_is_told_and_what_was_chosen_survives(
    row, base, environment, open_registry, change, reason
):
    change(base)

    assert row() == ("broken", reason.format(base=base), False)
    result = sync(open_registry())
    assert (result.changes, len(result.errors)) == ((), 1)
    with pytest.raises(BrokenKernelspecError, match="cannot be started"):
        add(open_registry(), environment)

    # `python -m venv --upgrade`, or the interpreter comes back.
    shutil.rmtree(base, ignore_errors=True)
    write_program(base / "python3.12")
    (base / "python3").symlink_to("python3.12")
    sync(open_registry())
    assert [(one.status, one.display_name) for one in list_kernels(open_registry())] == [("ok", "Mine")]


def test_a_program_of_its_own_that_is_gone_is_told_as_that(row, environment):
    program = environment.prefix / "bin" / "python"
    program.unlink()

    assert row() == ("broken", f"its program {program} is gone", True)


def test_an_interpreter_whose_name_tells_no_version_is_taken_as_it_is(row, base):
    (base / "python3").unlink()
    write_program(base / "python3")

    assert row() == ("ok", None, False)


def test_on_windows_the_library_beside_it_tells(environment, base, monkeypatch):
    monkeypatch.setattr(system, "WINDOWS", True)

    assert _why_without_base(environment) is None
    (base / "python313.dll").touch()

    assert "now 3.13" in _why_without_base(environment)


@pytest.mark.parametrize("uv", [True, False])
def test_a_copied_interpreter_needs_its_base_too(environment, row, base, uv):
    python = environment.prefix / "bin" / "python"
    python.unlink()
    write_program(python)
    key = "version_info" if uv else "version"
    (environment.prefix / "pyvenv.cfg").write_text(f"home = {base}\n{key} = 3.12.1\n")
    shutil.rmtree(base)

    assert row() == ("broken", f"its base interpreter in {base} is gone", False)
