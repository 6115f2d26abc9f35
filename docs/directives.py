"""Where the tables of the reference stand in its pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from docutils.nodes import Node
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from tables import error_rows, setting_rows


class _Table(SphinxDirective):
    """A table in Markdown, parsed where it stands."""

    rows: ClassVar[Callable[[], list[str]]]

    def run(self) -> list[Node]:
        """Make the table."""
        self.content = StringList(type(self).rows(), source=__file__)
        return self.parse_content_to_nodes()


class ErrorTable(_Table):
    """Every class of failure."""

    rows = staticmethod(error_rows)


class SettingTable(_Table):
    """Every setting of the plugin."""

    rows = staticmethod(setting_rows)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of both."""
    app.add_directive("error-table", ErrorTable)
    app.add_directive("setting-table", SettingTable)
    return {"parallel_read_safe": True}
