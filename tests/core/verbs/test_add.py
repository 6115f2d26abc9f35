import os

import pytest

from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.errors import (
    BrokenKernelspecError,
    KernelError,
    LocationError,
    SharedValuesError,
)
from conda_jupyter_plugin.core.jupyter.locations import Location, prefix_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.naming.valid_names import NameTakenError
from conda_jupyter_plugin.core.verbs.find import find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    LOGO,
    add,
    bash_spec,
    conda_activation,
    follow,
    hand_made_spec,
    python_spec,
    r_spec,
    read_json,
    remove,
    snapshot,
    write_spec,
)


def names(rows):
    return [row.name for row in rows]


def remove_all_of(registry, environment):
    return remove(find_of(registry, environment.prefix))


def test_every_kernel_of_an_environment_is_registered(registry, make_environment, kernels):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec(), "mine": bash_spec()})

    add(registry, environment)

    assert sorted(path.name for path in kernels.iterdir()) == ["opencv", "opencv-ir", "opencv-mine"]


def test_the_result_tells_what_was_registered(registry, make_environment, kernels):
    (row,) = add(registry, make_environment()).registered

    assert (row.name, row.display_name, row.path) == ("opencv", "Python 3.12 (opencv)", kernels / "opencv")


def test_what_is_registered_is_the_environments_own_kernelspec(registry, make_environment, kernels):
    environment = make_environment(kernels={"python3": {"unknown": [1]}})
    own = environment.prefix / "share/jupyter/kernels/python3"
    (own / "logo-64x64.png").write_bytes(LOGO)

    add(registry, environment)

    assert read_json(kernels / "opencv")["unknown"] == [1]
    assert (kernels / "opencv" / "logo-64x64.png").read_bytes() == LOGO


def test_the_registered_program_is_absolute(registry, make_environment, kernels):
    add(registry, make_environment())

    assert os.path.isabs(read_json(kernels / "opencv")["argv"][0])


def test_the_environment_itself_is_not_changed(registry, make_environment):
    environment = make_environment()
    before = snapshot(environment.prefix)

    add(registry, environment)

    assert snapshot(environment.prefix) == before


def test_adding_again_changes_nothing(open_registry, make_environment, home, at_once):
    environment = make_environment()
    add(open_registry(), environment)
    before = snapshot(home)

    result = add(open_registry(), environment)

    assert (names(result.unchanged), result.registered, result.refreshed) == (["opencv"], (), ())
    assert snapshot(home) == before


@pytest.mark.parametrize("choices", [Choices(), Choices("cv", "CV", {"A": "$b"}, activate=False)])
def test_removing_and_adding_gives_the_same_bytes(open_registry, make_environment, kernels, choices):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec()})
    add(open_registry(), environment, choices)
    before = snapshot(kernels)

    remove_all_of(open_registry(), environment)
    add(open_registry(), environment, choices)

    assert snapshot(kernels) == before


def test_a_changed_kernel_is_refreshed(open_registry, make_environment, kernels):
    environment = make_environment()
    add(open_registry(), environment)
    write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})

    result = add(open_registry(), environment)

    assert (names(result.refreshed), read_json(kernels / "opencv")["new"]) == (["opencv"], 1)


@pytest.mark.parametrize(
    "choices", [Choices(display_name="CV"), Choices(env={"A": "b"}), Choices(activate=False)]
)
def test_choices_are_kept_over_a_refresh(open_registry, make_environment, kernels, choices):
    environment = make_environment()
    add(open_registry(), environment, choices)
    before = snapshot(kernels)

    add(open_registry(), environment)

    assert snapshot(kernels) == before


def test_a_chosen_name_is_kept_over_a_refresh(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment, Choices(kernel_name="cv"))

    assert names(add(open_registry(), environment).unchanged) == ["cv"]


