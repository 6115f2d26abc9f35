"""The verbs of a command: each is one file of `verbs/`, loaded only where it is meant."""

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from .parser import VerbParser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from .host import Host
    from .parser import Verbs

_VERBS = ("add", "remove", "list", "sync", "check", "info", "completion")
"""The order of the help; a file of another name comes after these."""


@dataclass(frozen=True)
class Verb:
    """A verb.

    Attributes:
        add_parser: Adds its parser to those of a command.
        run: Runs it with parsed options, prints what came of it and gives the exit status.
        takes_signals: Whether it ends by a signal in its own way.
    """

    add_parser: Callable[[Verbs, Host], object]
    run: Callable[[Namespace, Host], int]
    takes_signals: bool = False


def add_verbs(
    parser: ArgumentParser,
    host: Host,
    *,
    as_json: bool,
    only: str | None = None,
) -> None:
    """Add the verbs that a command has.

    Args:
        as_json: Whether bad usage is to be printed as JSON.
        only: The one that is meant, where that is known: making the others takes time.
    """
    verbs: Verbs = parser.add_subparsers(  # type: ignore[call-overload]
        title="commands",
        metavar="COMMAND",
        dest="verb",
        required=True,
        parser_class=partial(VerbParser, as_json=as_json),
        # Else argparse would find it out by writing the usage.
        prog=parser.prog,
    )
    names = (*_shared_verbs(), *host.verbs)
    for name in [only] if only in names else names:
        load_verb(name, host).add_parser(verbs, host)


def _shared_verbs() -> tuple[str, ...]:
    """Name the files of `verbs/`."""
    files = os.listdir(os.path.join(os.path.dirname(__file__), "verbs"))
    found = {file.removesuffix(".py") for file in files if file.endswith(".py") and file[0] != "_"}
    return tuple(name for name in (*_VERBS, *sorted(found.difference(_VERBS))) if name in found)


def load_verb(name: str, host: Host) -> Verb:
    """Load a verb of a command: its own one, or one that both have."""
    verb: Verb = import_module(host.verbs.get(name, f"{__package__}.verbs.{name}")).VERB
    return verb
