"""Every help is rendered as a terminal of 80 and of 50 columns shows it."""

import re

import pytest

from conda_jupyter_plugin.cli.parsing.aliases import ALIASES
from conda_jupyter_plugin.cli.verb import verb_names
from pip_kernel_hook.host import PipHost
from pip_kernel_hook.main import main

VERBS = verb_names(PipHost())
READING = ("list", "info", "check", "completion")


@pytest.fixture
def help_of(capsys, monkeypatch):
    """Gives the help of a verb, or of the command, as a terminal of some width shows it."""

    def help_of(*words, columns=80):
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as stopped:
            main([*words, "--help"])
        assert stopped.value.code == 0
        return capsys.readouterr().out

    return help_of


@pytest.mark.parametrize("columns", [80, 50])
@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS)], ids=str)
def test_every_help_fits_the_terminal(help_of, words, columns):
    assert [line for line in help_of(*words, columns=columns).splitlines() if len(line) > columns] == []


def words_of(text):
    return text.replace(" \\\n", " ").split()


@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS)], ids=str)
def test_no_word_is_broken_where_lines_are(help_of, words):
    assert words_of(help_of(*words, columns=50)) == words_of(help_of(*words, columns=250))


@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS)], ids=str)
def test_headings_are_of_one_style(help_of, words):
    headings = re.findall(r"^(\S.*):$", help_of(*words), re.MULTILINE)
    assert "Options" in headings
    assert [text for text in headings if text != text.title().replace(" And ", " and ")] == []


def test_create_comes_first(help_of):
    assert re.search(r"Commands:\n +(\w+)", help_of())[1] == "create"


@pytest.mark.parametrize("words", [(), ("add",)], ids=str)
def test_the_documentation_is_named_at_the_end(help_of, words):
    assert help_of(*words).splitlines()[-1].startswith("Documentation: ")


@pytest.mark.parametrize("verb", VERBS)
def test_options_are_those_that_apply(help_of, verb):
    options = set(re.findall(r"--[a-z-]+", help_of(verb).split("Examples:")[0]))
    assert options.isdisjoint({"--dry-run", "--yes"}) == (verb in READING)
    assert ("--verbose" in options) == (verb in ("create", "add"))
    assert ("Write to" in help_of(verb)) == (verb in ("create", "add"))


@pytest.mark.parametrize(("verb", "option"), [("create", "python"), ("add", "jupyter_prefix")])
def test_a_variable_that_stands_for_an_option_is_shown(help_of, verb, option):
    assert f"[env: PIP_KERNEL_{option.upper()}]" in " ".join(help_of(verb).split())


def test_aliases_are_told_where_they_lead(help_of):
    for alias, verb in ALIASES.items():
        if verb in VERBS:
            assert alias in re.search(r"^Aliases: (.*)\.$", help_of(verb), re.MULTILINE)[1].split(", ")
