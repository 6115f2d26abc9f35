import shutil
import time

import pytest

from conda_jupyter_plugin.core import system
from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.jupyter.installed import read_installed
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.kernelspec.record import FORMAT_VERSION, METADATA_KEY
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.models import Activation, Choices
from conda_jupyter_plugin.core.state.judging import launcher_as_written
from conda_jupyter_plugin.core.state.status import describe

from ...support import add, bash_spec, hand_made_spec, python_spec, read_json, write_spec


@pytest.fixture
def state(open_registry):
    """The status and the reason of the only registered kernel, or of the named one."""

    def state(name="opencv", **changes):
        row = describe(open_registry(**changes), read_installed(user_location().kernels / name))
        return row.status, row.reason

    return state


def test_a_kernel_that_was_just_registered_is_ok(opencv, state):
    assert state() == ("ok", None)


@pytest.mark.parametrize(
    "changed", [{"display_name": "x"}, {"env": {"A": "b"}}, {"interrupt_mode": "message"}]
)
def test_a_kernel_whose_kernel_json_changed_is_stale(opencv, state, changed):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "x": 1, **changed})

    assert state()[0] == "stale"


def test_a_kernel_whose_python_was_updated_is_stale(opencv, state):
    records = opencv.prefix / "conda-meta"
    (records / "python-3.12.1-0.json").rename(records / "python-3.13.0-0.json")

    assert state()[0] == "stale"


def test_a_kernel_that_gained_a_logo_is_stale(opencv, state):
    (opencv.prefix / "share/jupyter/kernels/python3/logo-32x32.png").touch()

    assert state()[0] == "stale"


def test_a_kernel_whose_registered_file_was_edited_is_stale(opencv, state):
    write_spec(
        user_location().kernels / "opencv", read_installed(user_location().kernels / "opencv").spec | {"x": 1}
    )

    assert state()[0] == "stale"


def test_a_kernel_whose_activation_changed_is_stale(opencv, state):
    def other(environment):
        return Activation(conda=True, path=("/other",))

    assert state(activators={"conda": other}, activation="another")[0] == "stale"


def test_a_kernel_under_another_template_is_stale(opencv, state):
    assert state(templates={"conda": "{environment}"})[0] == "stale"


def test_chosen_options_do_not_make_a_kernel_stale(open_registry, make_environment, state):
    add(open_registry(), make_environment(), Choices("cv", "CV", {"A": "$b"}, activate=False))

    assert state("cv") == ("ok", None)


def test_a_kernel_of_another_manager_is_ok_though_its_activation_is_not_known(opencv, state):
    assert state(activators={"venv": activate_virtual_environment}) == ("ok", None)


def test_whether_a_kernel_of_another_manager_is_stale_is_left_to_its_own_command(opencv, state):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "x": 1})

    assert state(activators={"venv": activate_virtual_environment}) == ("ok", None)


def test_a_broken_neighbour_makes_no_kernel_broken(opencv, state):
    write_spec(opencv.prefix / "share/jupyter/kernels/other", "{")

    assert state() == ("ok", None)


def test_a_kernel_whose_environment_is_gone_is_broken(opencv, state):
    shutil.rmtree(opencv.prefix)

    assert state() == ("broken", "the environment is gone")


def test_a_folder_that_is_no_environment_any_more_is_gone(opencv, state):
    shutil.rmtree(opencv.prefix / "conda-meta")

    assert state() == ("broken", "the environment is gone")


def test_a_kernel_whose_package_is_gone_is_broken(opencv, state):
    shutil.rmtree(opencv.prefix / "share")

    assert state() == ("broken", "the environment no longer has the kernel python3")


def test_a_kernel_whose_interpreter_is_gone_is_broken(opencv, state):
    python = opencv.prefix / "bin" / "python"
    python.unlink()

    assert state() == ("broken", f"its program {python} is gone")


def test_a_kernel_whose_interpreter_is_a_dangling_link_is_broken(
    open_registry, make_environment, state, monkeypatch, tmp_path
):
    other = tmp_path / "other" / "bin"
    shutil.copytree(make_environment("other", manager="venv").prefix / "bin", other)
    monkeypatch.setenv("PATH", str(other))
    environment = make_environment(kernels={"python3": python_spec("python")}, manager="venv")
    add(open_registry(), environment)
    python = environment.prefix / "bin" / "python"
    python.unlink()
    python.symlink_to(tmp_path / "python3.11")

    assert state() == ("broken", f"its base interpreter {tmp_path / 'python3.11'} is gone")


def test_a_kernel_whose_kernel_json_broke_says_what_is_wrong(opencv, state):
    folder = write_spec(opencv.prefix / "share/jupyter/kernels/python3", "{")

    assert state() == ("broken", f"{folder / 'kernel.json'} is not valid JSON")


