"""The program `pip-kernel`: its signals, and output that cannot be printed."""

from __future__ import annotations

import gc
import sys

from conda_jupyter_plugin import __version__

# As in the module `errno`, on every system; with no memory left, it could not be loaded.
_ENOMEM = 12


def run() -> int:
    """Run `pip-kernel` with this process's command line.

    Returns:
        The exit status.
    """
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Tools ask for the version often, so nothing is loaded for it.
        return _flush(0, f"pip-kernel {__version__}\n")
    # A short command needs no garbage collection.
    gc.disable()
    try:
        return _flush(_run())
    except (MemoryError, SystemError, ImportError, OSError) as error:
        if not _lacks_memory(error):
            raise
    # There is hardly enough to say so.
    sys.stderr.write("There is not enough memory to run pip-kernel.\n")
    return 1


def _run() -> int:
    from conda_jupyter_plugin.cli import interruptions

    interruptions.exit_at_once()
    from .main import main

    try:
        with interruptions.interruptible(as_json="--json" in sys.argv):
            return main()
    finally:
        interruptions.exit_at_once()


def _lacks_memory(error: BaseException) -> bool:
    if isinstance(error, MemoryError) or getattr(error, "errno", None) == _ENOMEM:
        return True
    # A library that finds no room is an ImportError whose text says so. Where Python finds none for
    # what it imports, it can forget to say what is wrong, which is a SystemError of these words.
    # Said without a loop's own frame, for which there may be no memory either.
    said = str(error)
    if isinstance(error, ImportError):
        return "failed to map segment" in said
    return isinstance(error, SystemError) and (
        "without exception set" in said or "without setting an exception" in said
    )


def _flush(status: int, text: str = "") -> int:
    """Flush the output while errors can still be printed."""
    try:
        if sys.stdout is not None:
            sys.stdout.write(text)
            sys.stdout.flush()
    except OSError as error:
        from conda_jupyter_plugin.cli.streams import write_no_more

        write_no_more(sys.stdout)
        return status if isinstance(error, BrokenPipeError) else status or 1
    return status
