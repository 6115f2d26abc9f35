import os
from string import Template

import pytest

from conda_jupyter_plugin.core.launch.variables import Value

TEXTS = [
    "",
    "plain",
    "$A",
    "${A}",
    "/x:${A}",
    "$A$B",
    "${A}-${B}-",
    "$$A",
    "$$",
    "$",
    "5$ $1",
    "$${A}",
    "a$$b$C",
    "$a_1.x",
]
VARIABLES = {"A": "1", "B": "$2", "C": "", "a_1": "4"}


def filled(value):
    """A value with its references filled in."""
    first, *others = value.literals
    pairs = zip(value.names, others, strict=True)
    return first + "".join(VARIABLES[name] + literal for name, literal in pairs)


@pytest.mark.parametrize("text", TEXTS)
def test_a_kernelspecs_value_is_read_as_jupyter_does(text):
    assert filled(Value.of_kernelspec(text)) == Template(text).safe_substitute(VARIABLES)


@pytest.mark.parametrize("text", TEXTS)
def test_it_is_written_so_that_jupyter_reads_the_same(text):
    value = Value.of_kernelspec(text)

    assert Value.of_kernelspec(value.for_kernelspec()) == value
    assert Template(value.for_kernelspec()).safe_substitute(VARIABLES) == filled(value)


@pytest.mark.parametrize("text", ["", "plain", "$A", "$$", "$$A", "pa$word", "$(id)", "${}", "${1}", "100%"])
def test_an_option_is_literal_unless_it_has_a_name_in_braces(text):
    assert Value.of_option(text) == Value((text,))
    assert Template(Value.of_option(text).for_kernelspec()).safe_substitute(os.environ) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("${A}", Value(("", ""), ("A",))),
        ("/x:${A}/y", Value(("/x:", "/y"), ("A",))),
        ("${A}${b}", Value(("", "", ""), ("A", "b"))),
        ("$${A}", Value(("${A}",))),
        ("$${A}:${A}", Value(("${A}:", ""), ("A",))),
    ],
)
def test_an_option_refers_by_braces(text, value):
    assert Value.of_option(text) == value


def test_it_is_split_at_its_only_reference_to_a_variable():
    value = Value.of_kernelspec("$ROOT/x:$LIBS:/y$$")

    assert value.parts_around("LIBS") == (Value(("", "/x:"), ("ROOT",)), Value((":/y$",)))
    assert value.parts_around("OTHER") is None
    assert Value.of_kernelspec("$A$A").parts_around("A") is None


def test_a_value_takes_the_place_of_a_reference():
    value = Value.of_kernelspec("a${Path}b${X}c")

    assert value.with_reference("PATH", Value(("1;", ""), ("PATH",))) == Value(
        ("a1;", "b", "c"), ("PATH", "X")
    )
