"""How far a command has come: on a terminal, and where Ctrl-C ends it."""

import io
import os
import re
import signal
import sys

import pytest

from conda_jupyter_plugin.cli.host import Output
from conda_jupyter_plugin.cli.interruptions import interruptible
from conda_jupyter_plugin.cli.progress import CountedProgress, EnvironmentProgress
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.verbs import bringing_about
from pip_kernel_hook.main import main

from ..support import python_spec, write_spec

MANY = 12


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def open_terminal(monkeypatch):
    """Lets stderr be a terminal, and gives what it gets."""

    def open_terminal():
        monkeypatch.setenv("COLUMNS", "80")
        terminal = Terminal()
        monkeypatch.setattr("sys.stderr", terminal)
        return terminal

    return open_terminal


@pytest.fixture
def work(make_environment, home):
    """A folder with many environments."""
    for number in range(MANY):
        make_environment(f"env-{number}", manager="venv", parent=home / "work")
    return str(home / "work")


def registered():
    kernels = user_location().kernels
    return sorted(path.name for path in kernels.iterdir()) if kernels.exists() else []


@pytest.fixture
def interrupt_at(monkeypatch):
    """Sends the signal of Ctrl-C before the given call of something that planning or writing calls."""

    def interrupt_at(name, number):
        original, calls = getattr(bringing_about, name), []

        def counted(*arguments, **options):
            calls.append(1)
            if len(calls) == number:
                os.kill(os.getpid(), signal.SIGINT)
            return original(*arguments, **options)

        monkeypatch.setattr(bringing_about, name, counted)

    return interrupt_at


def run(*words):
    with pytest.raises(SystemExit) as stopped, interruptible(as_json="--json" in words):
        main([*words])
    return stopped.value.code


def test_ctrl_c_says_how_many_are_done_and_the_next_run_does_the_others(
    work, capsys, interrupt_at, monkeypatch
):
    with monkeypatch.context() as once:
        interrupt_at("carry_out", 4)
        assert run("add", "--all", work, "--quiet") == 130
        once.undo()

    told = capsys.readouterr().err
    assert told == f"Interrupted. Finished 3 of {MANY} environments. Run the command again to continue.\n"
    assert len(registered()) == 3
    assert main(["add", "--all", work]) == 0
    assert len(registered()) == MANY


def test_ctrl_c_while_it_only_looks_says_that_nothing_was_changed(work, capsys, interrupt_at):
    main(["add", "--all", work, "--quiet"])
    interrupt_at("_plan_ahead", 4)

    assert run("add", "--all", work, "--env", "A=1", "--quiet") == 130
    assert capsys.readouterr().err == "Interrupted. Nothing was changed.\n"


def test_so_does_sync(work, capsys, interrupt_at, home):
    main(["add", "--all", work, "--quiet"])
    for number in range(MANY):
        spec = {**python_spec(), "metadata": {"new": True}}
        write_spec(home / "work" / f"env-{number}" / "share/jupyter/kernels/python3", spec)
    interrupt_at("carry_out", 2)

    assert run("sync") == 130
    assert f"Finished 1 of {MANY} environments" in capsys.readouterr().err


def test_in_json_it_is_said_in_the_document(work, capsys, interrupt_at):
    interrupt_at("carry_out", 2)

    assert run("add", "--all", work, "--json") == 130
    assert f'"message": "Interrupted. Finished 1 of {MANY} environments.' in capsys.readouterr().out


def test_of_one_it_is_no_news(make_environment, capsys, interrupt_at):
    interrupt_at("_plan_ahead", 1)

    assert run("add", str(make_environment(manager="venv").prefix)) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


@pytest.mark.parametrize("words", [["add", "--all"], ["add", "--all", "--dry-run"]])
def test_a_terminal_shows_what_is_done_with_which_environment(work, words):
    pexpect = pytest.importorskip("pexpect")
    # It draws each step then.
    variables = {**os.environ, "TQDM_MININTERVAL": "0", "TERM": "xterm"}
    command = ["-m", "pip_kernel_hook", *words, work]
    process = pexpect.spawn(sys.executable, command, env=variables, dimensions=(50, 80), encoding="utf-8")
    process.expect(pexpect.EOF)

    doing, shown = "Looking at" if "--dry-run" in words else "Registering", process.before
    assert f"{doing} environments:   0%" in shown
    assert f"{doing} ~/work/env-3:  50% 6/{MANY} " in shown
    drawn = [line for line in re.split("[\r\n]", shown) if line.startswith(("Looking", "Registering"))]
    assert max(map(len, drawn)) <= 80


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_it_is_not_shown_where_nobody_wants_it(work, open_terminal, option):
    terminal = open_terminal()
    main(["add", "--all", work, option])

    assert "environments:" not in terminal.getvalue()


def test_of_a_few_nothing_is_drawn(open_terminal):
    terminal = open_terminal()
    with EnvironmentProgress(Output()) as progress:
        assert list(progress.looking([])) == []
    assert terminal.getvalue() == ""


def test_what_is_checked_is_counted(open_terminal):
    terminal = open_terminal()
    with (
        pytest.raises(KeyboardInterrupt, match="Checked 1 of 2 kernels"),
        CountedProgress(Output(), "kernels", many=2) as progress,
    ):
        progress.begin(2, "Checking", "Checked {} of {} kernels.".format)
        progress.advance()
        raise KeyboardInterrupt

    assert "Checking kernels:" in terminal.getvalue()
