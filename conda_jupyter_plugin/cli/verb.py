"""The verbs of a command: one file of `verbs/` each, loaded only if it is used."""

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from .parsing.aliases import ALIASES
from .parsing.help import as_examples
from .parsing.parser import VerbParser

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence

    from .host import Host
    from .parsing.parser import Verbs

_VERBS = ("create", "add", "remove", "rename", "list", "info", "check", "sync", "completion")
"""The order of the help; a file of another name comes after these."""


@dataclass(frozen=True)
class Verb:
    """A verb.

    Attributes:
        summary: What it does, as a sentence.
        add_options: Adds its options to its parser.
        run: Runs it with parsed options, prints what came of it and gives the exit status.
        examples: What may follow the verb.
        by_path: The same where environments are named by their paths, if that is something else.
        make_parser: Makes its parser, where another program has one for it.
        takes_signals: Whether it ends by a signal in its own way.
    """

    summary: str
    add_options: Callable[[VerbParser, Host], object]
    run: Callable[[Namespace, Host], int]
    examples: Sequence[str] = ()
    by_path: Sequence[str] = ()
    make_parser: Callable[[Verbs], VerbParser] | None = None
    takes_signals: bool = False

    def add_parser(self, verbs: Verbs, host: Host, name: str) -> None:
        """Add its parser to those of a command."""
        parser = self.make_parser(verbs) if self.make_parser else verbs.add_parser(name, help=self.summary)
        examples = self.by_path or self.examples if host.command == "pip-kernel" else self.examples
        parser.description = parser.description or self.summary
        if aliases := [alias for alias in ALIASES if ALIASES[alias] == name]:
            parser.description += f"\n\nAliases: {', '.join(aliases)}."
        parser.epilog = as_examples(f"{host.command} {name}", examples)
        self.add_options(parser, host)
        if host.variables:
            from .parsing.variables import add_variables

            add_variables(parser, host.variables)


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
        only: The verb that is meant, where that is known: making the others takes time.
    """
    verbs: Verbs = parser.add_subparsers(  # type: ignore[call-overload]
        title="Commands",
        metavar="COMMAND",
        dest="verb",
        required=True,
        parser_class=partial(VerbParser, as_json=as_json),
        # Else argparse would find it out by writing the usage.
        prog=parser.prog,
    )
    for name in verb_names(host) if only is None else (only,):
        load_verb(name, host).add_parser(verbs, host, name)


def verb_names(host: Host) -> tuple[str, ...]:
    """Name a command's verbs: the files of `verbs/`, and its own."""
    files = os.listdir(os.path.join(os.path.dirname(__file__), "verbs"))
    found = {file.removesuffix(".py") for file in files if file.endswith(".py") and file[0] != "_"}
    found |= host.verbs.keys()
    return tuple(name for name in (*_VERBS, *sorted(found.difference(_VERBS))) if name in found)


def load_verb(name: str, host: Host) -> Verb:
    """Load a verb of a command: its own one, or one that both have."""
    verb: Verb = import_module(host.verbs.get(name, f"{__package__}.verbs.{name}")).VERB
    return verb
