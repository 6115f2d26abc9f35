"""The documentation and every sentence of the commands avoid the patterns that make a reader stop."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from console import name_of, pages
from project import PROJECT

import conda_jupyter_plugin
import pip_kernel_hook

PACKAGES = [Path(package.__file__).parent for package in (conda_jupyter_plugin, pip_kernel_hook)]
GUIDES = [PROJECT / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")]
# A passive that hides who acts, and words with a plainer one in their place.
RIDDLES = (
    r"(?:is|are|was|were) (?:told|said|seen to|looked at|looked for|dealt with)",
    r"says of\b",
    r"by (?:itself|themselves)\b",
    r"\banew\b",
    r"\bmends?\b",
    r"all the same\b",
    r"\bbesides\b",
    r"\bbe it\b",
    r"\bas of here\b",
    r"\b(?:which|that) (?:is|are) none\b",
    r"(?<!here )\b(?:is|are) no (?!longer)",
    r"\bstands? behind\b",
    r"\bwhose it is\b",
    r"\bwhat lies\b",
    r"\bbrings? (?:\w+ ){0,4}in line\b",
    r"\bwhoever\b",
    r"\bsomebody else\b",
)


@pytest.mark.parametrize("page", [*pages(), *GUIDES], ids=name_of)
def test_a_page_is_plain(page):
    assert riddles_in(page.read_text("utf-8")) == []


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_every_sentence_that_a_command_prints_is_plain(package):
    assert [
        told for file in package.rglob("*.py") for text in texts_in(file) for told in riddles_in(text)
    ] == []


@pytest.mark.parametrize(
    "sentence", ["X is told in a line.", "It becomes one by itself.", "Make it anew.", "It is no folder."]
)
def test_a_riddle_is_found(sentence):
    assert riddles_in(sentence)


def riddles_in(text: str) -> list[str]:
    """Lists the riddles of a text, each with the words around it."""
    words = " ".join(text.split())
    found = (match for riddle in RIDDLES for match in re.finditer(riddle, words))
    return [words[max(match.start() - 30, 0) : match.end() + 30] for match in found]


def texts_in(file: Path) -> Iterator[str]:
    """Gives a module's strings with blanks in them, docstrings apart."""
    tree = ast.parse(file.read_text("utf-8"))
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    documents = {id(line.value) for body in bodies for line in body if isinstance(line, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documents:
            yield node.value
