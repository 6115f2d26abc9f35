"""Parts of pages that are made from code: tables of the reference, and commands that install the project."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from docutils.nodes import Node
from docutils.statemachine import StringList
from installing import console, image, tabs
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from tables import error_rows, setting_rows


class _Markdown(SphinxDirective):
    """Markdown that a function writes, parsed where the directive stands."""

    def parse(self, lines: list[str]) -> list[Node]:
        """Parse the lines."""
        self.content = StringList(lines, source=__file__)
        return self.parse_content_to_nodes()


class _Table(_Markdown):
    rows: ClassVar[Callable[[], list[str]]]

    def run(self) -> list[Node]:
        """Make the table."""
        return self.parse(type(self).rows())


class ErrorTable(_Table):
    """Every class of failure."""

    rows = staticmethod(error_rows)


class SettingTable(_Table):
    """Every setting of the plugin."""

    rows = staticmethod(setting_rows)


class Install(_Markdown):
    """The commands that install the project: of one tool, in an image, or tabs for all tools."""

    optional_arguments = 1

    def run(self) -> list[Node]:
        """Make the tabs, or the one command."""
        tool = next(iter(self.arguments), None)
        if tool is None:
            return self.parse(tabs())
        return self.parse(image() if tool == "image" else console(tool))


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("error-table", ErrorTable)
    app.add_directive("setting-table", SettingTable)
    app.add_directive("install", Install)
    return {"parallel_read_safe": True}
