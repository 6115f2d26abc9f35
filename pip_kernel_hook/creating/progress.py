"""The progress of an installation: one changing line on a terminal, and warnings."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.report import short
from conda_jupyter_plugin.cli.streams import say
from conda_jupyter_plugin.cli.table import shortened

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from conda_jupyter_plugin.core.models import Environment

# What uv says where all goes well; what goes wrong pip says on stderr, which nobody stands between.
_USUAL = re.compile(
    r" [+~-] |\s*(Resolved|Prepared|(Uni|I)nstalled|Audited|Download\w+|Checked|Buil\w+|Using|Updat\w+) |$"
)


_BESIDE = len(": 100% 100M/100M [00:00<00:00]")
"""The width of the figures."""

_UNKNOWN = "{desc}  {elapsed}"
"""The format while the total is unknown, which is known only for downloads."""


class Progress:
    """Tells how far an installer has come, on stderr.

    Args:
        quiet: Whether to print only warnings and errors.
        tells_unusual: Whether the lines include errors, which are printed.
    """

    def __init__(
        self,
        words: Sequence[str],
        environment: Environment,
        name: str,
        *,
        quiet: bool,
        tells_unusual: bool,
    ) -> None:
        self._bar: Any = None
        self._tells_unusual = tells_unusual
        if quiet:
            return
        command = " ".join(words)
        say(f"Installing {command} into {short(environment.prefix)} with {name}", sys.stderr)
        if sys.stderr and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(unit="B", unit_scale=True, leave=False, dynamic_ncols=True, bar_format=_UNKNOWN)
            self._describe(name)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def follow(self, line: str) -> None:
        """Take in a line of the installer's.

        Args:
            line: The line: of uv all that it says, of pip what it says on stdout.
        """
        if match := re.fullmatch(r"Progress (\d+) of (\d+)", line):
            self._show(int(match[1]), int(match[2]))
        elif match := re.match(r"\s*((?:Collecting|Downloading|Building) \S+|Installing \w+ \w+)", line):
            self._describe(match[1])
        elif self._tells_unusual and not _USUAL.match(line):
            say(line, sys.stderr)

    def _show(self, bytes_done: int, bytes_of_all: int) -> None:
        if self._bar is not None:
            self._bar.total, self._bar.bar_format = bytes_of_all, None
            self._bar.update(bytes_done - self._bar.n)

    def _describe(self, text: str) -> None:
        if self._bar is not None:
            self._bar.reset()
            self._bar.bar_format = _UNKNOWN
            self._bar.set_description_str(shortened(text, sys.stderr, taken=_BESIDE))