def test_variables_chosen_later_join_the_earlier_ones(open_registry, make_environment, kernels):
    environment = make_environment()
    for env in ({"A": "1", "B": "1"}, {"B": "2"}):
        add(open_registry(), environment, Choices(env=env))

    assert read_json(kernels / "opencv")["env"] == {"A": "1", "B": "2"}


def test_a_hand_made_kernel_becomes_managed(registry, open_registry, make_environment, kernels):
    environment = make_environment()
    write_spec(kernels / "opencv", hand_made_spec(environment))

    add(registry, environment)

    (row,) = list_kernels(open_registry())
    assert (row.name, row.managed, row.status) == ("opencv", True, "ok")


def test_an_adopted_kernel_is_the_one_that_add_alone_would_make(open_registry, make_environment, kernels):
    environment = make_environment()
    add(open_registry(), environment)
    before = snapshot(kernels)
    remove_all_of(open_registry(), environment)
    spec = hand_made_spec(environment, "Python 3.12 (opencv)")
    write_spec(kernels / "opencv", spec)

    add(open_registry(), environment)

    after = snapshot(kernels)
    assert set(after) == set(before)
    assert read_json(kernels / "opencv")["metadata"]["debugger"] is True


def test_an_adopted_kernel_in_another_case_is_there_once(registry, make_environment, kernels):
    environment = make_environment()
    write_spec(kernels / "OpenCV", hand_made_spec(environment))

    add(registry, environment)

    assert [path.name for path in kernels.iterdir()] == ["opencv"]


def test_a_foreign_kernel_stays_untouched(registry, make_environment, home, kernels):
    write_spec(kernels / "opencv", python_spec("/usr/bin/python3"))
    before = snapshot(home)

    with pytest.raises(KernelError):
        add(registry, make_environment())

    assert snapshot(home) == before


@pytest.mark.parametrize(
    ("how", "choices"),
    [
        ({"kernels": {}}, Choices()),
        ({"kernels": {"python3": "{"}}, Choices()),
        ({}, Choices(kernel_name="Open CV")),
        ({}, Choices(kernel_name="python3")),
        ({"kernels": {"python3": {}, "ir": "{"}}, Choices(kernel_name="cv")),
    ],
)
def test_an_error_changes_nothing(registry, make_environment, home, how, choices):
    with pytest.raises(KernelError):
        add(registry, make_environment(**how), choices)

    assert snapshot(home) == {}


def test_one_broken_kernel_stops_no_other_of_its_environment(registry, make_environment):
    result = add(registry, make_environment(kernels={"python3": {}, "ir": "{"}))

    assert [row.name for row in result.registered] == ["opencv"]
    assert [error.code for error in result.errors] == ["broken_kernelspec"]


@pytest.mark.parametrize("program", ["python", "R", "xcpp"])
def test_a_kernel_whose_program_is_gone_is_not_registered_whatever_its_language(
    registry, make_environment, program, home, monkeypatch
):
    # This machine may have such a program.
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr("conda_jupyter_plugin.core.kernelspec.program._OF_THE_SYSTEM", ())
    environment = make_environment(kernels={"mine": {"argv": [program, "x"], "language": program}})
    for path in (environment.prefix / "bin").iterdir():
        path.unlink()

    with pytest.raises(BrokenKernelspecError, match=f"cannot be started: its program .*{program} is gone"):
        add(registry, environment)

    assert snapshot(home) == {}


def test_what_is_copied_is_never_what_is_written_to(open_registry, make_environment):
    environment = make_environment()
    inside = prefix_location(str(environment.prefix))
    before = snapshot(environment.prefix)

    with pytest.raises(NameTakenError, match="would overwrite"):
        add(open_registry(location=inside), environment, Choices(kernel_name="python3", force=True))

    assert snapshot(environment.prefix) == before


