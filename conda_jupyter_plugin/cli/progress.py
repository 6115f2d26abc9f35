"""The progress of a command: a line on a terminal, a sentence after an interruption."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .report import short
from .table import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from typing_extensions import Self

    from ..core.verbs.bringing_about import Asked
    from .host import Output

_FORM = "{desc}: {percentage:3.0f}% {n_fmt}/{total_fmt} [{elapsed}<{remaining}]"
_FIGURES = len(": 100% 10000/10000 [00:00<00:00]")
"""The width of the figures next to the current item."""


class CountedProgress:
    """Counts finished items, and shows them on a terminal.

    Args:
        output: How the command speaks.
        unit: What is counted.
        many: From how many on they are shown: loading what draws takes longer than a few of them.
    """

    def __init__(self, output: Output, unit: str, many: int) -> None:
        self._is_shown, self._unit, self._many = output.shows_progress, unit, many
        self._bar: Any = None
        self._done = self._total = 0
        self._so_far: Callable[[int, int], str] = lambda *_: ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """End it.

        Raises:
            KeyboardInterrupt: As the block; it says how far it has come.
        """
        self._close()
        if kind is KeyboardInterrupt and self._total > 1:
            raise KeyboardInterrupt(self._so_far(self._done, self._total)) from None

    def begin(self, total: int, doing: str, so_far: Callable[[int, int], str]) -> None:
        """Start counting from zero.

        Args:
            total: How many there are.
            doing: What is done with them.
            so_far: Says how far it has come, given how many are done, and of how many.
        """
        self._close()
        self._done, self._total, self._so_far = 0, total, so_far
        if self._is_shown and total >= self._many:
            from tqdm import tqdm

            what = f"{doing} {self._unit}"
            self._bar = tqdm(total=total, desc=what, bar_format=_FORM, leave=False, dynamic_ncols=True)

    def advance(self) -> None:
        """Count one more."""
        self._done += 1
        if self._bar is not None:
            self._bar.update()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class EnvironmentProgress(CountedProgress):
    """The progress of a command over environments: it reads all of them, and writes the changes."""

    def __init__(self, output: Output) -> None:
        super().__init__(output, "environments", many=10)

    def looking(self, requests: Sequence[Asked]) -> Iterator[Asked]:
        """Go through all requests, to plan them."""
        self.begin(len(requests), "Looking at", lambda *_: "Nothing was changed.")
        return self._each(requests, "Looking at")

    def writing(self, requests: Sequence[Asked]) -> Iterator[Asked]:
        """Go through those that change something."""
        so_far = "Finished {} of {} environments. Run the command again to continue.".format
        self.begin(len(requests), "Registering", so_far)
        return self._each(requests, "Registering")

    def _each(self, requests: Sequence[Asked], doing: str) -> Iterator[Asked]:
        for request in requests:
            if self._bar is not None:
                text = shortened(f"{doing} {short(Path(str(request.about)))}", sys.stderr, taken=_FIGURES)
                self._bar.set_description_str(text, refresh=False)
            yield request
            self.advance()
