"""A command with `--kernel`: checked and completed before conda's part of it, its kernel registered after."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..cli import documents, report, streams
from ..conda_api.environments import is_foreign_platform
from ..conda_api.errors import as_conda_errors
from ..conda_api.transaction import changed_prefixes
from ..core.errors import KernelError
from ..core.failures import log_swallowed
from ..core.naming.valid_names import leave_out_force
from ..core.results import Result
from .check import foresee_result, prefix_to_be
from .register import register
from .request import Request, read_request

if TYPE_CHECKING:
    from typing import NoReturn, TextIO

OUTCOME = "kernel_outcome"
"""The option in which `conda kernel create` passes an `Outcome`, which it prints itself."""


@dataclass
class Outcome:
    """The outcome of a command with `--kernel`: the registered kernels, or the error."""

    result: Result = field(default_factory=Result)
    error: Exception | None = None

    def take(self) -> Result:
        """Hand over what was registered.

        Raises:
            CondaKernelError: It could not be registered.
        """
        with as_conda_errors():
            if self.error:
                raise self.error
        return self.result


@dataclass(frozen=True)
class FlaggedCommand:
    """A command with `--kernel`.

    Attributes:
        request: What it asks for.
        makes_kernel: Whether it makes an environment that can run here.
        outcome: What came of it.
    """

    request: Request
    makes_kernel: bool
    outcome: Outcome

    @property
    def is_told_elsewhere(self) -> bool:
        """Whether `conda kernel create` prints the outcome."""
        return self.request.options.get(OUTCOME) is self.outcome

    def check_and_complete(self) -> None:
        """Check what `--kernel` asks for, and add the kernel package to conda's own request.

        Raises:
            CondaKernelError: The kernel cannot be registered as asked; conda has not done anything yet.
            SystemExit: Registering was all there was to do, and is done.
        """
        from conda.base.context import context

        prefix = prefix_to_be(self.request)
        package = self.request.lacking_package(prefix)
        registers_only = not self.request.asks_for_packages and self.request.finds_kernel(prefix)
        if self.makes_kernel:
            with as_conda_errors():
                try:
                    self.outcome.result = foresee_result(self.request, prefix, package)
                except KernelError as error:
                    # `conda kernel create` has the option, conda's own commands do not.
                    if not self.is_told_elsewhere:
                        leave_out_force(error)
                    raise
            for row in self.outcome.result.registered if context.dry_run else ():
                self._say(f'Kernel "{row.name}" would be registered in {report.short(row.path)}', sys.stderr)
        if registers_only:
            self._register_only()
        added = self.request.add_package(package)
        apart = package and not added and self.makes_kernel
        if context.dry_run and apart:
            streams.say(f"{package} would be installed afterwards in a separate transaction", sys.stderr)

    def register(self) -> None:
        """Register the kernel once conda has done its part; a failure is one line on stderr.

        Raises:
            KeyboardInterrupt: The user wants no kernel after all.
            SystemExit: The same, where conda has printed its one JSON document already.
        """
        from conda.base.context import context

        if context.dry_run or not self.makes_kernel:
            return
        prefix = changed_prefixes[-1] if changed_prefixes else str(context.target_prefix)
        self.outcome.result = Result()
        try:
            self.outcome.result = register(self.request, Path(prefix))
        except KeyboardInterrupt:
            if not context.json or self.is_told_elsewhere:
                raise
            streams.say("CondaError: KeyboardInterrupt", sys.stderr)
            raise SystemExit(1) from None
        except Exception as error:
            log_swallowed()
            self.outcome.error = error
            if not self.is_told_elsewhere:
                streams.say(f"The kernel was not registered: {error}", sys.stderr)
            return
        if context.json or not context.quiet:
            for line in report.result_as_text(self.outcome.result):
                self._say(line, sys.stderr if context.json else sys.stdout)
        for warning in self.outcome.result.warnings:
            self._say(f"Warning: {warning}", sys.stderr)
        for problem in self.outcome.result.errors:
            self._say(f"A kernel was not registered: {problem}", sys.stderr)

    def _register_only(self) -> NoReturn:
        """Do all that a command without packages is about, which conda itself would refuse."""
        from conda.base.context import context

        self.register()
        self.outcome.take()
        if context.json:
            documents.print_json({"message": "All requested packages already installed.", "success": True})
        raise SystemExit(0)

    def _say(self, line: str, stream: TextIO) -> None:
        """Print a line, unless the JSON document has it."""
        from conda.base.context import context

        if not (context.json and self.is_told_elsewhere):
            streams.say(line, stream)


def begin_flagged() -> FlaggedCommand:
    """Take in the current command, check and complete it.

    Raises:
        CondaKernelError: The kernel cannot be registered as asked; conda has not done anything yet.
        SystemExit: Registering was all there was to do, and is done.
    """
    from conda.base.context import context

    options = dict(context._argparse_args)
    request = read_request(options, tuple(context.create_default_packages))
    foreign = is_foreign_platform()
    if foreign and not context.quiet:
        streams.say(
            f"No kernel will be registered, because this machine cannot run programs for {context.subdir}.",
            sys.stderr,
        )
    # Nothing that could run here comes of the others.
    makes_kernel = not (context.download_only or foreign)
    command = FlaggedCommand(request, makes_kernel, options.get(OUTCOME) or Outcome())
    command.check_and_complete()
    return command
