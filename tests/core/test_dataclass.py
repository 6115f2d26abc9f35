import dataclasses
from functools import cached_property

import pytest

from conda_jupyter_plugin.core.dataclass import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Point:
    """A point."""

    x: int
    y: int = 2
    names: dict = field(default_factory=dict)

    @cached_property
    def total(self):
        return self.x + self.y


@dataclasses.dataclass(frozen=True)
class Standard:
    """The same by the standard library."""

    x: int
    y: int = 2
    names: dict = dataclasses.field(default_factory=dict)


@pytest.mark.parametrize(("values", "named"), [((1,), {}), ((1, 3), {}), ((), {"x": 1, "names": {"a": 1}})])
def test_it_is_a_dataclass_as_the_standard_librarys(values, named):
    point, standard = Point(*values, **named), Standard(*values, **named)

    assert asdict(point) == dataclasses.asdict(standard)
    assert repr(point) == repr(standard).replace("Standard", "Point")
    assert replace(point, y=5) == Point(point.x, 5, point.names)
    assert point.total == point.x + point.y


def test_two_are_equal_if_all_their_fields_are_and_they_are_of_one_class():
    assert Point(1) == Point(1, 2, {})
    assert Point(1) != Point(2)
    assert Point(1) != Standard(1)


def test_defaults_that_are_made_are_each_ones_own():
    assert Point(1).names is not Point(1).names


def test_equal_ones_are_one_key():
    @dataclass(frozen=True)
    class Key:
        """A key."""

        name: str

    assert {Key("a"): 1}[Key("a")] == 1


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, {}, 4), {}), ((1,), {"z": 1})])
def test_what_is_missing_or_unknown_is_an_error(values, named):
    for one in (Point, Standard):
        with pytest.raises(TypeError):
            one(*values, **named)


def test_it_is_frozen():
    point = Point(1)
    with pytest.raises(AttributeError, match="cannot"):
        point.x = 2
    with pytest.raises(AttributeError, match="cannot"):
        del point.x


def test_no_code_is_generated(monkeypatch):
    monkeypatch.setattr("builtins.exec", None)

    @dataclass(frozen=True)
    class Pair:
        """A pair."""

        one: int
        other: int

    assert Pair(1, 2).other == 2
