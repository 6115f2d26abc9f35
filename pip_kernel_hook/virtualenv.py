"""`virtualenv --kernel PATH`, through virtualenv's own plugin interface.

virtualenv loads this each time; what registers a kernel is in `virtualenv_kernel`.
"""

from __future__ import annotations

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


class KernelActivator(Activator):
    """Registers the new environment with `--kernel`; virtualenv calls it after installing pip."""

    def __init__(self, options: VirtualEnvOptions) -> None:
        super().__init__(options)
        self._args: Namespace | None = None
        if options.kernel or options.kernel_name or options.kernel_display_name:
            from .virtualenv_kernel import read_options

            self._args = read_options(options)

    @classmethod
    def supports(cls, interpreter: PythonInfo) -> bool:  # noqa: ARG003
        """Any interpreter is accepted, because only files are read."""
        _select_always()
        return True

    @classmethod
    def add_parser_arguments(cls, parser: ArgumentParser, interpreter: PythonInfo) -> None:  # noqa: ARG003
        """Add `--kernel` and its options."""
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
        if self._args is not None:
            from .virtualenv_kernel import register_kernel

            register_kernel(self._args, creator)
        return []


def _select_always() -> None:
    """Keep `--activators bash` from dropping this activator, which is not for a shell."""
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
            # The last activator, so that a failure does not affect the others.
            self.active[name] = self.active.pop(name, KernelActivator)
        return result

    select.selects_kernel = True  # type: ignore[attr-defined]
    ActivationSelector.handle_selected_arg_parse = select
