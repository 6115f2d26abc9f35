import io
import time
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.models import Environment
from pip_kernel_hook.creating.progress import Progress

ENVIRONMENT = Environment(Path("/envs/opencv"), "opencv", "venv")

UV_ON_TERMS = """\
Using Python 3.12.1 environment at: opencv
Resolved 31 packages in 1ms
 Downloading debugpy (4.1MiB)
 Downloaded debugpy
Prepared 2 packages in 80ms
Installed 31 packages in 1ms
 + asttokens==3.0.0
 - jedi==0.1
 ~ six==1
"""

UV_AT_ODDS = """\
  x No solution found when resolving dependencies:
  ╰─▶ Because nowhere was not found in the package registry, we can
      conclude that your requirements are unsatisfiable.
"""


class Terminal(io.StringIO):
    """What says that it is a terminal."""

    def isatty(self):
        return True


@pytest.fixture
def told_on_terminal(monkeypatch):
    """Says what is shown where stderr is a terminal."""

    def told_on_terminal(name, text):
        monkeypatch.setattr("sys.stderr", terminal := Terminal())
        told(name, text, pause=0.15)
        return terminal.getvalue()

    return told_on_terminal


def told(name, text, *, quiet=False, pause=0.0):
    with Progress(["numpy"], ENVIRONMENT, name, quiet=quiet, tells_unusual=name == "uv") as progress:
        for line in text.splitlines():
            progress.follow(line)
            # A terminal is not written to more often.
            time.sleep(pause)


def test_uv_on_good_terms_is_one_line(capsys):
    told("uv", UV_ON_TERMS)

    assert capsys.readouterr().err == "Installing numpy into /envs/opencv with uv\n"


@pytest.mark.parametrize("quiet", [True, False])
def test_what_uv_cannot_do_is_shown_as_it_says_it(capsys, quiet):
    told("uv", UV_ON_TERMS + UV_AT_ODDS, quiet=quiet)

    assert capsys.readouterr().err.endswith(UV_AT_ODDS)


def test_on_a_terminal_a_download_shows_how_far_it_is(told_on_terminal):
    lines = "Collecting numpy\n  Downloading numpy.whl (3.0 MB)\nProgress 0 of 3000\nProgress 3000 of 3000\n"

    shown = told_on_terminal("pip", lines)

    assert "Downloading numpy.whl" in shown and "/3.00k" in shown


def test_where_nothing_is_known_of_how_far_it_is_nothing_is_made_up(told_on_terminal):
    shown = told_on_terminal("pip", "Installing collected packages: numpy, jedi\n")

    assert "Installing collected packages  00:00" in shown
    assert "%" not in shown


@pytest.mark.parametrize("columns", [40, 80, 100])
def test_the_line_that_changes_fits_on_the_terminal(told_on_terminal, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    wheel = "https://files.example.org/packages/ab/cd/opencv_python_headless-4.9.0.80-manylinux_x86_64.whl"

    shown = told_on_terminal("pip", f"Collecting {wheel}\n  Downloading {wheel} (3.0 MB)\n")

    _, changing = shown.split("\n", 1)
    assert max(map(len, changing.split("\r"))) <= columns
    assert "Downl" in changing
