"""The command that a user means: aliases, `help`, nothing at all, and near misses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIASES = {
    "ls": "list",
    "rm": "remove",
    "uninstall": "remove",
    "unregister": "remove",
    "install": "add",
    "register": "add",
    "mv": "rename",
}

_SYNONYMS = {
    "new": "create",
    "init": "create",
    "venv": "create",
    "delete": "remove",
    "update": "sync",
    "upgrade": "sync",
    "refresh": "sync",
    "show": "info",
    "status": "list",
    "search": "list",
    "test": "check",
    "doctor": "check",
    "start": "check",
    "move": "rename",
}
"""Words of conda, pip, uv and jupyter that say something near."""


def as_meant(words: Sequence[str], verbs: Sequence[str], command: str) -> list[str]:
    """Replace an alias with its verb; without arguments, with the help.

    Args:
        words: The command line behind the command.
        verbs: The names of the command's verbs.

    Raises:
        UsageError: The first word is no verb.
    """
    first, rest = (words[0], list(words[1:])) if words else ("--help", [])
    if first == "help":
        wanted = [word for word in rest if not word.startswith("-")]
        return [*as_meant(wanted[:1], verbs, command), "--help"] if wanted else ["--help"]
    if first.startswith("-"):
        # As pip and uv, which take options in front of the command too.
        behind = next((word for word in rest if not word.startswith("-")), "")
        verb = ALIASES.get(behind, behind)
        options = [word for word in (first, *rest) if word != behind]
        is_plain = verb in verbs and len(options) == len(rest) and first not in ("-V", "--version")
        return [verb, *options] if is_plain else [first, *rest]
    verb = ALIASES.get(first, first)
    if verb not in verbs:
        from ...core.near_misses import did_you_mean

        near = _SYNONYMS.get(first.lower())
        hint = f"Did you mean {near}?" if near in verbs else did_you_mean(first, verbs)
        raise UsageError(
            f"There is no command {first!r}.", f"{hint} `{command} help` lists all commands.".strip()
        )
    return [verb, *rest]


def verb_in(words: Sequence[str]) -> str | None:
    """Return the verb of a command line after `as_meant`; None if it starts with an option."""
    return None if words[0].startswith("-") else words[0]
