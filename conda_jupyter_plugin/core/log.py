"""What went wrong and was passed over is logged, at debug level with its traceback: so it can be found.

`logging` is imported when there is something to log: most commands have nothing.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

LOGGER = "conda_jupyter_plugin"


def log_swallowed() -> None:
    """Log the exception that is being handled; never raises."""
    with suppress(Exception):
        import logging

        logging.getLogger(LOGGER).debug("Passed over:", exc_info=True)


def log(sentence: str) -> None:
    """Log what was left out, at debug level."""
    import logging

    logging.getLogger(LOGGER).debug(sentence)


@contextmanager
def passing_over(*errors: type[Exception]) -> Iterator[None]:
    """Go on behind the block where one of some exceptions ends it; as `contextlib.suppress`, but logged."""
    try:
        yield
    except errors:
        log_swallowed()


def show_log() -> None:
    """Show on stderr what is logged from now on, once: conda would show it too from `-vvv` on."""
    import logging

    logger = logging.getLogger(LOGGER)
    logger.handlers = [logging.StreamHandler()]
    logger.setLevel(logging.DEBUG)
    logger.propagate = False
