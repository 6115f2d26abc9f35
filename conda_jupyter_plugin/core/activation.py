"""The activation of a virtual environment; conda's own comes from conda."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from .environment import program_directories
from .models import Activation, Environment

if TYPE_CHECKING:
    from pathlib import Path


def activate_virtual_environment(environment: Environment) -> Activation:
    """Say what `source bin/activate` does to the variables that a program sees.

    Args:
        environment: A virtual environment.

    Returns:
        Its activation, as `Lib/venv/scripts/common/activate` has it.
    """
    folders = program_directories(environment)
    prompt = _prompt(folders[0] / "activate", environment.prefix.name)
    return Activation(
        conda=False,
        path=tuple(map(str, folders)),
        variables={
            "VIRTUAL_ENV": str(environment.prefix),
            **({} if prompt is None else {"VIRTUAL_ENV_PROMPT": prompt}),
        },
        unset=("PYTHONHOME",),
    )


def _prompt(script: Path, default: str) -> str | None:
    """Read the prompt that an activation script sets: each tool has its own way, old ones have none."""
    try:
        text = script.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return default
    if "VIRTUAL_ENV_PROMPT=" not in text:
        return None
    match = re.search(r"VIRTUAL_ENV_PROMPT=(.*)", text)
    try:
        words = shlex.split(match[1]) if match else []
    except ValueError:
        words = []
    return words[0] if words and words[0] and "$" not in words[0] else default
