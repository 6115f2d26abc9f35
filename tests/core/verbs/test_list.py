import pytest

from conda_jupyter_plugin.core.jupyter.locations import system_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, add_all, bash_spec, write_spec


def names(rows):
    return [row.name for row in rows]


def test_the_list_shows_every_place(open_registry, make_environment, kernels):
    write_spec(system_location().kernels / "bash", bash_spec())
    add(open_registry(), make_environment())

    assert names(list_kernels(open_registry())) == ["opencv", "bash"]


def test_of_two_kernels_with_one_name_the_first_place_wins(registry, kernels):
    write_spec(system_location().kernels / "bash", bash_spec())
    write_spec(kernels / "bash", bash_spec())

    (row,) = list_kernels(registry)

    assert row.path == kernels / "bash"


def test_a_broken_kernel_is_listed(registry, kernels):
    write_spec(kernels / "broken", "{")

    assert [(row.name, row.status) for row in list_kernels(registry)] == [("broken", "broken")]


def test_an_unregistered_kernel_is_listed_where_its_environment_is_given(registry, make_environment):
    (row,) = list_kernels(registry, [make_environment()])

    assert (row.name, row.status, row.managed, row.path) == ("opencv", "unregistered", False, None)


def test_a_registered_kernel_is_not_listed_again(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment)

    assert [row.status for row in list_kernels(open_registry(), [environment])] == ["ok"]


@pytest.mark.parametrize("trouble", ["broken", "taken"])
def test_an_environment_that_cannot_be_registered_does_not_stop_the_list(
    registry, make_environment, kernels, trouble
):
    write_spec(kernels / "opencv", bash_spec())
    environment = make_environment(kernels={"python3": "{" if trouble == "broken" else {}})

    assert "opencv" in names(list_kernels(registry, [environment]))


def test_the_list_is_sorted_by_environment(open_registry, make_environment, kernels):
    registry = open_registry()
    environments = [make_environment(name) for name in ("stats", "Analysis", "opencv")]
    for environment in environments:
        add(registry, environment)
    add(registry, environments[0], choices=Choices(kernel_name="a-second"))
    write_spec(kernels / "bash", bash_spec())

    assert names(list_kernels(open_registry())) == ["analysis", "opencv", "a-second", "stats", "bash"]


def test_kernels_that_vs_code_does_not_tell_apart_say_so(open_registry, make_environment):
    for name in ("opencv", "vision"):
        add(open_registry(), make_environment(name), Choices(display_name="CV"))
    add(open_registry(), make_environment("other"))

    rows = {row.name: (row.status, row.reason) for row in list_kernels(open_registry())}

    assert rows == {
        "opencv": ("ok", "looks like vision in VS Code"),
        "vision": ("ok", "looks like opencv in VS Code"),
        "other": ("ok", None),
    }


def test_one_that_somebody_wrote_with_another_command_is_told_apart(open_registry, make_environment, kernels):
    add(open_registry(), make_environment(), Choices(display_name="Bash"))
    spec = {**bash_spec(), "display_name": "Bash", "argv": ["/usr/bin/python3", "-m", "bash_kernel"]}
    write_spec(kernels / "bash", spec)

    assert {row.reason for row in list_kernels(open_registry())} == {None}


def test_two_of_one_name_are_offered_by_the_names_that_they_would_get(
    open_registry, make_environment, tmp_path
):
    two = [make_environment(parent=tmp_path / folder / "lab") for folder in ("a", "b")]

    offered = [(row.name, row.display_name) for row in list_kernels(open_registry(), two)]

    added = add_all(open_registry(), two, Choices()).registered
    assert offered == [(row.name, row.display_name) for row in added] != []
    assert len({name for name, _ in offered}) == 2
