"""The rules by which kernels are written: how environments are named and activated, and whose they are."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from .. import __version__
from .dataclass import dataclass, field
from .environment.environment import conda_root, is_conda, same_prefix
from .environment.names import named
from .system.fingerprint import in_short

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from .models import Activators, Environment, Manager, Owner


@dataclass(frozen=True)
class Rules:
    """The rules by which kernels are written.

    Attributes:
        activators: For each manager, what gives an environment's activation; where one is missing, its
            kernels are judged without.
        templates: The display name's template for each manager, where it is not the default.
        conda: The prefix of the conda that is running, None where none is.
        envs_folders: The folders of its named environments.
        left_to: The condas that see to their environments' kernels themselves.
        activation: What works out the activation of conda environments: which conda's, and its settings.
    """

    activators: Activators = field(default_factory=dict)
    templates: Mapping[Manager, str] = field(default_factory=dict)
    conda: Path | None = None
    envs_folders: tuple[Path, ...] = ()
    left_to: tuple[Path, ...] = ()
    activation: str = ""

    @cached_property
    def digests(self) -> Mapping[Manager, str]:
        """A digest for each manager of the rules for a kernel's text, and of this release."""
        of_conda = (self.activation, str(self.conda), *map(str, self.envs_folders))
        texts: Mapping[Manager, tuple[str, ...]] = {"conda": of_conda, "venv": ()}
        return {
            manager: in_short((__version__, self.templates.get(manager), *text))
            for manager, text in texts.items()
        }

    def judges(self, environment: Environment, owner: Owner) -> bool:
        """Whether a kernel can be compared, and brought in line: another conda's is that one's affair."""
        if environment.manager not in self.activators:
            return False
        if environment.manager != "conda":
            return True
        conda = conda_root(environment.prefix, self.envs_folders) or owner.conda
        if conda is not None and any(same_prefix(conda, other) for other in self.left_to):
            return False
        if conda is None or self.conda is None or same_prefix(conda, self.conda):
            return True
        return not is_conda(conda)

    def conda_of(self, environment: Environment) -> Path | None:
        """The conda that an environment belongs to: the one that it is in, else the one that is running."""
        if environment.manager != "conda":
            return None
        return conda_root(environment.prefix, self.envs_folders) or self.conda

    def named(self, environment: Environment) -> Environment:
        """Name an environment by what is known of conda's folders."""
        return named(environment, self.envs_folders)
