"""What `conda kernel` and `pip-kernel` differ in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

from ..core.dataclass import dataclass

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ..core.jupyter.locations import Location
    from ..core.models import Environment
    from ..core.rules import Rules


@dataclass(frozen=True)
class Output:
    """How a command speaks: as the options, and conda's configuration, say."""

    json: bool = False
    quiet: bool = False
    dry_run: bool = False
    yes: bool = False

    @property
    def shows_progress(self) -> bool:
        """Whether somebody looks at a terminal, and wants to see how far it has come."""
        return not (self.json or self.quiet) and sys.stderr is not None and sys.stderr.isatty()


@dataclass(frozen=True)
class Meant:
    """An environment, and what led to it: a clause, empty where it was named."""

    environment: Environment
    source: str = ""


@dataclass(frozen=True)
class TargetEnvironment:
    """The environment whose kernels are meant, which may be gone: then only its name may be known."""

    prefix: Path | None
    name: str | None


class Host(Protocol):
    """One of the two commands, as the shared verbs see it."""

    command: str
    verbs: Mapping[str, str]
    """The modules of the verbs that only this command has, by name; see `load_verb`."""
    variables: str
    """What the names of variables begin with that stand for options; empty where settings do."""
    active_prefix: str | None

    @property
    def rules(self) -> Rules:
        """The rules by which kernels are written."""

    @property
    def exclude(self) -> Sequence[str]:
        """Patterns of the environments that are left out where nobody names them."""

    def default_location(self) -> Location:
        """Where kernels are written unless the options say otherwise."""

    def environments_to_register(self) -> Sequence[Environment]:
        """The environments that `sync` registers where they are not."""

    def working_environments(self) -> Sequence[Environment]:
        """The environments that the user works in, which may be registered ones that have moved."""

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add what names the environment to register."""

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:
        """Add what names the environment whose kernels are meant, and for what."""

    def add_output_options(
        self, parser: ArgumentParser, *, changes: bool = False, installs: bool = False
    ) -> None:
        """Add `--json`, `--quiet`, and the options that apply.

        Args:
            changes: Whether the verb changes something, which takes `--dry-run` and `--yes`.
            installs: Whether it installs packages, whose installer takes `--verbose`.
        """

    def output(self, args: Namespace) -> Output:
        """Say how to speak."""

    def environments(self, args: Namespace) -> Sequence[Meant]:
        """The environments that the options name, else the active one."""

    def all_environments(self) -> Sequence[Environment]:
        """Every environment that is known."""

    def environments_to_add(self, args: Namespace) -> Sequence[Environment]:
        """The environments that `add --all` means."""

    def target(self, args: Namespace) -> TargetEnvironment | None:
        """The environment that the options name, which may be gone; None where they name none."""

    def active_environment(self) -> Environment:
        """The environment that is active, or that of the project around."""

    def add_command(self, environment: Environment) -> str:
        """The command that registers an environment, to be shown to the user."""

    def install_kernel(self, environment: Environment, args: Namespace) -> None:
        """Install the kernel package into an environment."""

    def confirm(self, args: Namespace) -> None:
        """Ask whether to proceed; raise where the answer is no."""
