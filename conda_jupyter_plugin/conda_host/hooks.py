"""The hooks before and after conda's commands. Their failures never stop the command.

A command may replace or remove the project itself. So this module is loaded before it, and all that comes
after it too where base is about to be changed; nothing is done with files that are another version's by then.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from . import log_failure, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..flag.flagged_command import FlaggedCommand

_WAY_OUT = "Run `conda kernel sync` to update the kernels."


def _stamp() -> tuple[int, ...] | None:
    """The fingerprint of this version's file; None if it is gone."""
    try:
        status = os.stat(__file__)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


_LOADED = _stamp()

_running: tuple[FlaggedCommand | None, bool] | None = None
"""The running command where it has `--kernel`, and whether all that comes after it is loaded."""


def before_command(command: str) -> None:
    """Check and complete a command that has `--kernel`, and note what the command is about to change.

    Raises:
        CondaError: What was asked for cannot be had; conda has not done anything yet.
        SystemExit: All that was asked for is done already.
        KeyboardInterrupt: The user wants none of it.
    """
    global _running
    _running = None
    refusal = getattr(sys.modules.get("conda"), "CondaError", SystemExit)
    with _harmless(refusal, SystemExit, KeyboardInterrupt):
        from conda.base.context import context

        from ..conda_api import transaction
        from ..flag import options

        if context.verbosity > 1:
            from ..core.failures import show_log

            show_log()

        transaction.begin_transaction(command)
        flagged = None
        if options.is_given():
            from ..flag.flagged_command import begin_flagged

            flagged = begin_flagged()
        if changes_own_prefix := transaction.changes_own_prefix():
            from .preloading import load_everything

            load_everything()
            from .own_removal import point_to_way_out

            point_to_way_out(command)
        _running = flagged, changes_own_prefix


def after_command(command: str) -> None:
    """Register what a command with `--kernel` has made; else let kernels follow what it has changed.

    Raises:
        KeyboardInterrupt: The user wants no kernel after all.
        SystemExit: The same, where conda would print a second JSON document.
    """
    if _running is None:
        return
    flagged, everything_is_loaded = _running
    with _harmless(*((KeyboardInterrupt, SystemExit) if flagged else ())):
        if not everything_is_loaded and _stamp() != _LOADED:
            # Where it is gone, nobody waits for its kernels.
            if _stamp():
                tell(f"the plugin was replaced while this command ran. {_WAY_OUT}")
        elif flagged:
            flagged.register()
        else:
            from .following import follow_command

            follow_command(command, registers=_stamp() is not None)


@contextmanager
def _harmless(*passing: type[BaseException]) -> Iterator[None]:
    """Turn an error into a line on stderr; conda would end its command with it."""
    try:
        yield
    except passing:
        raise
    except BaseException as error:
        log_failure()
        tell(_sentence(error))


def _sentence(error: BaseException) -> str:
    text = " ".join(str(error).split())
    if hasattr(error, "exit_status"):  # ours: its class may not be there to be imported any more
        return text
    if isinstance(error, ImportError | SyntaxError):
        return f"a part of the plugin is missing or was replaced ({text}). {_WAY_OUT}"
    if isinstance(error, KeyboardInterrupt):
        return f"interrupted. {_WAY_OUT}"
    return f"{type(error).__name__}: {text}"
