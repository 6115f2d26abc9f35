"""What kernels an environment holds: those that can be started here, and what is wrong with the others."""

from __future__ import annotations

from functools import cached_property

from .dataclass import dataclass, field
from .discovery import find_readable_kernels
from .errors import BrokenKernelspecError
from .interpreters import Obstacle, why_not_started
from .language_versions import language_version
from .platforms import foreign_platform
from .program import program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .models import Environment, Kernel

_LANGUAGES = {"python": "Python", "r": "R"}


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


def labels(kernels: Iterable[Kernel]) -> dict[str, str]:
    """Name each of an environment's kernels by its language, or by itself where an earlier one has that name.

    Args:
        kernels: The kernels in their order.

    Returns:
        What each is called, by its folder's name.
    """
    found: dict[str, str] = {}
    known: dict[str, str] = {}
    taken = set()
    for kernel in kernels:
        key = kernel.language.lower()
        if key in _LANGUAGES and key not in known:
            version = language_version(kernel.environment, key)
            known[key] = f"{_LANGUAGES[key]} {version}" if version else _LANGUAGES[key]
        # A language that is none we know is called as the kernel calls itself.
        language = known.get(key) or _own_name(kernel)
        found[kernel.directory] = _own_name(kernel) if language in taken else language
        taken.add(language)
    return found


def _own_name(kernel: Kernel) -> str:
    return str(kernel.spec.get("display_name") or kernel.directory)
