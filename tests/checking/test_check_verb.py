"""The verb `check` as its users type it: which kernels it takes, what it prints, how it ends."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pip_kernel_hook.main import main

from ..support import add, bash_spec, write_spec
from .conftest import site_packages

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "json.md"

KERNEL = {
    *("name", "display_name", "language", "path", "prefix", "environment", "manager", "managed", "status"),
    *("kernel", "reason", "provisioner"),
}
CHECKED = KERNEL | {"ok", "seconds", "activation_seconds", "error", "hint", "fix", "output", "warnings"}
INFO = KERNEL | {
    *("made_by", "written", "adopted", "activated", "activation_seconds", "launcher", "command"),
    *("other_names", "variables", "provisioner_config"),
}
NOTEBOOK = {
    *("path", "kernel", "display_name", "language", "registered", "ok", "error", "hint", "fix"),
    *("modules", "missing_modules", "warnings", "candidates"),
}
CANDIDATE = KERNEL | {"missing_modules", "command", "fix"}
FAILURE = {"schema_version", "success", "error", "message", "hint", "code", "exception_name"}


@pytest.fixture
def broken(opencv, make_real, open_registry):
    """A second environment, whose kernel package is missing."""
    environment = make_real("stats")
    add(open_registry(), environment)
    (site_packages(environment.prefix) / "borrowed.pth").unlink()
    return environment


@pytest.fixture
def notebook(home):
    """A notebook whose kernel is not registered."""
    path = home / "analysis.ipynb"
    kernelspec = {"name": "vision", "display_name": "Vision", "language": "python"}
    path.write_text(json.dumps({"nbformat": 4, "metadata": {"kernelspec": kernelspec}, "cells": []}))
    return path


def document(capsys):
    return json.loads(capsys.readouterr().out)


def test_the_form_of_the_documents_is_pinned(broken, notebook, capsys):
    main(["check", "opencv", str(notebook), "--json"])
    checked = document(capsys)
    main(["list", "--json"])
    listed = document(capsys)
    main(["info", "opencv", "--json"])
    told = document(capsys)
    main(["check", "nope", "--json"])
    failure = document(capsys)

    assert [one.keys() for one in (checked, listed, told)] == [
        {"schema_version", "kernels", "notebooks"},
        {"schema_version", "kernels"},
        {"schema_version", "kernels"},
    ]
    assert checked["kernels"][0].keys() == CHECKED
    assert checked["notebooks"][0].keys() == NOTEBOOK
    assert checked["notebooks"][0]["candidates"][0].keys() == CANDIDATE
    assert listed["kernels"][0].keys() == KERNEL
    assert told["kernels"][0].keys() == INFO
    assert failure.keys() == FAILURE
    assert {one["schema_version"] for one in (checked, listed, told, failure)} == {1}


def test_the_reference_names_every_field():
    named = set(re.findall(r"`\"?([a-z_]+)\"?`", REFERENCE.read_text()))
    named |= set(re.findall(r"\"([a-z_]+)\":", REFERENCE.read_text()))

    assert named >= KERNEL | CHECKED | INFO | NOTEBOOK | FAILURE | CANDIDATE


@pytest.mark.parametrize(
    ("words", "status", "names"),
    [
        (["opencv"], 0, ["opencv"]),
        (["stats", "opencv"], 1, ["stats", "opencv"]),
        (["opencv", "opencv"], 0, ["opencv"]),
        (["-p", "PREFIX"], 0, ["opencv"]),
        (["--all"], 1, ["opencv", "stats"]),
    ],
)
def test_the_kernels_that_are_meant_are_checked(opencv, broken, capsys, words, status, names):
    words = [str(opencv.prefix) if word == "PREFIX" else word for word in words]

    assert main(["check", *words, "--json"]) == status
    assert [kernel["name"] for kernel in document(capsys)["kernels"]] == names


@pytest.fixture
def beside(home, opencv):
    """Makes a folder with a notebook for the kernel opencv, and with a module."""

    def beside(folder, module, text=""):
        (home / folder).mkdir()
        (home / folder / module).write_text(text)
        kernelspec = {"name": "opencv", "display_name": "opencv", "language": "python"}
        document = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernelspec}, "cells": []}
        notebook = home / folder / "analysis.ipynb"
        notebook.write_text(json.dumps(document))
        return notebook

    return beside


def test_a_notebooks_kernel_is_started_where_the_notebook_is(beside, capsys):
    spoilt, fine = beside("a", "re.py", "1 / 0\n"), beside("b", "helpers.py")

    assert main(["check", "opencv", str(spoilt), str(fine), "--json"]) == 1

    told = document(capsys)
    why = f"it starts, but not in {spoilt.parent}, where re.py hides a standard module of Python"
    assert [(kernel["name"], kernel["error"]) for kernel in told["kernels"]] == [("opencv", why)]
    assert [(notebook["ok"], notebook["hint"], notebook["candidates"]) for notebook in told["notebooks"]] == [
        (False, "Rename re.py.", []),
        (True, "", []),
    ]


def test_nothing_that_others_may_have_put_beside_a_notebook_is_run(beside, capsys, tmp_path):
    notebook = beside("open", "re.py", f"open({str(tmp_path / 'ran')!r}, 'w')\n1 / 0\n")
    notebook.parent.chmod(0o777)

    assert main(["check", str(notebook), "--json"]) == 0

    (kernel,) = document(capsys)["kernels"]
    told = f"It was started in an empty folder, because other users can write to {notebook.parent}."
    assert kernel["warnings"] == [told]
    assert not (tmp_path / "ran").exists()


def test_the_active_environments_kernels_are_meant_by_nothing(opencv, broken, capsys, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", str(opencv.prefix))

    main(["check", "--json"])

    assert [kernel["name"] for kernel in document(capsys)["kernels"]] == ["opencv"]


def test_the_table_says_it_at_a_glance(broken, capsys):
    main(["check", "--all"])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "ENVIRONMENT", "SECONDS", "VERDICT"]
    assert re.fullmatch(r"opencv  +\S+/opencv  +\d+\.\d\d +ok", lines[1])
    assert lines[2].endswith("failed: the kernel package ipykernel is missing")
    way_out = f"uv pip install -p {broken.prefix}/bin/python --upgrade ipykernel"
    assert lines[3] == f"stats: the kernel package ipykernel is missing. Reinstall it: {way_out}"
    assert lines[4] == "1 of 2 kernels failed."


def test_quiet_says_what_failed_alone(broken, capsys):
    assert main(["check", "--all", "-q"]) == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("stats: the kernel package")


def test_a_notebook_has_a_table_of_its_own(opencv, notebook, capsys):
    assert main(["check", str(notebook)]) == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NOTEBOOK", "KERNEL", "VERDICT"]
    assert "failed: its kernel vision is not registered" in lines[1]
    assert lines[2].endswith(f"fits. Register it: pip-kernel add {opencv.prefix} --kernel-name vision")
    assert lines[3].startswith("    fits: Python 3.")


@pytest.mark.parametrize(
    ("words", "code", "status"),
    [
        (["nope"], "kernel_not_found", 1),
        (["nope.ipynb"], "notebook", 1),
        (["opencv", "--all"], "usage", 2),
        (["-p", "/nowhere"], "not_an_environment", 1),
        (["--jobs", "0"], "usage", 2),
        (["--timeout", "soon"], "usage", 2),
        (["--jupyter-prefix", "/nowhere", "opencv"], "location", 1),
    ],
)
def test_bad_input_is_one_document_and_starts_nothing(opencv, capsys, monkeypatch, words, code, status):
    monkeypatch.setattr("conda_jupyter_plugin.checking.kernels.start", None)
    try:
        ended = main(["check", *words, "--json"])
    except SystemExit as error:
        ended = error.code

    assert (document(capsys)["code"], ended) == (code, status)


def test_an_environment_that_is_not_registered_is_told(make_real, capsys):
    environment = make_real()

    assert main(["check", "-p", str(environment.prefix)]) == 1
    way_out = f"Register it with: pip-kernel add {environment.prefix}"
    assert capsys.readouterr().err == f"No kernel of environment opencv is registered. {way_out}\n"


@pytest.mark.skipif(shutil.which("script") is None, reason="there is no `script` that makes a terminal")
@pytest.mark.parametrize("columns", [80, 120, 200])
@pytest.mark.parametrize("verb", ["list", "check --all", "info opencv"])
def test_a_real_terminal_is_never_wider(broken, home, columns, verb):
    write_spec(home / ".local/share/jupyter/kernels/gone", bash_spec(f"/{'nowhere/' * 20}bash"))
    line = f"stty cols {columns}; exec {sys.executable} -m pip_kernel_hook {verb}"
    env = {**os.environ, "TERM": "xterm", "NO_COLOR": "1"}
    env.pop("COLUMNS", None)
    command = ["script", "-qec", line, "/dev/null"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    shown = done.stdout.replace("\r\n", "\n").split("\r")[-1].split("\n")
    table = [text for text in shown if "  " in text.strip() and " : " not in text]
    assert table
    assert max(map(len, table)) <= columns
