"""The changes of the running command, noted before and during its transaction."""

from __future__ import annotations

import os
import sys

DELETING = ("remove", "env_remove")
"""Commands after which an environment may be gone, by their hooks' names."""

changed_prefixes: list[str] = []
"""The prefixes of committed transactions, and where a prefix led that the command may delete."""


def begin_transaction(command: str) -> None:
    """Forget an earlier command, and note what one that deletes is about while its links still lead there."""
    changed_prefixes.clear()
    if command in DELETING and (prefix := _target_prefix()):
        changed_prefixes.extend(dict.fromkeys((prefix, os.path.realpath(prefix))))


def changes_own_prefix() -> bool:
    """Whether the command is about the environment that conda, and this project, is installed in."""
    prefix = _target_prefix()
    return prefix is not None and os.path.realpath(prefix) == os.path.realpath(sys.prefix)


def _target_prefix() -> str | None:
    from conda.base.context import context

    try:
        return str(context.target_prefix)
    except Exception:
        from ..core.failures import log_swallowed

        log_swallowed()
        return None
