"""Whatever was chosen for a kernel can be taken back: then it is as if it had never been chosen."""

import pytest

from conda_jupyter_plugin.core.models import Choices

from ...support import add, read_json, shown, snapshot

CHOSEN = Choices(display_name="Vision", env={"A": "b", "C": "d"}, activate=False)
BACK = Choices(display_name="", unset=("A", "C"), activate=True)


@pytest.mark.parametrize("name", [None, "opencv-gpu"])
@pytest.mark.parametrize("manager", ["venv", "conda"])
def test_a_kernel_is_as_it_was_before(open_registry, make_environment, kernels, manager, name):
    environment = make_environment(manager=manager)
    add(open_registry(), environment)
    add(open_registry(), environment, Choices(kernel_name=name))
    before = snapshot(kernels)

    add(open_registry(), environment, Choices(kernel_name=name, **choice(CHOSEN)))
    assert snapshot(kernels) != before
    add(open_registry(), environment, Choices(kernel_name=name, **choice(BACK)))

    assert snapshot(kernels) == before


def choice(choices):
    return {field: getattr(choices, field) for field in ("display_name", "env", "activate", "unset")}


@pytest.mark.parametrize(
    ("back", "name", "env", "activated"),
    [
        (Choices(display_name=""), "Python 3.12 (opencv)", {"A": "b", "C": "d"}, False),
        (Choices(unset=("A",)), "Vision", {"C": "d"}, False),
        (Choices(unset=("A",), env={"A": "e"}), "Vision", {"A": "e", "C": "d"}, False),
        (Choices(unset=("Z",)), "Vision", {"A": "b", "C": "d"}, False),
        (Choices(activate=True), "Vision", {"A": "b", "C": "d"}, True),
    ],
)
def test_each_choice_is_taken_back_by_itself(
    open_registry, make_environment, kernels, back, name, env, activated
):
    environment = make_environment()
    add(open_registry(), environment, CHOSEN)

    add(open_registry(), environment, back)

    spec = read_json(kernels / "opencv")
    recorded = spec["metadata"]["conda_jupyter_plugin"]["choices"]
    assert (spec["display_name"], recorded["env"]) == (name, env)
    assert any("start-activated" in word for word in spec["argv"]) is activated
    assert recorded.get("activate") is (None if activated else False)
    assert "unset" not in recorded


def test_it_stays_taken_back(open_registry, make_environment, kernels):
    environment = make_environment()
    for choices in (CHOSEN, BACK):
        add(open_registry(), environment, choices)
    before = snapshot(kernels)

    assert add(open_registry(), environment).unchanged != ()
    assert snapshot(kernels) == before


def test_what_is_new_has_nothing_to_be_taken_back(open_registry, make_environment, kernels):
    environment = make_environment()
    add(open_registry(), environment)
    before = snapshot(kernels)
    add(open_registry(), environment, BACK)

    assert snapshot(kernels) == before


def test_no_two_look_alike_where_one_has_its_own_name_again(open_registry, make_environment, tmp_path):
    first = make_environment(manager="venv", parent=tmp_path / "a")
    second = make_environment(manager="venv", parent=tmp_path / "b")
    add(open_registry(), first, Choices(display_name="Vision"))
    add(open_registry(), second)

    add(open_registry(), first, Choices(display_name=""))

    assert sorted(shown(open_registry).values()) == ["Python 3.12 (a/opencv)", "Python 3.12 (opencv)"]
