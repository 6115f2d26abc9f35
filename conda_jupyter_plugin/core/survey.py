"""What kernels an environment holds: those that can be started here, and what is wrong with the others."""

from __future__ import annotations

from functools import cached_property

from .dataclass import dataclass, field
from .discovery import find_readable_kernels
from .display_names import labels
from .errors import BrokenKernelspecError
from .interpreters import Obstacle, why_not_started
from .platforms import foreign_platform
from .render import program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import Environment, Kernel


@dataclass(frozen=True)
class Survey:
    """An environment's kernels by the folders of their kernelspecs, the one that stands for all of it first.

    Attributes:
        kernels: Those whose kernel.json can be used.
        problems: What is wrong with those that cannot be started.
    """

    kernels: Mapping[str, Kernel] = field(default_factory=dict)
    problems: Mapping[str, BrokenKernelspecError] = field(default_factory=dict)

    @property
    def runnable(self) -> tuple[Kernel, ...]:
        """Those that can be started, as far as files tell."""
        return tuple(kernel for name, kernel in self.kernels.items() if name not in self.problems)

    @property
    def found(self) -> bool:
        """Whether there is any, be it one that cannot be used."""
        return bool(self.kernels or self.problems)

    @cached_property
    def called(self) -> Mapping[str, str]:
        """What each that can be started is called among them."""
        return labels(self.runnable)


def survey(environment: Environment) -> Survey:
    """Look at every kernel that an environment holds; one that is broken is no reason to leave out others.

    Raises:
        UnreadableError: The environment cannot be looked into.
    """
    kernels, broken = find_readable_kernels(environment)
    problems = dict(broken)
    foreign = foreign_platform(environment) if kernels else None
    reason = f"its environment is for {foreign}, whose programs do not run here"
    of_all = Obstacle(reason) if foreign else None
    for kernel in kernels:
        if obstacle := of_all or why_not_started(kernel, program(kernel)):
            problems[kernel.directory] = BrokenKernelspecError.not_starting(
                kernel.folder, obstacle.reason, obstacle.way_out
            )
    return Survey({kernel.directory: kernel for kernel in kernels}, problems)
