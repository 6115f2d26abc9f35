import json

import pytest


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
def test_every_verb_is_known(parse, verb):
    assert parse(verb).verb == verb


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
@pytest.mark.parametrize(
    "option", ["--user", "--system", "--dry-run", "--json", "--yes", "--quiet", "--jupyter-prefix=x"]
)
def test_options_that_mean_the_same_everywhere_are_everywhere(parse, verb, option):
    assert parse(verb, option).verb == verb


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_force_is_where_something_can_be_forced(parse, verb):
    assert parse(verb, "--force").kernel_force


def test_several_names_can_be_removed(parse):
    assert parse("remove", "opencv", "stats").names == ["opencv", "stats"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["fly"],
        ["add", "--user", "--system"],
        ["add", "--fly"],
        ["list", "--system", "--jupyter-prefix=x"],
    ],
)
def test_bad_usage_ends_with_2(parse, words):
    with pytest.raises(SystemExit) as caught:
        parse(*words)

    assert caught.value.code == 2


def test_bad_usage_can_be_one_json_document(parse, capsys):
    with pytest.raises(SystemExit) as caught:
        parse("add", "--user", "--system", as_json=True)

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (caught.value.code, err) == (2, "")
    assert (document["success"], document["code"]) == (False, "usage")
    assert document["hint"] == "See `folder kernel add --help`."


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
def test_help_shows_an_example(parse, capsys, verb):
    with pytest.raises(SystemExit) as caught:
        parse(verb, "--help")

    assert caught.value.code == 0
    assert f"Examples:\n  folder kernel {verb}" in capsys.readouterr().out
