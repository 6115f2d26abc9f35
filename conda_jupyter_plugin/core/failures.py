"""The boundary for failures: an error of one kernel, environment or location never stops the others.

Whatever it is, it becomes one of our errors here, and the others go on; what is passed over is logged.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from .errors import KernelError, UnexpectedError

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Iterator
    from types import TracebackType

LOGGER = "conda_jupyter_plugin"


class collecting:  # noqa: N801 - it is used as a context manager's function is
    """Go on behind the block whatever ends it, and keep why.

    Args:
        errors: Takes the error.
        what: What the block is about: it is named where the error names nothing.
    """

    def __init__(self, errors: list[KernelError], what: object) -> None:
        self._errors = errors
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if not isinstance(error, Exception):
            return False
        log_swallowed()
        self._errors.append(error if isinstance(error, KernelError) else UnexpectedError(self._what, error))
        return True


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
        _logger().debug("Skipped:", exc_info=True)


def log(sentence: str) -> None:
    """Log a skipped item at debug level."""
    _logger().debug(sentence)


class passing_over(suppress):  # noqa: N801 - as `contextlib.suppress`
    """Suppress some exceptions as `contextlib.suppress` does, but log them."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> bool:
        is_passed_over = super().__exit__(kind, error, traceback)
        if is_passed_over:
            log_swallowed()
        return is_passed_over


def show_log() -> None:
    """Print the log on stderr from now on, once, because conda prints it too from `-vvv` on."""
    import logging

    logger = logging.getLogger(LOGGER)
    logger.handlers = [logging.StreamHandler()]
    logger.setLevel(logging.DEBUG)
    logger.propagate = False


def _logger() -> logging.Logger:
    import logging

    return logging.getLogger(LOGGER)
