"""Parts of pages that are made from code: tables of the reference, and commands that install the project."""

from __future__ import annotations

from collections.abc import Callable

from docutils.nodes import Node
from docutils.statemachine import StringList
from installing import console, image, tabs
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from tables import error_rows, setting_rows


class _Markdown(SphinxDirective):
    """Markdown that a function writes, parsed where the directive stands."""

    lines: Callable[[], list[str]]

    def run(self) -> list[Node]:
        """Parse the lines."""
        self.content = StringList(self.lines(), source=__file__)
        return self.parse_content_to_nodes()


class ErrorTable(_Markdown):
    """Every class of failure."""

    lines = staticmethod(error_rows)


class SettingTable(_Markdown):
    """Every setting of the plugin."""

    lines = staticmethod(setting_rows)


class Install(_Markdown):
    """The commands that install the project: of one tool, in an image, or tabs for all tools."""

    optional_arguments = 1

    def lines(self) -> list[str]:
        """Write the tabs, or the one command."""
        tool = next(iter(self.arguments), None)
        if tool is None:
            return tabs()
        return image() if tool == "image" else console(tool)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the directives."""
    app.add_directive("error-table", ErrorTable)
    app.add_directive("setting-table", SettingTable)
    app.add_directive("install", Install)
    return {"parallel_read_safe": True}
