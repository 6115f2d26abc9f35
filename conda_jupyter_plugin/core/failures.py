"""The one boundary for failure: what goes wrong with one kernel, environment or place is told of that one.

Whatever it is, it becomes one of our errors here, and the others go on.
"""

from __future__ import annotations

from contextlib import contextmanager

from .errors import KernelError, UnexpectedError
from .log import log_swallowed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
