import re

import pytest

from conda_jupyter_plugin.cli import verb, verbs

VERB = """
from ..verb import Verb


def _add_options(parser, host):
    parser.add_argument("name", metavar="NAME")


def _run(args, host):
    print(f"{args.name} of {host.command}")
    return 0


VERB = Verb("Print a kernel's interpreter.", _add_options, _run, examples=("opencv",))
"""


def test_one_file_makes_a_verb_of_both_commands(call, capsys, tmp_path, monkeypatch):
    (tmp_path / "verbs").mkdir()
    (tmp_path / "verbs" / "which.py").write_text(VERB)
    monkeypatch.setattr(verb, "__file__", str(tmp_path / "verb.py"))
    monkeypatch.setattr(verbs, "__path__", [*verbs.__path__, str(tmp_path / "verbs")])

    assert call("which", "opencv") == 0
    assert capsys.readouterr().out == "opencv of folder kernel\n"


def test_the_help_has_the_verbs_in_their_order(parse, capsys):
    with pytest.raises(SystemExit):
        parse("--help")
    text = capsys.readouterr().out
    order = ("add", "remove", "list", "info", "check", "sync", "completion")

    assert sorted(order, key=lambda name: re.search(rf"\n +{name}\b", text).start()) == list(order)
