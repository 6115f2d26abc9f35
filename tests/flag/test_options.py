import argparse

import pytest

from conda_jupyter_plugin.flag.options import add_to_all


@pytest.fixture
def parser():
    """A finished parser with commands like conda's."""
    parser = argparse.ArgumentParser(prog="conda")
    commands = parser.add_subparsers(dest="cmd")
    for name in ("create", "install", "list"):
        below = commands.add_parser(name)
        below.add_argument("packages", nargs="*")
        below.add_argument("-n", "--name")
    env = commands.add_parser("env").add_subparsers(dest="env_cmd")
    for name in ("create", "list"):
        env.add_parser(name).add_argument("--file")
    return parser


@pytest.mark.parametrize("command", [["create"], ["install"], ["env", "create"]])
def test_commands_that_make_environments_have_the_options(parser, command):
    add_to_all(parser)

    words = ["--kernel", "--kernel-name", "opencv", "--kernel-display-name", "OpenCV"]
    given = parser.parse_args([*command, *words])

    assert (given.kernel, given.kernel_name, given.kernel_display_name) == (True, "opencv", "OpenCV")


@pytest.mark.parametrize("command", [["list"], ["env", "list"]])
def test_other_commands_have_not(parser, command, capsys):
    add_to_all(parser)

    with pytest.raises(SystemExit):
        parser.parse_args([*command, "--kernel"])
    assert "unrecognized arguments: --kernel" in capsys.readouterr().err


def test_the_flag_swallows_no_spec(parser):
    add_to_all(parser)

    given = parser.parse_args(["create", "-n", "opencv", "--kernel", "opencv", "numpy"])

    assert given.packages == ["opencv", "numpy"]


def test_without_the_options_nothing_is_given(parser):
    add_to_all(parser)

    given = parser.parse_args(["create", "-n", "opencv"])

    assert (given.kernel, given.kernel_name, given.kernel_display_name) == (False, None, None)


def test_a_parser_that_is_used_twice_gets_them_once(parser):
    add_to_all(parser)
    add_to_all(parser)

    assert parser.parse_args(["create", "--kernel"]).kernel


def test_a_parser_without_such_commands_stays_as_it_is():
    add_to_all(argparse.ArgumentParser())
