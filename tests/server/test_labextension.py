"""The front end's files: what Jupyter finds, in the theme's colours, and every text translatable."""

import json
import re
from pathlib import Path

import pytest

import conda_jupyter_plugin

FOLDER = Path(conda_jupyter_plugin.__file__).parent / "labextension"
SCRIPTS = sorted(FOLDER.glob("static/*.js"))

# A sentence or a label: a capital letter, then words.
TEXT = re.compile(r"(?<!__\()(?<!// )'[A-Z][a-z]+(?: [^']+)?'")
NO_TEXTS = {"'Enter'", "'Jupyter'", "'Python'", "'Manages environments and their kernels.'"}


def test_its_version_is_the_distributions():
    document = json.loads((FOLDER / "package.json").read_text("utf-8"))

    assert document["version"] == conda_jupyter_plugin.__version__
    assert (FOLDER / document["jupyterlab"]["_build"]["load"]).is_file()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_every_text_is_translated(path):
    code = re.sub(r"(?m)^\s*(?://|/?\*).*$", "", path.read_text("utf-8"))

    assert set(TEXT.findall(code)) - NO_TEXTS == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_nothing_from_the_server_becomes_html(path):
    code = path.read_text("utf-8")

    assert (
        re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", code)
        == []
    )


def test_its_style_has_only_the_themes_colours():
    style = (FOLDER / "static" / "style.css").read_text("utf-8")

    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(|:\s*(?:white|black|red|green)\b", style) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_is_over_300_lines(path):
    assert len(path.read_text("utf-8").splitlines()) <= 300
