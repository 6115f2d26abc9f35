import json
from pathlib import Path

import pytest

from conda_jupyter_plugin.cli import documents, report, streams
from conda_jupyter_plugin.cli.host import Output
from conda_jupyter_plugin.cli.verbs.list import print_rows
from conda_jupyter_plugin.core.errors import KernelNotFoundError
from conda_jupyter_plugin.core.naming.valid_names import NameTakenError
from conda_jupyter_plugin.core.results import Result

from ..support import registration


def test_the_list_looks_as_the_contract_shows_it(home, capsys):
    envs = home / "miniforge3" / "envs"
    rows = [
        registration(prefix=envs / "opencv"),
        registration(
            name="stats", display_name="R 4.4 (stats)", prefix=envs / "stats", status="stale", fixable=True
        ),
        registration(
            name="old",
            display_name="Python 3.9 (old)",
            prefix=envs / "old",
            status="broken",
            fixable=True,
            reason="the environment is gone",
        ),
        registration(name="python3", display_name="Python 3 (ipykernel)", prefix=envs / "lab", managed=False),
    ]

    print_rows(rows, Output(), "conda kernel")

    assert capsys.readouterr().out == (
        "NAME     DISPLAY NAME          ENVIRONMENT               STATUS\n"
        "opencv   Python 3.12 (opencv)  ~/miniforge3/envs/opencv  ok\n"
        "stats    R 4.4 (stats)         ~/miniforge3/envs/stats   stale\n"
        "old      Python 3.9 (old)      ~/miniforge3/envs/old     broken: the environment is gone\n"
        "python3  Python 3 (ipykernel)  ~/miniforge3/envs/lab     ok, not managed\n"
        "1 stale, 1 broken: `conda kernel sync` refreshes 1 and removes 1.\n"
    )


@pytest.mark.parametrize(
    ("statuses", "line"),
    [
        (["ok"], None),
        (["stale"], "1 stale: `conda kernel sync` refreshes 1."),
        (["broken", "broken"], "2 broken: `conda kernel sync` removes 2."),
        (["unregistered"], None),
    ],
)
def test_the_list_ends_with_the_way_out(capsys, statuses, line):
    print_rows(
        [
            registration(
                status=status, fixable=status in ("stale", "broken"), reason="the environment is gone"
            )
            for status in statuses
        ],
        Output(),
        "conda kernel",
    )

    last = capsys.readouterr().out.splitlines()[-1]
    assert last == line if line else "sync" not in last


def test_one_whose_environment_is_there_can_be_kept(capsys):
    reason = "the environment no longer has the kernel python3"
    rows = [registration(status="broken", fixable=True, reason=reason)]
    print_rows(rows, Output(), "conda kernel")

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "1 broken: `conda kernel sync` removes 1.",
        "To keep opencv, see `conda kernel check opencv`.",
    ]


def test_a_kernel_that_is_kept_is_not_said_to_be_removed_by_sync(capsys):
    rows = [registration(status="broken", kept=True), registration(status="stale", fixable=True)]
    print_rows(rows, Output(), "conda kernel")

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "1 stale: `conda kernel sync` refreshes 1.",
        "1 kept, environment unreachable: `conda kernel remove --missing` removes it.",
    ]


def test_a_broken_kernel_that_is_not_managed_is_not_said_to_be_mended(capsys):
    print_rows([registration(status="broken", managed=False)], Output(), "conda kernel")

    assert "sync" not in capsys.readouterr().out


def test_what_sync_does_not_mend_is_to_be_checked(capsys):
    rows = [registration(name="dead", status="broken"), registration(status="stale", fixable=True)]
    print_rows(rows, Output(), "conda kernel")

    assert capsys.readouterr().out.splitlines()[-2:] == [
        "1 broken for another reason: `conda kernel check dead` explains it.",
        "1 stale: `conda kernel sync` refreshes 1.",
    ]


def test_a_broken_row_names_its_environment_once(capsys):
    reason = "its program /envs/opencv/bin/python is gone"
    print_rows([registration(status="broken", reason=reason)], Output(), "conda kernel")

    line = capsys.readouterr().out.splitlines()[1]
    assert line.endswith("/envs/opencv  broken: its program bin/python is gone")


def test_a_kernel_without_a_known_environment_has_a_dash(capsys):
    print_rows([registration(prefix=None, environment=None)], Output(), "conda kernel")

    assert capsys.readouterr().out.splitlines()[1].split("  ")[2].strip() == "-"


def test_wide_letters_keep_the_columns_in_line(capsys):
    rows = [registration(display_name="数据"), registration(display_name="data")]

    print_rows(rows, Output(), "conda kernel")

    wide, narrow = capsys.readouterr().out.splitlines()[1:]
    assert narrow.index("/envs") - wide.index("/envs") == 2


def test_numbers_stay_as_they_are(capsys):
    print_rows([registration(name="1e5")], Output(), "conda kernel")

    assert capsys.readouterr().out.splitlines()[1].startswith("1e5 ")


def test_an_empty_list_says_so(capsys):
    print_rows([], Output(), "conda kernel")

    assert capsys.readouterr().out == "Jupyter sees no kernels.\n"


