"""Registers the kernel of an environment that `virtualenv --kernel` created."""

from __future__ import annotations

import os
import sys
from functools import partial
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.parsing.options import choices
from conda_jupyter_plugin.cli.report import print_result
from conda_jupyter_plugin.cli.streams import say
from conda_jupyter_plugin.cli.verbs.add import add_environments
from conda_jupyter_plugin.core.errors import KernelError, UnexpectedError
from conda_jupyter_plugin.core.failures import log_swallowed, told_as
from conda_jupyter_plugin.core.naming.valid_names import ReservedNameError, check_chosen, leave_out_force

from .host import PipHost
from .main import build_parser

if TYPE_CHECKING:
    from argparse import Namespace

    from virtualenv.config.cli.parser import VirtualEnvOptions
    from virtualenv.create.creator import Creator

_USUAL_VERBOSITY = 2


def read_options(options: VirtualEnvOptions) -> Namespace:
    """Turn virtualenv's options into those of `pip-kernel add`.

    Raises:
        KernelError: The kernel's name is not valid.
    """
    given = {name: getattr(options, name) for name in ("kernel_name", "kernel_display_name")}
    named = [f"--{name.replace('_', '-')}={value}" for name, value in given.items() if value is not None]
    words = ["add", "--install", *named]
    if options.verbosity != _USUAL_VERBOSITY:
        words.append("--quiet" if options.verbosity < _USUAL_VERBOSITY else "--verbose")
    args = build_parser(only="add").parse_args(words)
    if name := choices(args).kernel_name:
        try:
            check_chosen(name, force=False)
        except ReservedNameError as error:
            leave_out_force(error)
            raise
    return args


def register_kernel(args: Namespace, creator: Creator) -> None:
    """Register the kernel of a new environment.

    Raises:
        KernelError: It cannot be done. Another program that makes environments with virtualenv's help is told
            in a line only.
    """
    args.paths = [str(creator.dest)]
    host = PipHost()
    try:
        with told_as(partial(UnexpectedError, creator.dest)):
            print_result(add_environments(args, host), host.output(args))
    except KernelError as error:
        log_swallowed()
        leave_out_force(error)
        if _is_virtualenvs_own_command():
            # virtualenv's own steps after all activators.
            creator.pyenv_cfg.write()
            raise
        say(f"The kernel was not registered: {error}", sys.stderr)


def _is_virtualenvs_own_command() -> bool:
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    name = spec.name if spec else os.path.basename(sys.argv[0]).removesuffix(".exe")
    return name.partition(".")[0] == "virtualenv"
