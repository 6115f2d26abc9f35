"""What conda loads on every command: hook declarations, which import what they need when they are called."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from conda.plugins import hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CHANGING = {"create", "install", "update", "remove", "rename"}
_CHANGING |= {"env_create", "env_update", "env_remove", "env_vars"}


def _hook(declare: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
    """Make a hook that declares nothing in a conda to come that lacks what the declaration needs."""

    def harmless() -> Iterator[Any]:
        try:
            yield from declare()
        except Exception:
            with suppress(Exception):
                from .conda_host import log_failure

                log_failure()

    return hookimpl(harmless)  # type: ignore[no-any-return]


@_hook
def conda_subcommands() -> Iterator[Any]:
    """Declare `conda kernel`, and offer `--kernel` on conda's own commands."""
    from conda.plugins.types import CondaSubcommand

    from .conda_host import offer_flag, postpone, run_verb

    offer_flag()
    summary = "Manage environments as Jupyter kernels."
    yield CondaSubcommand(name="kernel", summary=summary, action=run_verb, configure_parser=postpone)


@_hook
def conda_settings() -> Iterator[Any]:
    """Declare the settings `plugins.kernel_*`."""
    from .conda_host import settings

    yield from settings()


@_hook
def conda_pre_commands() -> Iterator[Any]:
    """Declare what comes before a command that changes environments."""
    from conda.plugins.types import CondaPreCommand

    from .conda_host import before

    yield CondaPreCommand(name="kernel-before", action=before, run_for=_CHANGING)


@_hook
def conda_post_transaction_actions() -> Iterator[Any]:
    """Declare what notes the prefix of a transaction."""
    from conda.plugins.types import CondaPostTransactionAction

    from .conda_host.post_transaction import NotePrefix

    yield CondaPostTransactionAction(name="kernel-note-prefix", action=NotePrefix)


@_hook
def conda_post_commands() -> Iterator[Any]:
    """Declare what comes after a command that changes environments."""
    from conda.plugins.types import CondaPostCommand

    from .conda_host import after

    yield CondaPostCommand(name="kernel-after", action=after, run_for=_CHANGING)


@_hook
def conda_health_checks() -> Iterator[Any]:
    """Declare the health check of an environment's kernels, and its fixer."""
    from .conda_host.health_check import declare

    yield from declare()


@hookimpl
def conda_error_hints(error: Exception) -> Iterator[Any]:
    """Say which command to type next, where conda's own error ends a command that asks for a kernel."""
    with suppress(Exception):
        from .conda_host.error_hints import hints_for

        yield from hints_for(error)
