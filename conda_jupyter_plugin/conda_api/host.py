"""`conda kernel`, as the shared verbs see it: conda's own options, prompts and environments."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..cli.host import Meant, Output, TargetEnvironment
from ..core.environment.exclusion import without_excluded
from ..core.errors import KernelError, NotAnEnvironmentError
from ..core.kernelspec.kernel_packages import kernel_package_for
from ..settings import default_location, read_auto, read_exclude
from .environments import (
    active_environment,
    all_environments,
    conda_environment,
    is_covered,
    named_prefix,
    selector,
)
from .install import install_package
from .rules import read_rules

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from ..core.jupyter.locations import Location
    from ..core.models import Environment
    from ..core.rules import Rules


def let_settings_ask_for_dry_runs(parser: ArgumentParser) -> None:
    """Let `dry_run` in `.condarc` and CONDA_DRY_RUN count, which conda's own option hides by its default."""
    from conda.common.constants import NULL

    parser.set_defaults(dry_run=NULL)


class CondaHost:
    """`conda kernel`, as the shared verbs see it."""

    command, variables = "conda kernel", ""
    verbs: Mapping[str, str] = {"create": "conda_jupyter_plugin.conda_host.kernel_create"}

    def __init__(self) -> None:
        self.active_prefix = os.environ.get("CONDA_PREFIX")

    @property
    def rules(self) -> Rules:
        """The rules, as conda's settings have them."""
        return read_rules()

    @property
    def exclude(self) -> Sequence[str]:
        """The patterns of `plugins.kernel_exclude`."""
        return read_exclude()

    def default_location(self) -> Location:
        """The location of `plugins.kernel_location`."""
        return default_location()

    def environments_to_register(self) -> Sequence[Environment]:
        """The environments that `plugins.kernel_auto` covers and that hold a kernel."""
        auto = read_auto()
        return [
            environment for environment in self.all_environments() if is_covered(environment.prefix, auto)
        ]

    def working_environments(self) -> Sequence[Environment]:
        """No others: conda knows them all."""
        return ()

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add conda's `-n` and `-p`, and `--all`."""
        from conda.cli.helpers import add_parser_prefix

        group = add_parser_prefix(parser)
        group.add_argument("--all", action="store_true", help="All environments that conda knows.")

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:  # noqa: ARG002
        """Add conda's `-n` and `-p`, which conda has its own words for."""
        from conda.cli.helpers import add_parser_prefix

        add_parser_prefix(parser)

    def add_output_options(
        self,
        parser: ArgumentParser,
        *,
        changes: bool = False,
        installs: bool = False,  # noqa: ARG002
    ) -> None:
        """Add conda's own output and prompt options."""
        from conda.cli.helpers import add_output_and_prompt_options, add_parser_json

        if changes:
            add_output_and_prompt_options(parser)
            let_settings_ask_for_dry_runs(parser)
        else:
            add_parser_json(parser)

    def output(self, args: Namespace) -> Output:  # noqa: ARG002
        """Say how to speak, conda's configuration considered."""
        from conda.base.context import context

        return Output(context.json, context.quiet, bool(context.dry_run), yes=bool(context.always_yes))

    def environments(self, args: Namespace) -> Sequence[Meant]:
        """The environment that `-n` or `-p` names, else the active one."""
        prefix = self._given_prefix(args)
        return [Meant(conda_environment(prefix) if prefix else active_environment())]

    def all_environments(self) -> Sequence[Environment]:
        """Every environment that conda knows of."""
        return all_environments()

    def environments_to_add(self, args: Namespace) -> Sequence[Environment]:  # noqa: ARG002
        """Every environment that conda knows of, but those that `plugins.kernel_exclude` leaves out."""
        return without_excluded(all_environments(), self.exclude)

    def target(self, args: Namespace) -> TargetEnvironment | None:
        """The environment whose kernels to remove; where it is gone, its name is all there is."""
        try:
            prefix = self._given_prefix(args)
        except NotAnEnvironmentError:
            return TargetEnvironment(None, args.name)
        return TargetEnvironment(prefix, None) if prefix else None

    def active_environment(self) -> Environment:
        """The environment that is active."""
        return active_environment()

    def add_command(self, environment: Environment) -> str:
        """The command that registers an environment."""
        return f"{self.command} add {selector(environment)}"

    def install_kernel(self, environment: Environment, args: Namespace) -> None:
        """Run `conda install` for the kernel package; conda shows its plan and asks, except with `--yes`."""
        from conda.base.context import context

        output = self.output(args)
        install_package(
            environment.prefix,
            kernel_package_for(environment),
            vars(args),
            yes=bool(context.always_yes),
            quiet=output.quiet,
            json=output.json,
        )

    def confirm(self, args: Namespace) -> None:
        """Ask as conda asks; with --json conda asks nothing."""
        from conda.reporters import confirm_yn

        if self.output(args).json:
            return
        if sys.stdin is None and not self.output(args).yes:
            raise KernelError.unanswered()
        confirm_yn(dry_run=False)

    def _given_prefix(self, args: Namespace) -> Path | None:
        if getattr(args, "name", None):
            return named_prefix(args.name)
        if getattr(args, "prefix", None):
            return Path(os.path.abspath(os.path.expanduser(args.prefix)))
        return None
