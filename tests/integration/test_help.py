"""Every help of `conda kernel` as a terminal of 80 and of 50 columns shows it; what is typed first."""

from __future__ import annotations

import re

import pytest
from conda_base import Conda

VERBS = ("create", "add", "remove", "rename", "list", "info", "check", "sync", "completion")


def help_of(conda: Conda, *words: str, columns: int = 80) -> str:
    return conda.run("kernel", *words, "--help", env={"COLUMNS": str(columns)}).stdout


@pytest.mark.parametrize("columns", [80, 50])
@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS)], ids=str)
def test_every_help_fits_the_terminal(guest: Conda, words: tuple[str, ...], columns: int) -> None:
    lines = help_of(guest, *words, columns=columns).splitlines()
    assert [line for line in lines if len(line) > columns] == []


@pytest.mark.parametrize("words", [(), *((verb,) for verb in VERBS)], ids=str)
def test_headings_are_of_one_style(guest: Conda, words: tuple[str, ...]) -> None:
    headings = re.findall(r"^(\S.*):$", help_of(guest, *words), re.MULTILINE)
    assert [text for text in headings if text[:1] != text[:1].upper() or text.isupper()] == []
    assert {"Options", "Examples"} <= {*headings}


@pytest.mark.parametrize("verb", ["list", "info", "check"])
def test_what_only_reads_has_no_options_for_changes(guest: Conda, verb: str) -> None:
    text = help_of(guest, verb)
    assert not re.search(r"--dry-run|--yes|Write to", text)
    assert "--json" in text


@pytest.mark.parametrize("words", [[], ["help"]])
def test_the_bare_command_prints_its_help(guest: Conda, words: list[str]) -> None:
    assert guest.run("kernel", *words).stdout == help_of(guest)


GUESSES = {
    "ls": "NAME",
    "list --json": '"kernels": [',
    "help add": "usage: conda kernel add",
    "help rm": "usage: conda kernel remove",
    "register -n opencv": 'Kernel "opencv" registered',
    "install -n opencv": 'Kernel "opencv" registered',
    "rm opencv -y": 'Kernel "opencv" removed',
    "uninstall opencv -y": 'Kernel "opencv" removed',
    "unregister -n opencv -y": 'Kernel "opencv" removed',
    "mv opencv cv": 'Kernel "opencv" renamed to "cv"',
    "rename opencv cv": 'Kernel "opencv" renamed to "cv"',
    "info opencv": "display name : ",
    "info -n opencv": "display name : ",
    "-V": "conda kernel ",
    "remove --all -y": 'Kernel "opencv" removed',
}


@pytest.mark.parametrize("words", GUESSES)
def test_a_first_guess_does_what_is_meant(guest: Conda, opencv: object, words: str) -> None:
    if words.split()[0] not in ("register", "install"):
        guest.run("kernel", "add", "-n", "opencv")
    assert GUESSES[words] in guest.run("kernel", *words.split()).stdout


NEAR = {
    "lsit": (2, "Did you mean list?"),
    "show opencv": (2, "Did you mean info?"),
    "delete opencv": (2, "Did you mean remove?"),
    "update": (2, "Did you mean sync?"),
    "add opencv": (2, "did you mean -n opencv?"),
    "add -n opnecv": (1, "Did you mean opencv?"),
    "add -n opencv --name2 x": (2, "did you mean --name"),
    "add -n opencv --sys-prefix": (2, "--jupyter-prefix?"),
    "remove opnecv": (1, "Did you mean opencv?"),
    "remove -n opnecv": (1, "Did you mean opencv?"),
    "check opnecv": (1, "Did you mean opencv?"),
    "info opnecv": (1, "Did you mean opencv?"),
    "rename opnecv cv": (1, "Did you mean opencv?"),
    "rename opencv": (2, "Pass NEW or --display-name TEXT."),
    "list --dry-run": (2, "nrecognized arguments: --dry-run"),
}


@pytest.mark.parametrize("words", NEAR)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_near_miss_is_answered_with_what_was_probably_meant(
    guest: Conda, opencv: object, words: str, as_json: bool
) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    status, said = NEAR[words]
    done = guest.run("kernel", *words.split(), *(["--json"] if as_json else []), check=False)
    assert done.returncode == status
    assert said in (done.stdout if as_json else done.stderr)
    assert "Traceback" not in done.stderr
