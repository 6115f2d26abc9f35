import pytest

from conda_jupyter_plugin.core.errors import UsageError


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


def test_bad_usage_of_a_verb_can_be_raised(parse):
    with pytest.raises(UsageError, match=r"See `folder kernel add --help`\."):
        parse("add", "--user", "--system", raise_errors=True)


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
def test_help_shows_an_example(parse, capsys, verb):
    with pytest.raises(SystemExit) as caught:
        parse(verb, "--help")

    assert caught.value.code == 0
    assert f"Examples:\n  folder kernel {verb}" in capsys.readouterr().out
