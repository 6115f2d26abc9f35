"""Ctrl-C, SIGTERM and SIGHUP end a command of ours in a line or none, with the status that a shell gives.

Nothing is half done then: what is about to be written is tidied up, or left for the next command to find.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType
    from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


def exit_at_once() -> None:
    """Let these signals end the process at once: there is nothing to clean up."""
    _set(lambda number, _: os._exit(128 + number))


@contextmanager
def interruptible(*, as_json: bool = False) -> Iterator[None]:
    """Let these signals end the block as Ctrl-C does, which says so in a line, and how far it has come.

    A second one ends the process at once.

    Args:
        as_json: Whether it is said as a JSON document, on stdout.

    Raises:
        SystemExit: There was a signal.
    """
    received = [signal.SIGINT]

    def interrupt(number: int, _: FrameType | None) -> None:
        received.append(signal.Signals(number))
        exit_at_once()
        raise KeyboardInterrupt

    def note_lost(unraisable: Any) -> None:
        # An interruption of Python's own callbacks interrupts nothing else.
        if issubclass(unraisable.exc_type, KeyboardInterrupt):
            os._exit(128 + received[-1])
        before(unraisable)

    before, sys.unraisablehook = sys.unraisablehook, note_lost
    restore = _set(interrupt)
    try:
        yield
    except KeyboardInterrupt as error:
        with suppress(Exception):
            _tell(as_json, str(error))
        raise SystemExit(128 + received[-1]) from None
    finally:
        restore()
        sys.unraisablehook = before


def _tell(as_json: bool, so_far: str) -> None:
    from ..core.errors import InterruptionError
    from . import documents, streams

    error = InterruptionError(so_far)
    if as_json:
        documents.print_json(documents.failure_as_json(error))
    else:
        streams.say(str(error), sys.stderr)


def _set(handler: Callable[[int, FrameType | None], object]) -> Callable[[], None]:
    """Handle these signals unless they are ignored; return a function that restores the handlers."""
    earlier = {number: signal.getsignal(number) for number in _SIGNALS}
    # Only a program's first thread may do this.
    with suppress(ValueError):
        for number, present in earlier.items():
            if present is not signal.SIG_IGN:
                signal.signal(number, handler)

    def restore() -> None:
        with suppress(ValueError):
            for number, present in earlier.items():
                if present is not None:
                    signal.signal(number, present)

    return restore
