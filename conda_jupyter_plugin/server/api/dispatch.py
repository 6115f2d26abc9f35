"""Runs a verb, by the command of the environment's own conda, by `pip-kernel`, or here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ...cli.parsing.parser import VerbParser
from ...cli.streams import say
from ...cli.verb import add_verbs, load_verb
from ...core.environment.environment import identify
from ...core.failures import collecting
from ...core.verbs.find import by_name
from ..condas import conda_command
from ..syncing import let_sync
from .children import run_child

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ...core.errors import KernelError
    from ...core.models import Environment
    from .host import ServerHost

PIP_KERNEL = (sys.executable, "-m", "pip_kernel_hook")
"""The command for virtual environments."""


def dispatch(words: Sequence[str], host: ServerHost) -> int:
    """Run a verb.

    Returns:
        The exit status.

    Raises:
        KernelError: It cannot be done.
        SystemExit: The words are not valid.
    """
    parser = VerbParser(prog=host.command, as_json=True)
    add_verbs(parser, host, as_json=True, only=words[0])
    args = parser.parse_args(list(words))
    if command := _command_of_manager(words, args, host):
        return run_child(command)
    failed = _sync_condas(host) if args.verb == "sync" else 0
    return load_verb(args.verb, host).run(args, host) or failed


def _command_of_manager(words: Sequence[str], args: Namespace, host: ServerHost) -> list[str] | None:
    """The command that writes an environment's kernels as its own manager does; None for ours."""
    environment = _environment_to_write(args, host)
    if environment is None:
        return None
    if environment.manager == "venv":
        return [*PIP_KERNEL, *words]
    conda = host.conda_of(environment)
    if conda is None or conda not in host.condas:
        return None
    named = [args.verb, "-p"] if args.verb == "add" else [args.verb]
    return conda_command(conda, "kernel", *named, *words[1:])


def _environment_to_write(args: Namespace, host: ServerHost) -> Environment | None:
    """The environment whose kernel is to be written, for verbs that write one."""
    if args.verb == "add":
        return host.environment_at(args.prefix)
    if args.verb == "rename":
        found = by_name(host.registry).get(args.old.lower())
        prefix = found.registration.prefix if found else None
        return identify(prefix) if prefix else None
    return None


def _sync_condas(host: ServerHost) -> int:
    errors: list[KernelError] = []
    for conda in host.condas:
        with collecting(errors, f"{conda}'s kernels"):
            let_sync(conda)
    for error in errors:
        say(str(error), sys.stderr)
    return int(bool(errors))
