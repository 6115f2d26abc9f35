from argparse import Namespace

import pytest

from conda_jupyter_plugin.cli.parsing.options import choices
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.models import Choices


def test_without_options_nothing_is_chosen(parse):
    assert choices(parse("add")) == Choices()


def test_options_that_a_command_does_not_have_are_not_chosen():
    assert choices(Namespace()) == Choices()


def test_every_option_is_a_choice(parse):
    words = ["--kernel-name", "cv", "--display-name", "CV 4", "--env", "A=b", "--no-activate"]

    assert choices(parse("add", *words)) == Choices("cv", "CV 4", {"A": "b"}, activate=False)


def test_the_long_name_of_the_display_name_means_the_same(parse):
    assert choices(parse("add", "--kernel-display-name", "CV")).display_name == "CV"


@pytest.mark.parametrize(
    ("word", "value"), [("A=b", "b"), ("A=", ""), ("A=b=c", "b=c"), ("A= b ", " b "), ("A=$x", "$x")]
)
def test_a_variable_has_all_that_is_behind_the_first_equals_sign(parse, word, value):
    assert choices(parse("add", "--env", word)).env == {"A": value}


def test_variables_can_be_given_more_than_once_and_the_last_one_wins(parse):
    words = ["--env", "A=1", "--env", "B=1", "--env", "A=2"]

    assert choices(parse("add", *words)).env == {"A": "2", "B": "1"}


@pytest.mark.parametrize("word", ["A", "=b", "", "A-B=c", "1A=b", "A B=c", "É=x"])
def test_what_is_no_variable_is_bad_usage(parse, word):
    with pytest.raises(UsageError, match="is not of the form VAR=VALUE"):
        choices(parse("add", "--env", word))


@pytest.mark.parametrize("text", ["  ", "a\nb", "\x1b[31m"])
def test_a_display_name_that_cannot_be_shown_is_bad_usage(parse, text):
    with pytest.raises(UsageError, match="is not a printable name"):
        choices(parse("add", "--display-name", text))


def test_a_display_name_may_be_in_any_language(parse):
    assert choices(parse("add", "--display-name", "数据 🎄")).display_name == "数据 🎄"


def test_every_choice_has_a_way_back(parse):
    words = ["--display-name", "", "--unset", "A", "--unset", "B", "--activate"]

    assert choices(parse("add", *words)) == Choices(display_name="", unset=("A", "B"), activate=True)


@pytest.mark.parametrize("word", ["", "A=b", "A-B", "1A", "É"])
def test_what_no_variable_can_be_called_is_bad_usage(parse, word):
    with pytest.raises(UsageError, match="does not name a variable"):
        choices(parse("add", "--unset", word))


@pytest.mark.parametrize(
    ("words", "config"),
    [
        ([], {}),
        (["hosts=a"], {"hosts": "a"}),
        (["hosts=a", "hosts=b"], {"hosts": ["a", "b"]}),
        (
            ['hosts=["a"]', "launch_timeout=60", "secure=true"],
            {"hosts": ["a"], "launch_timeout": 60, "secure": True},
        ),
        (["text=a=b", "empty=", "number=NaN"], {"text": "a=b", "empty": "", "number": "NaN"}),
    ],
)
def test_the_settings_of_a_provisioner(parse, words, config):
    options = [word for one in words for word in ("--provisioner-config", one)]

    assert choices(parse("add", "--provisioner", "slurm", *options)).provisioner.config == config


@pytest.mark.parametrize(
    "words",
    [
        ["--provisioner-config", "a=b"],
        ["--provisioner", "", "--provisioner-config", "a=b"],
        ["--provisioner", "slurm", "--provisioner-config", "a"],
        ["--provisioner", "slurm", "--provisioner-config", "a b=1"],
        ["--provisioner", " slurm"],
    ],
)
def test_what_is_no_provisioner_or_no_setting_of_one_is_refused(parse, words):
    with pytest.raises(UsageError):
        choices(parse("add", *words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--env", "s3cr3tBAD"], "The value of --env is not of the form VAR=VALUE."),
        (
            ["--env", "A=1", "--env", "s3cr3t/BAD=="],
            "Value 2 of --env is not of the form VAR=VALUE.",
        ),
        (["--unset", "s3cr3t BAD"], "The value of --unset does not name a variable."),
        (["--provisioner-config", "s3cr3tBAD"], "--provisioner-config requires --provisioner."),
        (
            ["--provisioner", "x", "--provisioner-config", "s3cr3tBAD"],
            "The value of --provisioner-config is not of the form KEY=VALUE.",
        ),
    ],
)
def test_what_may_be_a_secret_is_not_repeated(parse, words, said):
    with pytest.raises(UsageError) as caught:
        choices(parse("add", *words))

    assert caught.value.message == said
    assert "BAD" not in str(caught.value)
