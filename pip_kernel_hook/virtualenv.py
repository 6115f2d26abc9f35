"""`virtualenv --kernel PATH`, through virtualenv's own plugin interface."""

from __future__ import annotations

import os
import sys
from functools import wraps
from typing import TYPE_CHECKING

from virtualenv.activation.activator import Activator

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from virtualenv.config.cli.parser import VirtualEnvOptions
    from virtualenv.create.creator import Creator
    from virtualenv.discovery.py_info import PythonInfo
    from virtualenv.run.plugin.activators import ActivationSelector

_USUAL_VERBOSITY = 2


class KernelActivator(Activator):
    """Registers the new environment where `--kernel` is given; virtualenv calls it once pip is there."""

    def __init__(self, options: VirtualEnvOptions) -> None:
        super().__init__(options)
        wanted = options.kernel or options.kernel_name or options.kernel_display_name
        self._args = _checked(options) if wanted else None

    @classmethod
    def supports(cls, interpreter: PythonInfo) -> bool:  # noqa: ARG003
        """Any interpreter will do: only files are looked at."""
        _select_always()
        return True

    @classmethod
    def add_parser_arguments(cls, parser: ArgumentParser, interpreter: PythonInfo) -> None:  # noqa: ARG003
        """Add `--kernel`, and what goes with it."""
        parser.add_argument(
            "--kernel",
            action="store_true",
            help="install ipykernel and make the environment a Jupyter kernel",
            default=False,
        )
        parser.add_argument(
            "--kernel-name", metavar="NAME", help="name of the kernel; implies --kernel", default=None
        )
        parser.add_argument(
            "--kernel-display-name",
            metavar="TEXT",
            help="name that Jupyter shows for it; implies --kernel",
            default=None,
        )

    def generate(self, creator: Creator) -> list[Path]:
        """Install ipykernel and register the kernel.

        Raises:
            KernelError: It cannot be done; the environment is there. Another program that makes environments
                with virtualenv's help is told in a line only.
        """
        if self._args is None:
            return []
        from conda_jupyter_plugin.core.errors import KernelError
        from conda_jupyter_plugin.core.naming.errors import leave_out_force

        self._args.path = str(creator.dest)
        try:
            _register(self._args)
        except KernelError as error:
            from conda_jupyter_plugin.cli.streams import say
            from conda_jupyter_plugin.core.failures import log_swallowed

            log_swallowed()
            leave_out_force(error)
            if _is_virtualenvs_own_command():
                # What virtualenv does once all its activators are through.
                creator.pyenv_cfg.write()
                raise
            say(f"The kernel was not registered: {error}", sys.stderr)
        return []


def _checked(options: VirtualEnvOptions) -> Namespace:
    """Turn virtualenv's options into those of `pip-kernel add`; what is wrong with them shows at once."""
    from conda_jupyter_plugin.cli.options import choices
    from conda_jupyter_plugin.core.naming.errors import ReservedNameError, leave_out_force
    from conda_jupyter_plugin.core.naming.rules import check_chosen

    from .main import build_parser

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


def _register(args: Namespace) -> None:
    from functools import partial

    from conda_jupyter_plugin.cli.report import print_result
    from conda_jupyter_plugin.cli.verbs.add import add_environments
    from conda_jupyter_plugin.core.errors import UnexpectedError
    from conda_jupyter_plugin.core.failures import told_as

    from .host import PipHost

    with told_as(partial(UnexpectedError, args.path)):
        host = PipHost()
        print_result(add_environments(args, host), host.output(args))


def _is_virtualenvs_own_command() -> bool:
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    name = spec.name if spec else os.path.basename(sys.argv[0]).removesuffix(".exe")
    return name.partition(".")[0] == "virtualenv"


def _select_always() -> None:
    """Let `--activators bash` choose among what activates in shells only: this is for no shell."""
    from virtualenv.run.plugin.activators import ActivationSelector

    selecting = ActivationSelector.handle_selected_arg_parse
    if hasattr(selecting, "selects_kernel"):
        return

    @wraps(selecting)
    def select(self: ActivationSelector, options: VirtualEnvOptions) -> object:
        result = selecting(self, options)
        for name in (name for name, activator in self.possible.items() if activator is KernelActivator):
            if name not in self.active:
                KernelActivator.add_parser_arguments(self.parser, self.interpreter)
            # The last one: where it fails, all others are through.
            self.active[name] = self.active.pop(name, KernelActivator)
        return result

    select.selects_kernel = True  # type: ignore[attr-defined]
    ActivationSelector.handle_selected_arg_parse = select
