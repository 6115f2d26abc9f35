"""`pip-kernel`, as the shared verbs see it."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from conda_jupyter_plugin.cli.host import Meant, Output, TargetEnvironment
from conda_jupyter_plugin.cli.parsing.options import add_repeatable
from conda_jupyter_plugin.cli.report import short
from conda_jupyter_plugin.cli.streams import say
from conda_jupyter_plugin.core.errors import KernelError, NotAnEnvironmentError
from conda_jupyter_plugin.core.jupyter.locations import Location, user_location
from conda_jupyter_plugin.core.kernelspec.survey import find_readable_kernels
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.rules import Rules

from .environments import absolute, find_around, find_environment, prefix_meant

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence

    from conda_jupyter_plugin.core.models import Environment


class PipHost:
    """The command for virtual environments: paths instead of names."""

    command, variables = "pip-kernel", "PIP_KERNEL_"
    verbs: Mapping[str, str] = {"create": "pip_kernel_hook.creating.create"}

    exclude: Sequence[str] = ()

    def __init__(self) -> None:
        self.rules = Rules({"venv": activate_virtual_environment})
        self.active_prefix = os.environ.get("VIRTUAL_ENV")

    def default_location(self) -> Location:
        """The user's own folder."""
        return user_location()

    def environments_to_register(self) -> Sequence[Environment]:
        """None: a virtual environment becomes a kernel only when it is asked for."""
        return ()

    def working_environments(self) -> Sequence[Environment]:
        """The one that is active, or that of the project around."""
        meant = find_around()
        return (meant.environment,) if meant and meant.environment.manager == "venv" else ()

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add the environment's path."""
        parser.add_argument(
            "paths",
            nargs="*",
            default=[],
            metavar="PATH",
            help="Environment, or project that has one. Default: $VIRTUAL_ENV, else .venv, venv or env in"
            " this folder or its parents, else the project's environment in poetry, pipenv, hatch or pdm.",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            help="Register all virtual environments below PATH. Default: the current folder.",
        )
        add_repeatable(
            parser,
            "--exclude",
            dest="exclude",
            metavar="PATTERN",
            help="With --all, skip environments whose name or path matches PATTERN, such as build-* or"
            " /tmp/*. Can be given more than once.",
        )

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:
        """Add `-p` for the environment whose kernels are meant."""
        parser.add_argument(
            "-p", "--prefix", metavar="PATH", help=f"{purpose} the kernels of this environment."
        )

    def add_output_options(
        self, parser: ArgumentParser, *, changes: bool = False, installs: bool = False
    ) -> None:
        """Add the options that say how to speak."""
        group = parser.add_argument_group("Output and Prompt Options")
        group.add_argument("--json", action="store_true", help="Report all output as JSON.")
        group.add_argument("-q", "--quiet", action="store_true", help="Print errors and warnings only.")
        if installs:
            group.add_argument("-v", "--verbose", action="store_true", help="Show all output of pip.")
        if changes:
            group.add_argument("-d", "--dry-run", action="store_true", help="Only show what would be done.")
            group.add_argument("-y", "--yes", action="store_true", help="Do not ask for confirmation.")

    def output(self, args: Namespace) -> Output:
        """Say how to speak."""
        return Output(args.json, args.quiet, getattr(args, "dry_run", False), getattr(args, "yes", False))

    def environments(self, args: Namespace) -> Sequence[Meant]:
        """The environments at the paths, else the active one, else that of the project around."""
        return [find_environment(path) for path in args.paths] or [find_environment(None)]

    def environments_to_add(self, args: Namespace) -> Sequence[Environment]:
        """Those below the folders that are given, or here."""
        from conda_jupyter_plugin.core.environment.exclusion import without_excluded
        from conda_jupyter_plugin.core.environment.search import environments_below

        folders = [absolute(path) for path in args.paths or ["."]]
        for folder in folders:
            if not folder.is_dir():
                raise NotAnEnvironmentError.at(folder, "Pass a folder to --all.", kind="a folder")
        below = (environment for folder in folders for environment in environments_below(folder))
        every = (environment for environment in below if environment.manager == "venv")
        found = {environment.prefix: environment for environment in without_excluded(every, args.exclude)}
        if not args.quiet:
            many = f"{len(found)} virtual environment{'' if len(found) == 1 else 's'}"
            say(f"Found {many} below {', '.join(map(short, folders))}", sys.stderr)
        return tuple(found.values())

    def all_environments(self) -> Sequence[Environment]:
        """Virtual environments lie anywhere: only the one that is active or around is known."""
        return self.working_environments()

    def target(self, args: Namespace) -> TargetEnvironment | None:
        """The environment whose kernels to remove; it may be gone."""
        return None if args.prefix is None else TargetEnvironment(prefix_meant(args.prefix), None)

    def active_environment(self) -> Environment:
        """The environment that is active, or that of the project around."""
        return find_environment(None).environment

    def add_command(self, environment: Environment) -> str:
        """The command that registers an environment."""
        return f"{self.command} add {shlex.quote(str(environment.prefix))}"

    def install_kernel(self, environment: Environment, args: Namespace) -> None:
        """Install ipykernel with pip; again if pip finds it installed but the kernel is missing."""
        from .creating.installing import install_packages
        from .creating.kernel_package import KERNEL_PACKAGE

        for again in (False, True):
            install_packages(
                environment, [KERNEL_PACKAGE], quiet=args.quiet, verbose=args.verbose, again=again
            )
            if any(find_readable_kernels(environment)):
                return

    def confirm(self, args: Namespace) -> None:
        """Ask as pip asks; with --json nothing is asked."""
        if args.yes or args.json:
            return
        print("Proceed (Y/n)? ", end="", flush=True)
        answer = sys.stdin.readline() if sys.stdin else ""
        if not answer:
            raise KernelError.unanswered()
        if answer.strip().lower() not in ("", "y", "yes"):
            raise SystemExit(0)
