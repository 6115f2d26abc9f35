"""`rename`: what is said, and which notebooks are told of."""

import json

import pytest

from conda_jupyter_plugin.core.errors import (
    KernelNotFoundError,
    NotAnEnvironmentError,
    NotManagedError,
    UsageError,
)

from ..support import bash_spec, read_json, snapshot, write_spec


@pytest.fixture
def notebook(home):
    """A notebook that asks for the kernel."""
    path = home / "work" / "analysis.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text('{"metadata": {"kernelspec": {"name": "opencv"}}}')
    return path


def test_it_says_what_was_renamed(opencv, call, capsys, kernels):
    assert call("rename", "opencv", "cv") == 0
    assert capsys.readouterr().out.startswith(
        'Kernel "opencv" renamed to "cv" as "Python 3.12 (opencv)" in ~/.local/share/jupyter/kernels/cv'
    )


def test_the_shown_name_alone_is_a_refresh(opencv, call, capsys, kernels):
    assert call("rename", "opencv", "--display-name", "CV") == 0
    assert capsys.readouterr().out.startswith('Kernel "opencv" refreshed as "CV"')


def test_in_json_it_is_one_document(opencv, call, capsys, notebook):
    call("rename", "opencv", "cv", "--notebooks", str(notebook.parent), "--json")

    document = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in document["registered"]] == ["cv"]
    assert [row["name"] for row in document["removed"]] == ["opencv"]
    assert document["notebooks"] == [{"path": str(notebook), "changed": False}]


def test_notebooks_that_ask_for_it_are_listed(opencv, call, capsys, notebook):
    before = notebook.read_bytes()

    assert call("rename", "opencv", "cv", "--notebooks", str(notebook.parent)) == 0
    assert capsys.readouterr().out.splitlines()[1:] == [
        "Uses opencv: ~/work/analysis.ipynb",
        "Add --write to change them to cv.",
    ]
    assert notebook.read_bytes() == before


def test_they_are_changed_with_it_or_later(opencv, call, capsys, notebook):
    call("rename", "opencv", "cv", "--notebooks", str(notebook.parent))
    capsys.readouterr()

    assert call("rename", "opencv", "cv", "--notebooks", str(notebook.parent), "--write") == 0
    assert capsys.readouterr().out == "Changed: ~/work/analysis.ipynb\n"
    assert '"name": "cv"' in notebook.read_text()
    call("rename", "opencv", "cv", "--notebooks", str(notebook.parent), "--write")
    assert capsys.readouterr().out == "No notebook in ~/work uses opencv.\n"


def test_a_dry_run_changes_neither(opencv, call, capsys, notebook, home):
    before = snapshot(home)

    assert call("rename", "opencv", "cv", "--notebooks", str(notebook.parent), "--write", "--dry-run") == 0
    out = capsys.readouterr().out
    assert "would be renamed" in out and "Would change: ~/work/analysis.ipynb" in out
    assert snapshot(home) == before


def test_a_notebook_that_cannot_be_read_is_told_of(opencv, call, capsys, notebook, kernels):
    notebook.with_name("bad.ipynb").write_text('{"kernelspec"')

    assert call("rename", "opencv", "cv", "--notebooks", str(notebook.parent), "--write") == 1
    assert "bad.ipynb is not a notebook" in capsys.readouterr().err
    assert (kernels / "cv").is_dir() and '"cv"' in notebook.read_text()


@pytest.mark.parametrize(
    ("words", "error", "hint"),
    [
        (["opencv"], UsageError, "Pass NEW or --display-name TEXT."),
        (["opencv", "Open CV"], UsageError, "Try: open-cv"),
        (["opencv", "cv", "--write"], UsageError, "--notebooks DIR"),
        (["opencv", "--display-name", "CV", "--notebooks", "."], UsageError, "by its name"),
        (["opencv", "cv", "--notebooks", "/gone"], NotAnEnvironmentError, "Pass a folder to --notebooks."),
        (["opencv", "--display-name", "\n"], UsageError, "printable"),
        (["opnecv", "cv"], KernelNotFoundError, "Did you mean opencv?"),
        (["opnecv", "cv", "--notebooks", "."], KernelNotFoundError, "Did you mean opencv?"),
        (["bash", "cv"], NotManagedError, "folder kernel add --kernel-name NEW"),
    ],
)
def test_what_cannot_be_done_names_the_way_out_and_changes_nothing(
    opencv, call, home, kernels, words, error, hint
):
    write_spec(kernels / "bash", bash_spec())
    before = snapshot(home)

    with pytest.raises(error) as caught:
        call("rename", *words)
    assert hint in str(caught.value)
    assert snapshot(home) == before


def test_only_the_kernel_of_one_location_is_renamed(opencv, call, kernels, tmp_path):
    call("add", "--system")

    call("rename", "opencv", "cv", "--system")

    assert read_json(kernels / "opencv")["display_name"] == "Python 3.12 (opencv)"
