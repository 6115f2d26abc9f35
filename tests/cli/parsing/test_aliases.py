"""What a user of conda, pip, uv or jupyter types first."""

import pytest

from conda_jupyter_plugin.cli.parsing.aliases import as_meant
from conda_jupyter_plugin.core.errors import UsageError

VERBS = ("create", "add", "remove", "rename", "list", "info", "check", "sync", "completion")


@pytest.mark.parametrize(
    ("typed", "meant"),
    {
        "": "--help",
        "help": "--help",
        "help add": "add --help",
        "help rm": "remove --help",
        "help --json": "--help",
        "--version": "--version",
        "list --json": "list --json",
        "-q list": "list -q",
        "--json ls --available": "list --json --available",
        "-q -y rm opencv": "remove -q -y opencv",
        "--version list": "--version list",
        "--jupyter-prefix lab list": "--jupyter-prefix lab list",
        "ls": "list",
        "rm opencv -y": "remove opencv -y",
        "uninstall opencv": "remove opencv",
        "unregister opencv": "remove opencv",
        "register .venv": "add .venv",
        "install .venv": "add .venv",
        "mv opencv cv": "rename opencv cv",
    }.items(),
)
def test_what_is_plain_is_taken(typed, meant):
    assert as_meant(typed.split(), VERBS, "pip-kernel") == meant.split()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lsit", "list"),
        ("creat", "create"),
        ("Remove", "remove"),
        ("show", "info"),
        ("delete", "remove"),
        ("new", "create"),
        ("update", "sync"),
        ("help chek", "check"),
    ],
)
def test_what_is_nearly_a_command_is_answered_with_it(typed, meant):
    with pytest.raises(UsageError, match=f"Did you mean {meant}\\?") as caught:
        as_meant(typed.split(), VERBS, "pip-kernel")
    assert caught.value.exit_status == 2


def test_what_is_near_nothing_is_shown_the_list():
    with pytest.raises(UsageError) as caught:
        as_meant(["fly"], VERBS, "pip-kernel")
    assert str(caught.value) == "There is no command 'fly'. `pip-kernel help` lists all commands."
