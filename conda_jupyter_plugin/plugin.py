"""What conda loads on every command: hook declarations, and nothing else.

Every import here is paid by every conda command, so each hook imports what it needs when it is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conda.plugins import hookimpl

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterator

    from conda.plugins import types

_CREATING = {"create", "install", "env_create"}
_CHANGING = {*_CREATING, "update", "remove", "rename", "env_update", "env_remove", "env_vars"}


@hookimpl
def conda_subcommands() -> Iterator[types.CondaSubcommand]:
    """Declare `conda kernel`, and offer `--kernel` on conda's own commands."""
    from conda.plugins.types import CondaSubcommand

    from .flag import offer

    offer()
    yield CondaSubcommand(
        name="kernel",
        summary="Manage environments as Jupyter kernels.",
        action=_execute,
        configure_parser=_configure_parser,
    )


@hookimpl
def conda_settings() -> Iterator[types.CondaSetting]:
    """Declare `plugins.kernel_auto`, `plugins.kernel_display_name` and `plugins.kernel_location`."""
    from .settings import declare

    yield from declare()


@hookimpl
def conda_pre_commands() -> Iterator[types.CondaPreCommand]:
    """Declare what comes before a command that may have `--kernel`."""
    from conda.plugins.types import CondaPreCommand

    yield CondaPreCommand(name="kernel-before", action=_before, run_for=_CREATING)


@hookimpl
def conda_post_transaction_actions() -> Iterator[types.CondaPostTransactionAction]:
    """Declare what notes the prefix of a transaction."""
    try:
        from conda.plugins.types import CondaPostTransactionAction

        from .transaction import NotePrefix
    except ImportError:
        # A conda to come, in which actions are made otherwise: `conda kernel sync` remains.
        return
    yield CondaPostTransactionAction(name="kernel-note-prefix", action=NotePrefix)


@hookimpl
def conda_post_commands() -> Iterator[types.CondaPostCommand]:
    """Declare what comes after a command that changes environments."""
    from conda.plugins.types import CondaPostCommand

    yield CondaPostCommand(name="kernel-after", action=_after, run_for=_CHANGING)


def _configure_parser(parser: ArgumentParser) -> None:
    from .flag import postpone

    postpone(parser)


def _execute(args: Namespace) -> int:
    from .subcommand import execute

    return execute(args)


def _before(command: str) -> None:
    from .hooks import before

    before(command)


def _after(command: str) -> None:
    from .hooks import after

    after(command)
