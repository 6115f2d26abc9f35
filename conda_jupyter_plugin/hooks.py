"""What conda calls before and after its own commands; whatever goes wrong here, conda's command goes on."""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def before(command: str) -> None:
    """Check and complete a command that has `--kernel`.

    Args:
        command: The conda command's name.

    Raises:
        CondaError: What was asked for cannot be had; conda has not done anything yet.
    """
    from conda import CondaError

    with _harmless(CondaError):
        from .flag import is_given

        if is_given():
            from .create import prepare

            prepare(command)


def after(command: str) -> None:
    """Register what a command with `--kernel` has made; else let kernels follow what it has changed.

    Args:
        command: The conda command's name.
    """
    with _harmless(stopped=KeyboardInterrupt):
        from .flag import is_given

        if is_given():
            from .create import finish

            finish(command)
        else:
            from .auto import follow_command

            follow_command(command)


@contextmanager
def _harmless(*passing: type[Exception], stopped: type[BaseException] = Exception) -> Iterator[None]:
    """Turn an error into a line on stderr; conda would end its command with it."""
    try:
        yield
    except passing:
        raise
    except (Exception, stopped) as error:
        # stderr itself may be closed.
        with suppress(Exception):
            print(f"conda-jupyter-plugin: {_sentence(error)}", file=sys.stderr)


def _sentence(error: BaseException) -> str:
    from .core.errors import KernelError

    text = " ".join(str(error).split())
    return text if isinstance(error, KernelError) else f"{type(error).__name__}: {text}"