def test_a_kernel_of_the_environments_own_name_in_itself_is_left_alone(open_registry, make_environment):
    environment = make_environment(kernels={"opencv": {}})
    inside = prefix_location(str(environment.prefix))
    before = snapshot(environment.prefix / "share/jupyter/kernels/opencv")

    for _ in range(2):
        follow(open_registry(location=inside), environment.prefix, new=True)

    assert snapshot(environment.prefix / "share/jupyter/kernels/opencv") == before
    assert sorted(path.name for path in inside.kernels.iterdir()) == ["envs-opencv", "opencv"]


def test_a_data_folder_that_cannot_be_written_is_an_error(open_registry, make_environment, tmp_path):
    (tmp_path / "data").touch()

    with pytest.raises(LocationError):
        add(open_registry(location=Location(tmp_path / "data")), make_environment())


def test_a_dry_run_writes_nothing_and_tells_what_would_be(registry, make_environment, home):
    result = add(registry, make_environment(), dry_run=True)

    assert (names(result.registered), result.dry_run, snapshot(home)) == (["opencv"], True, {})


def test_a_registry_that_was_read_earlier_does_not_overwrite(
    open_registry, make_environment, tmp_path, kernels
):
    early = open_registry()
    assert not list(early.inventory)
    add(open_registry(), make_environment(parent=tmp_path / "one"))

    add(early, make_environment(parent=tmp_path / "two"))

    assert sorted(path.name for path in kernels.iterdir()) == ["opencv", "two-opencv"]


@pytest.fixture
def shared(tmp_path):
    """A place where other users look too."""
    return Location(tmp_path / "shared")


@pytest.fixture
def with_variables(make_environment):
    """An environment for which `conda env config vars` has set a variable, and its activators."""

    def activate(environment):
        return replace(conda_activation(environment), own={"KEY": "x"}, private=True)

    return make_environment(), {"conda": activate}


def test_variables_are_not_written_where_others_could_read_them(open_registry, with_variables, shared):
    environment, activators = with_variables

    with pytest.raises(SharedValuesError, match="Other users could read"):
        add(open_registry(location=shared, activators=activators), environment)
    assert not shared.data.exists()


def test_chosen_variables_are_not_written_where_others_could_read_them(
    open_registry, make_environment, shared
):
    with pytest.raises(SharedValuesError, match="--env"):
        add(open_registry(location=shared), make_environment(), Choices(env={"KEY": "x"}), dry_run=True)


def test_by_force_others_may_read_variables_from_then_on(open_registry, with_variables, shared):
    environment, activators = with_variables
    changes = {"location": shared, "activators": activators}
    add(open_registry(**changes), environment, Choices(force=True))

    assert (shared.kernels / "opencv" / "kernel.json").stat().st_mode & 0o044
    assert names(add(open_registry(**changes), environment).unchanged) == ["opencv"]


def test_force_alone_lets_nobody_read_variables_that_come_later(open_registry, with_variables, shared):
    environment, activators = with_variables
    add(open_registry(location=shared), environment, Choices(force=True))

    with pytest.raises(SharedValuesError):
        add(open_registry(location=shared, activators=activators), environment)


def test_in_the_users_own_folder_variables_are_the_users_alone(open_registry, with_variables, kernels):
    environment, activators = with_variables
    add(open_registry(activators=activators), environment)

    assert {path.stat().st_mode & 0o077 for path in (kernels / "opencv").iterdir()} == {0}


@pytest.mark.parametrize("same_environment", [True, False])
def test_a_display_name_of_another_kernel_is_warned_of(open_registry, make_environment, same_environment):
    environment = make_environment()
    add(open_registry(), environment, Choices(display_name="CV"))
    other = environment if same_environment else make_environment("vision")
    name = "vision"

    result = add(open_registry(), other, Choices(kernel_name=name, display_name="CV"))

    assert [row.name for row in result.registered] == [name]
    assert result.warnings == (
        "vision looks like opencv in VS Code, which shows only one of them."
        " Tell them apart with --display-name 'CV (vision)'.",
    )
    again = add(open_registry(), other, Choices(kernel_name=name, display_name="CV (vision)"))
    assert again.warnings == ()
