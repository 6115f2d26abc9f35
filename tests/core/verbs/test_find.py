import shutil

import pytest

from conda_jupyter_plugin.core.errors import KernelNotFoundError, NotManagedError
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named, find_of

from ...support import add, bash_spec, r_spec, remove, write_spec


def names(rows):
    return [row.name for row in rows]


def test_a_kernel_is_found_by_its_name_whatever_its_case(open_registry, make_environment, kernels):
    add(open_registry(), make_environment())

    assert find_named(open_registry(), "OpenCV").item.folder == kernels / "opencv"


def test_a_name_that_nothing_has_is_an_error(registry):
    with pytest.raises(KernelNotFoundError, match="There is no kernel named opencv"):
        find_named(registry, "opencv")


def test_a_kernel_that_is_not_managed_is_left_alone(registry, kernels):
    write_spec(kernels / "bash", bash_spec())

    with pytest.raises(NotManagedError, match="--force"):
        find_named(registry, "bash")


def test_a_kernel_that_is_not_managed_can_be_removed_by_force(registry, kernels):
    write_spec(kernels / "bash", bash_spec())

    remove([find_named(registry, "bash", force=True)])

    assert list(kernels.iterdir()) == []


def test_the_kernels_of_an_environment_are_found(open_registry, make_environment):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec()})
    add(open_registry(), environment)
    add(open_registry(), make_environment("stats"))

    found = find_of(open_registry(), environment.prefix)

    assert [one.item.name for one in found] == ["opencv", "opencv-ir"]


def test_the_kernels_of_an_environment_that_is_gone_are_found_by_its_name(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment)
    shutil.rmtree(environment.prefix)

    assert [one.item.name for one in find_of(open_registry(), None, "opencv")] == ["opencv"]


@pytest.mark.parametrize("manager", ["conda", "venv"])
def test_an_environment_that_is_there_is_never_meant_by_its_name_alone(
    open_registry, make_environment, manager
):
    add(open_registry(), make_environment(manager=manager))

    assert find_of(open_registry(), None, "opencv") == ()


def test_what_was_put_in_a_kernels_place_meanwhile_is_not_removed(open_registry, make_environment, tmp_path):
    add(open_registry(), make_environment())
    (found,) = find_of(open_registry(), tmp_path / "envs" / "opencv")
    other = make_environment(parent=tmp_path / "others")
    add(open_registry(), other, Choices(kernel_name="opencv", force=True))

    assert remove([found]).removed == ()
    assert [item.owner.prefix for item in open_registry().inventory] == [other.prefix]


def test_a_dry_run_removes_nothing(open_registry, make_environment, kernels):
    environment = make_environment()
    add(open_registry(), environment)

    result = remove(find_of(open_registry(), environment.prefix), dry_run=True)

    assert (names(result.removed), (kernels / "opencv").exists()) == (["opencv"], True)


def test_only_kernels_whose_environment_is_gone_are_missing(open_registry, make_environment):
    for name in ("opencv", "old"):
        environment = make_environment(name)
        add(open_registry(), environment)
    environment.prefix.rename(environment.prefix.parent / "renamed")

    assert [found.item.name for found in find_missing(open_registry())] == ["old"]
