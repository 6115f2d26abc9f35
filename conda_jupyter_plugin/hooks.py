"""What conda calls before and after its own commands; whatever goes wrong here, conda's command goes on."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from .flag import is_given

if TYPE_CHECKING:
    from collections.abc import Callable


def before(command: str) -> None:
    """Check and complete a command that has `--kernel`.

    Args:
        command: The conda command's name.

    Raises:
        CondaError: What was asked for cannot be had; conda has not done anything yet.
    """
    _guarded(command, "prepare")


def after(command: str) -> None:
    """Register what a command that has `--kernel` has made.

    Args:
        command: The conda command's name.

    Raises:
        CondaError: Only for `conda kernel create`.
    """
    _guarded(command, "finish")


def _guarded(command: str, step: str) -> None:
    from conda import CondaError

    try:
        if is_given():
            from . import create

            action: Callable[[str], None] = getattr(create, step)
            action(command)
    except CondaError:
        # Bad input, or an answer to the prompt: conda prints it.
        raise
    except Exception as error:
        print(f"conda-jupyter-plugin: {type(error).__name__}: {error}", file=sys.stderr)