def test_a_row_in_json_has_the_contracts_fields():
    fields = {
        "name": "opencv",
        "display_name": "Python 3.12 (opencv)",
        "language": "python",
        "path": str(Path("/data/kernels/opencv")),
        "prefix": str(Path("/envs/opencv")),
        "environment": "opencv",
        "manager": "conda",
        "managed": True,
        "status": "ok",
    }

    assert fields.items() <= documents.row_as_json(registration()).items()


@pytest.mark.parametrize("field", ["prefix", "environment", "manager"])
def test_what_is_not_known_is_null_in_json(field):
    assert documents.row_as_json(registration(**{field: None}))[field] is None


def test_the_list_in_json_is_one_document(capsys):
    print_rows([registration()], Output(json=True), "conda kernel")

    document = json.loads(capsys.readouterr().out)
    assert [kernel["name"] for kernel in document["kernels"]] == ["opencv"]


def test_an_empty_list_in_json_has_no_kernels(capsys):
    print_rows([], Output(json=True), "conda kernel")

    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "kernels": []}


def test_a_result_in_json_tells_what_was_done():
    document = documents.result_as_json(Result(registered=(registration(),)))

    assert (document["success"], document["refreshed"], document["removed"]) == (True, [], [])
    assert document["registered"] == [documents.row_as_json(registration())]


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_dry_run_in_json_says_so(dry_run):
    assert documents.result_as_json(Result(dry_run=dry_run)).get("dry_run", False) is dry_run


def test_a_result_with_errors_is_no_success_in_json():
    document = documents.result_as_json(Result.failed([KernelNotFoundError("opencv", "conda kernel")]))

    assert (document["success"], document["errors"][0]["code"]) == (False, "kernel_not_found")


def test_an_error_in_json_has_a_sentence_and_a_code():
    document = documents.error_as_json(NameTakenError("It is taken.", "Choose another."))

    assert (document["error"], document["code"]) == ("It is taken. Choose another.", "name_taken")


def test_a_registered_kernel_is_told_as_the_contract_shows_it(home):
    row = registration(path=home / ".local/share/jupyter/kernels/opencv")

    assert report.result_as_text(Result(registered=(row,))) == [
        'Kernel "opencv" registered as "Python 3.12 (opencv)" in ~/.local/share/jupyter/kernels/opencv'
    ]


@pytest.mark.parametrize(
    ("kind", "dry_run", "words"),
    [
        ("registered", True, "would be registered as"),
        ("refreshed", False, '" refreshed as'),
        ("refreshed", True, "would be refreshed as"),
        ("removed", False, '" removed from'),
        ("removed", True, "would be removed from"),
        ("unchanged", False, "is already registered as"),
    ],
)
def test_what_was_done_is_told_in_a_line(kind, dry_run, words):
    (line,) = report.result_as_text(Result(**{kind: (registration(),)}, dry_run=dry_run))

    assert words in line


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_kernel_that_was_renamed_is_one_line(home, dry_run):
    kernels = home / ".local/share/jupyter/kernels"
    old = registration(name="opencv", path=kernels / "opencv")
    new = registration(name="vision", path=kernels / "vision", previous_name="opencv")
    elsewhere = registration(name="opencv", path=home / "kernels/opencv")

    told = report.result_as_text(Result(registered=(new,), removed=(old, elsewhere), dry_run=dry_run))

    would = "would be " if dry_run else ""
    place = "~/.local/share/jupyter/kernels/vision"
    assert told == [
        f'Kernel "opencv" {would}renamed to "vision" as "Python 3.12 (opencv)" in {place}',
        f'Kernel "opencv" {would}removed from ~/kernels/opencv',
    ]


def test_where_nothing_was_done_it_is_said():
    assert report.result_as_text(Result()) == ["Nothing to do."]


def test_quiet_says_nothing(capsys):
    report.print_result(Result(registered=(registration(),)), Output(quiet=True))

    assert capsys.readouterr().out == ""


def test_an_error_of_one_kernel_goes_to_stderr(capsys):
    report.print_result(Result.failed([KernelNotFoundError("opencv", "conda kernel")]), Output(quiet=True))

    sentence = "There is no kernel named opencv. `conda kernel list` shows all kernels.\n"
    assert capsys.readouterr() == ("", sentence)


@pytest.mark.parametrize(
    ("path", "text"),
    [("/home/user/a", "~/a"), ("/home/username/a", "/home/username/a"), ("/opt/a", "/opt/a")],
)
def test_a_path_is_written_with_a_tilde(monkeypatch, path, text):
    monkeypatch.setenv("HOME", "/home/user")

    assert report.short(Path(path)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a\x1b[31mb", "a\\x1b[31mb"), ("a\nb", "a\\nb"), ("Père 🎄", "Père 🎄"), ("\udcff", "\\udcff")],
)
def test_what_could_trouble_a_terminal_is_shown_as_an_escape(text, shown):
    assert streams.printable(text) == shown


def test_what_is_there_again_after_a_removal_is_told():
    (line,) = report.result_as_text(Result(removed=(registration(gives_back=True),)))

    assert line == 'Kernel "opencv" removed from /data/kernels/opencv; the original kernelspec is restored'
