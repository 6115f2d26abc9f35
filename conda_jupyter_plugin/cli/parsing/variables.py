"""Variables that stand for options, as uv and pip have them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import ArgumentParser

_STANDING_FOR_OPTIONS = ("python", "jupyter_prefix", "timeout", "jobs", "exclude")
"""The options that variables can replace."""


def add_variables(parser: ArgumentParser, beginning: str) -> None:
    """Let variables replace some of a parser's options that are not given.

    Args:
        beginning: What the variables' names begin with.
    """
    for action in parser._actions:
        if action.dest in _STANDING_FOR_OPTIONS:
            variable = f"{beginning}{action.dest.upper()}"
            action.help = f"{action.help} [env: {variable}]"
            if given := os.environ.get(variable):
                action.default = given.split() if action.default == [] else given
