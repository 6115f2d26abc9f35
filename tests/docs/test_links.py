"""Links inside the repository lead somewhere; those between the site's pages are Sphinx's to check."""

from __future__ import annotations

import re

import pytest
from console import name_of, pages
from project import PROJECT

TOP = [PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")
_FILE = re.compile(
    r"`((?:docs|tests|benchmarks|recipe|\.ci|\.github|conda_jupyter_plugin|pip_kernel_hook)/[\w./-]+)`"
)


@pytest.mark.parametrize("page", TOP, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page):
    links = _LINK.findall(page.read_text("utf-8"))

    assert [link for link in links if not (PROJECT / link).exists()] == []


@pytest.mark.parametrize("page", [*pages(), *TOP[1:3]], ids=name_of)
def test_every_file_that_is_named_exists(page):
    named = _FILE.findall(page.read_text("utf-8"))

    assert [file for file in named if not (PROJECT / file).exists()] == []


def test_the_terminal_shows_the_python_of_the_text():
    shown = (PROJECT / "docs" / "pictures" / "terminal.svg").read_text("utf-8")
    text = (PROJECT / "docs" / "tutorial.md").read_text("utf-8")

    (version,) = set(re.findall(r"Python (3\.\d+) \(opencv\)", text))
    assert set(re.findall(r"Python(?:&#160;| )(3\.\d+)", shown)) == {version}


def test_the_faq_answers_every_question_of_the_landing_page():
    asked = re.findall(r"- \[(.+?)\]\(faq\.md#([\w-]+)\)", (PROJECT / "docs" / "index.md").read_text("utf-8"))
    answered = re.findall(r"\(([\w-]+)\)=\n## (.+)", (PROJECT / "docs" / "faq.md").read_text("utf-8"))

    assert asked == [(question, anchor) for anchor, question in answered]
    assert len(asked) == 13
