import io

import pytest

from conda_jupyter_plugin.cli.host import Output
from conda_jupyter_plugin.cli.table import lay_out, width_of
from conda_jupyter_plugin.cli.verbs.list import print_rows

from ..support import registration

HEADERS = ["NAME", "PLACE", "STATE"]
PATH = "/home/user/projects/of-a-long-name/analysis/.venv"


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


@pytest.fixture
def terminal(monkeypatch):
    """A terminal of a given width, without colours unless they are asked for."""

    def terminal(columns, *, encoding="utf-8", **variables):
        variables = {"NO_COLOR": "1", "TERM": "xterm", "COLUMNS": str(columns), **variables}
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        stream = Terminal()
        stream.encoding = encoding
        return stream

    return terminal


def lines(rows, stream, steps=((1, 12), (2, 12))):
    return list(lay_out([HEADERS, *rows], steps, stream))


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(terminal, columns):
    rows = [
        ["opencv", PATH, "ok"],
        ["a-rather-long-name", "/opt", f"broken: its program {PATH}/python is gone"],
    ]

    assert max(map(width_of, lines(rows, terminal(columns)))) <= columns


def test_where_there_is_room_nothing_is_shortened(terminal):
    assert PATH in lines([["opencv", PATH, "ok"]], terminal(200))[1]


def test_a_path_is_shortened_in_its_middle(terminal):
    (_, line) = lines([["opencv", PATH, "ok"]], terminal(40))

    assert line.startswith("opencv  /home/us")
    assert "…" in line
    assert line.endswith("analysis/.venv  ok")


def test_a_path_in_a_sentence_gives_way_before_its_words(terminal):
    (_, line) = lines([["opencv", "-", f"broken: its program {PATH}/bin/python is gone"]], terminal(70))

    assert line.endswith(" is gone")
    assert "broken: its program /home" in line


def test_what_nobody_looks_at_is_not_shortened(monkeypatch):
    monkeypatch.setenv("COLUMNS", "40")

    assert lines([["opencv", PATH * 3, "ok"]], io.StringIO())[1] == f"opencv  {PATH * 3}  ok"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("ok, not managed", "\x1b[32mok\x1b[0m, not managed"),
        ("stale", "\x1b[33mstale\x1b[0m"),
        ("broken: gone", "\x1b[31mbroken\x1b[0m: gone"),
    ],
)
def test_a_state_has_its_colour_on_a_terminal(terminal, state, shown):
    assert lines([["opencv", "/opt", state]], terminal(80, NO_COLOR=""))[1] == f"opencv  /opt   {shown}"


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "", "TERM": "dumb"}])
def test_who_wants_no_colours_gets_none(terminal, variables):
    assert "\x1b" not in "".join(lines([["opencv", "/opt", "broken"]], terminal(80, **variables)))


@pytest.mark.parametrize("columns", [24, 80])
@pytest.mark.parametrize("name", ["数据分析环境", "🎄🎄🎄🎄", "e\u0301te\u0301", "سلام دنیا", "שלום עולם"])
def test_names_of_any_script_keep_the_columns_in_line(terminal, columns, name):
    rows = [[name, name, "ok"], ["opencv", "/opt/opencv", "ok"], [name * 3, "/opt", "ok"]]

    ends = {width_of(line.removesuffix("ok")) for line in lines(rows, terminal(columns))[1:]}

    assert len(ends) == 1


def test_what_is_written_from_the_right_stays_in_its_column(terminal):
    line = lines([["שלום", "עולם", "ok"]], terminal(80))[1]

    assert line.count("\u200e") == 2


def test_what_a_terminal_cannot_show_keeps_the_columns_in_line(terminal):
    rows = [["été", PATH, "ok"], ["opencv", "/opt", "ok"]]

    accented, plain = lines(rows, terminal(40, encoding="ascii"))[1:]

    assert accented.startswith("\\xe9t\\xe9  /")
    assert "..." in accented
    assert len(accented) == len(plain)


def test_a_control_character_is_shown_escaped(capsys):
    print_rows([registration(display_name="a\x1b[31mb\u202ec")], Output(), "conda kernel")

    assert "a\\x1b[31mb\\u202ec" in capsys.readouterr().out
