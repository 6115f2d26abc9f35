"""The hook in a transaction, which reveals its prefix."""

from __future__ import annotations

from contextlib import suppress

from conda.core.path_actions import Action

from ..conda_api.transaction import changed_prefixes


class NotePrefix(Action):
    """Notes the prefix of a transaction that is committed; can neither fail nor change anything.

    conda calls `execute` even where the transaction has failed, and `reverse` then: `cleanup` alone means
    that it is committed. An exception in any of them would roll the user's transaction back.
    """

    def verify(self) -> None:
        """Find nothing to object to."""
        self._verified = True

    def execute(self) -> None:
        """Do nothing."""

    def reverse(self) -> None:
        """Undo nothing."""

    def cleanup(self) -> None:
        """Note the prefix."""
        with suppress(Exception):
            changed_prefixes.append(str(self.target_prefix))
