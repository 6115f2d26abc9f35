"""The one boundary for failure: what goes wrong with one kernel, environment or place is told of that one.

Whatever it is, it becomes one of our errors here, and the others go on; what is passed over is logged.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from .errors import KernelError, UnexpectedError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator

LOGGER = "conda_jupyter_plugin"


@contextmanager
def collecting(errors: list[KernelError], what: object) -> Iterator[None]:
    """Go on behind the block whatever ends it, and keep why.

    Args:
        errors: Takes the error.
        what: What the block is about: it is named where the error names nothing.
    """
    try:
        with told_as(lambda error: UnexpectedError(what, error)):
            yield
    except KernelError as error:
        log_swallowed()
        errors.append(error)


@contextmanager
def told_as(make: Callable[[Exception], KernelError]) -> Iterator[None]:
    """Turn whatever ends the block into one of our errors.

    Args:
        make: Makes the error; ours are errors already.

    Raises:
        KernelError: Something went wrong.
    """
    try:
        yield
    except KernelError:
        raise
    except Exception as error:
        raise make(error) from error


def log_swallowed() -> None:
    """Log the exception that is being handled; never raises."""
    with suppress(Exception):
        _logger().debug("Passed over:", exc_info=True)


def log(sentence: str) -> None:
    """Log what was left out, at debug level."""
    _logger().debug(sentence)


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


def _logger() -> logging.Logger:
    import logging

    return logging.getLogger(LOGGER)
