"""What conda loads on every command: hook declarations, which import what they need when they are called."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from conda.plugins import hookimpl

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator

    from conda.plugins import types

_CREATING = {"create", "install", "env_create"}
_CHANGING = {*_CREATING, "update", "remove", "rename", "env_update", "env_remove", "env_vars"}


def _hook(declare: Callable[[], Iterator[Any]]) -> Callable[[], Iterator[Any]]:
    """Make a hook that declares nothing in a conda to come that lacks what the declaration needs."""

    def harmless() -> Iterator[Any]:
        with suppress(Exception):
            yield from declare()

    return hookimpl(harmless)  # type: ignore[no-any-return]


@_hook
def conda_subcommands() -> Iterator[types.CondaSubcommand]:
    """Declare `conda kernel`, and offer `--kernel` on conda's own commands."""
    from conda.plugins.types import CondaSubcommand

    from .flag import offer

    offer()
    summary = "Manage environments as Jupyter kernels."
    yield CondaSubcommand(name="kernel", summary=summary, action=_execute, configure_parser=_configure_parser)


@_hook
def conda_settings() -> Iterator[types.CondaSetting]:
    """Declare `plugins.kernel_auto`, `plugins.kernel_display_name` and `plugins.kernel_location`."""
    from .settings import declare

    yield from declare()


@_hook
def conda_pre_commands() -> Iterator[types.CondaPreCommand]:
    """Declare what comes before a command that may have `--kernel`."""
    from conda.plugins.types import CondaPreCommand

    yield CondaPreCommand(name="kernel-before", action=_before, run_for=_CREATING)


@_hook
def conda_post_transaction_actions() -> Iterator[types.CondaPostTransactionAction]:
    """Declare what notes the prefix of a transaction."""
    from conda.plugins.types import CondaPostTransactionAction

    from .transaction import NotePrefix

    yield CondaPostTransactionAction(name="kernel-note-prefix", action=NotePrefix)


@_hook
def conda_post_commands() -> Iterator[types.CondaPostCommand]:
    """Declare what comes after a command that changes environments."""
    from conda.plugins.types import CondaPostCommand

    yield CondaPostCommand(name="kernel-after", action=_after, run_for=_CHANGING)


def _configure_parser(parser: ArgumentParser) -> None:
    from .flag import postpone

    with suppress(Exception):
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
