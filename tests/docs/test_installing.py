"""Every command that installs the project is one that works today, and stands in one place for all pages."""

from __future__ import annotations

import re

import installing
import pytest
from console import name_of, pages
from project import PROJECT

_INSTALLS = re.compile(
    r"(?m)(?:^ *(?:\$ |RUN )|`)"
    r"([^`\n]*?\binstall [^`\n]*?(?:(?<= )\.(?=[`\s]|$)|conda[-_]jupyter[-_]plugin\b))"
)
# Instructions for the day of a release.
_OTHERS = {"docs/development/release.md", "docs/development/changelog.md"}
TOOLS = ("conda", "pip", "uv", "pipx")


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_page_has_another_command(page):
    found = _INSTALLS.findall(page.read_text("utf-8"))

    allowed = {installing.command(tool) for tool in TOOLS} if page.name == "README.md" else set()
    if name_of(page) not in _OTHERS:
        assert set(found) <= allowed


@pytest.mark.parametrize("tool", TOOLS)
def test_the_readme_has_the_one_of_each_tool(tool):
    assert f"| {tool} | `{installing.command(tool)}` |" in (PROJECT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("is_released", [True, False])
def test_one_switch_turns_all_of_them(monkeypatch, is_released):
    monkeypatch.setattr(installing, "RELEASED", is_released)

    shown = "\n".join([*installing.tabs(), *installing.image()])

    assert ("conda-forge conda-jupyter-plugin" in shown) is is_released
    assert ("no release yet" in shown) is not is_released
    assert _INSTALLS.findall(shown)
    assert all(("conda-jupyter-plugin" in found) is is_released for found in _INSTALLS.findall(shown))