def test_a_registered_kernel_json_that_broke_says_what_is_wrong(opencv, state):
    folder = write_spec(user_location().kernels / "opencv", "{")

    assert state() == ("broken", f"{folder / 'kernel.json'} is not valid JSON")


def test_a_managed_kernel_names_its_environment(opencv, registry):
    row = describe(registry, read_installed(user_location().kernels / "opencv"))

    assert (row.prefix, row.environment, row.manager, row.managed) == (opencv.prefix, "opencv", "conda", True)


def test_a_managed_kernel_names_its_environment_even_where_it_is_gone(opencv, registry):
    shutil.rmtree(opencv.prefix)

    row = describe(registry, read_installed(user_location().kernels / "opencv"))

    assert (row.prefix, row.environment) == (opencv.prefix, "opencv")


def test_a_managed_kernel_is_told_by_its_record_not_by_its_name(opencv, registry):
    kernels = user_location().kernels
    (kernels / "opencv").rename(kernels / "renamed")

    assert describe(registry, read_installed(kernels / "renamed")).managed


def test_a_hand_made_kernel_names_the_environment_of_its_program(registry, make_environment):
    environment = make_environment()
    folder = write_spec(user_location().kernels / "mine", hand_made_spec(environment))

    row = describe(registry, read_installed(folder))

    assert (row.prefix, row.managed, row.status) == (environment.prefix, False, "ok")


def test_an_environments_own_kernel_names_its_environment(registry, make_environment):
    environment = make_environment(kernels={"bash": bash_spec()})

    row = describe(registry, read_installed(environment.prefix / "share/jupyter/kernels/bash"))

    assert row.environment == "opencv"


def test_a_kernel_of_the_system_has_no_environment(registry, tmp_path):
    folder = write_spec(tmp_path / "usr/share/jupyter/kernels/bash", bash_spec())

    row = describe(registry, read_installed(folder))

    assert (row.prefix, row.environment, row.manager) == (None, None, None)


def test_a_hand_made_kernel_whose_interpreter_is_gone_is_broken(state, make_environment):
    environment = make_environment()
    write_spec(user_location().kernels / "mine", hand_made_spec(environment))
    shutil.rmtree(environment.prefix)

    assert state("mine") == ("broken", f"its program {environment.prefix / 'bin' / 'python'} is gone")


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("no-such-program", ("broken", "no-such-program is not on PATH")),
        ("sh", ("ok", None)),
        # Jupyter takes its own interpreter for it.
        ("python3.99", ("ok", None)),
    ],
)
def test_a_bare_program_of_a_hand_made_kernel_is_looked_for_on_path(state, program, expected):
    write_spec(user_location().kernels / "mine", bash_spec(program))

    assert state("mine") == expected


def test_a_kernel_without_a_display_name_shows_its_name(registry):
    folder = write_spec(user_location().kernels / "mine", {"argv": ["x"]})

    assert describe(registry, read_installed(folder)).display_name == "mine"


def test_describing_changes_nothing(opencv, registry):
    item = read_installed(user_location().kernels / "opencv")

    describe(registry, item)

    assert replace(item) == read_installed(item.folder)


@pytest.fixture
def scripted(open_registry, make_environment, monkeypatch):
    """Registers an environment whose scripts are run at registration, as on Windows; counts how often."""
    monkeypatch.setattr(system, "WINDOWS", True)
    environment, runs = make_environment(), []

    def run():
        runs.append(1)
        return Activation(conda=True, path=("/x",), own={"TIME": str(time.monotonic())})

    def registry(scripts):
        activation = Activation(conda=True, path=("/x",), run_scripts=run, scripts=scripts)
        return open_registry(activators={"conda": lambda _: activation}, activation=scripts)

    add(registry("as they are"), environment)
    runs.clear()
    return registry, environment, runs


def test_to_compare_a_kernel_its_scripts_are_not_run_again(scripted):
    registry, _, runs = scripted

    row = describe(registry("as they are"), read_installed(user_location().kernels / "opencv"))

    assert (row.status, runs) == ("ok", [])


def test_scripts_that_have_changed_are_run_again(scripted):
    registry, environment, runs = scripted

    row = describe(registry("changed"), read_installed(user_location().kernels / "opencv"))
    assert (row.status, runs) == ("stale", [1])

    add(registry("changed"), environment)
    assert describe(registry("changed"), read_installed(row.path)).status == "ok"


def test_the_launcher_of_a_kernel_in_a_later_format_is_none_that_would_be_written(opencv, open_registry):
    def launcher():
        return launcher_as_written(open_registry(), read_installed(user_location().kernels / "opencv"))

    assert launcher() is not None
    spec = read_json(user_location().kernels / "opencv")
    spec["metadata"][METADATA_KEY]["version"] = FORMAT_VERSION + 1
    write_spec(user_location().kernels / "opencv", spec)

    assert launcher() is None
