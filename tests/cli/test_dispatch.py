import json

import pytest

from conda_jupyter_plugin.core.errors import (
    KernelNotFoundError,
    LocationError,
    NoKernelError,
    NotAnEnvironmentError,
    NotManagedError,
    UsageError,
)
from conda_jupyter_plugin.core.jupyter.locations import system_location, user_location

from ..support import bash_spec, read_json, snapshot, write_spec


def registered(kernels):
    return sorted(path.name for path in kernels.iterdir()) if kernels.exists() else []


def test_add_registers_and_says_so(make_environment, call, capsys, kernels):
    make_environment()

    assert call("add") == 0
    assert capsys.readouterr().out.startswith('Kernel "opencv" registered as "Python 3.12 (opencv)" in ')
    assert registered(kernels) == ["opencv"]


def test_add_takes_the_users_choices(make_environment, call, kernels):
    make_environment()

    call("add", "--kernel-name", "cv", "--display-name", "CV", "--env", "A=b", "--no-activate")

    spec = read_json(kernels / "cv")
    assert (spec["display_name"], spec["env"]) == ("CV", {"A": "b"})


def test_add_in_json_is_one_document(make_environment, call, capsys, kernels):
    make_environment()

    call("add", "--json")

    (kernel,) = json.loads(capsys.readouterr().out)["registered"]
    assert (kernel["name"], kernel["path"]) == ("opencv", str(kernels / "opencv"))


def test_a_dry_run_of_add_writes_nothing(make_environment, call, capsys, home):
    make_environment()

    assert call("add", "--dry-run") == 0
    assert ("would be registered" in capsys.readouterr().out, snapshot(home)) == (True, {})


def test_an_environment_without_a_kernel_names_the_way_out(make_environment, call):
    make_environment("plain", kernels={})

    with pytest.raises(NoKernelError) as caught:
        call("add", "-n", "plain")

    assert str(caught.value) == (
        "Environment plain holds no kernel. Add one with: folder kernel add -n plain --install"
    )


def test_install_adds_the_kernel_package_where_it_is_missing(make_environment, call, kernels):
    make_environment("plain", kernels={})

    call("add", "-n", "plain", "--install")

    assert registered(kernels) == ["plain"]


def test_a_dry_run_installs_no_kernel_package(make_environment, call, home):
    environment = make_environment("plain", kernels={})

    assert call("add", "-n", "plain", "--install", "--dry-run") == 0
    assert not (environment.prefix / "share").exists()


def test_all_registers_every_environment_that_holds_a_kernel(make_environment, call, kernels):
    make_environment("opencv")
    make_environment("stats")
    make_environment("plain", kernels={})

    assert call("add", "--all") == 0
    assert registered(kernels) == ["opencv", "stats"]


def test_one_environment_that_fails_stops_no_other(make_environment, call, capsys, kernels):
    make_environment("broken", kernels={"python3": "{"})
    make_environment("opencv")

    assert call("add", "--all") == 1
    assert "is not valid JSON" in capsys.readouterr().err
    assert registered(kernels) == ["opencv"]


@pytest.mark.parametrize("option", ["--kernel-name", "--display-name"])
def test_one_name_for_all_environments_is_bad_usage(make_environment, call, option):
    make_environment()

    with pytest.raises(UsageError):
        call("add", "--all", option, "cv")


def test_system_writes_where_every_user_looks(make_environment, call, kernels):
    make_environment()

    call("add", "--system")

    assert (registered(system_location().kernels), registered(kernels)) == (["opencv"], [])


def test_a_jupyters_prefix_is_written_into(make_environment, call, tmp_path):
    make_environment()
    (tmp_path / "lab").mkdir(exist_ok=True)

    call("add", "--jupyter-prefix", str(tmp_path / "lab"))

    assert registered(tmp_path / "lab/share/jupyter/kernels") == ["opencv"]


@pytest.mark.parametrize(
    ("words", "error", "status"),
    [
        (["add", "-n", "gone"], NotAnEnvironmentError, 1),
        (["add", "--kernel-name", "Open CV"], UsageError, 2),
        (["add", "--kernel-name", "python3"], UsageError, 2),
        (["add", "--env", "A"], UsageError, 2),
        (["add", "--jupyter-prefix", "/gone"], LocationError, 1),
        (["remove"], UsageError, 2),
        (["remove", "opencv", "--missing"], UsageError, 2),
        (["remove", "gone"], KernelNotFoundError, 1),
        (["remove", "bash"], NotManagedError, 1),
        (["remove", "-n", "gone"], NotAnEnvironmentError, 1),
    ],
)
def test_an_error_changes_nothing(make_environment, call, home, kernels, words, error, status):
    make_environment()
    write_spec(kernels / "bash", bash_spec())
    before = snapshot(home)

    with pytest.raises(error) as caught:
        call(*words)

    assert (caught.value.exit_status, snapshot(home)) == (status, before)


@pytest.mark.parametrize(("option", "other"), [("--user", "--system"), ("--system", "--user")])
def test_a_data_folder_that_cannot_be_written_is_an_error_with_a_way_out(
    make_environment, call, option, other
):
    make_environment()
    data = {"--user": user_location, "--system": system_location}[option]().data
    data.parent.mkdir(parents=True)
    data.touch()

    with pytest.raises(LocationError, match=f"use {other} or --jupyter-prefix"):
        call("add", option)
