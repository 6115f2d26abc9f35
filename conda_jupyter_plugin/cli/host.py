"""The differences between `conda kernel` and `pip-kernel`."""

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
        """Whether to show progress on a terminal."""
        return not (self.json or self.quiet) and sys.stderr is not None and sys.stderr.isatty()


@dataclass(frozen=True)
class Meant:
    """An environment, and how it was found: a clause, empty if the user named it."""

    environment: Environment
    source: str = ""


@dataclass(frozen=True)
class TargetEnvironment:
    """The environment whose kernels are meant. If it is gone, only its name may be known."""

    prefix: Path | None
    name: str | None


class Host(Protocol):
    """One of the two commands, as the shared verbs see it."""

    command: str
    verbs: Mapping[str, str]
    """The modules of the verbs that only this command has, by name; see `load_verb`."""
    variables: str
    """The prefix of the variables that replace options; empty if settings do."""
    active_prefix: str | None

    @property
    def rules(self) -> Rules:
        """The rules by which kernels are written."""

    @property
    def exclude(self) -> Sequence[str]:
        """Patterns of environments to skip unless the user names them."""

    def default_location(self) -> Location:
        """Where kernels are written unless the options say otherwise."""

    def environments_to_register(self) -> Sequence[Environment]:
        """The environments that `sync` registers."""

    def working_environments(self) -> Sequence[Environment]:
        """The environments that the user works in, which may be registered ones that have moved."""

    def add_environment_options(self, parser: ArgumentParser) -> None:
        """Add the options that name the environment to register."""

    def add_target_options(self, parser: ArgumentParser, purpose: str) -> None:
        """Add the options that name the environment whose kernels are meant."""

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
        """The environment that the options name, which may be gone; None without such an option."""

    def active_environment(self) -> Environment:
        """The environment that is active, or that of the project around."""

    def add_command(self, environment: Environment) -> str:
        """The command that registers an environment, to be shown to the user."""

    def install_kernel(self, environment: Environment, args: Namespace) -> None:
        """Install the kernel package into an environment."""

    def confirm(self, args: Namespace) -> None:
        """Ask whether to proceed; raise if the answer is no."""
