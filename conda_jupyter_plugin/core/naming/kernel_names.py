"""Picks a kernel's name: the chosen one, the current one, or the next free one."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from ..dataclass import dataclass, replace
from ..environment.absence import is_gone
from ..environment.environment import same_prefix
from ..environment.names import name_with_parent
from ..errors import LaterVersionError
from ..kernelspec.hand_made import is_adoptable
from ..kernelspec.record import is_for, is_left_to_later, recorded_environment
from ..models import Why
from ..system.reading import is_present
from .valid_names import (
    MAXIMUM_LENGTH,
    NameTakenError,
    ReservedNameError,
    check_chosen,
    kernel_name,
    suffixed,
    why_reserved,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Sequence

    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Installed, Kernel, Owner


_NUMBERS = 1_000
"""The first number that is not tried behind a name: every search for a name ends."""


@dataclass(frozen=True)
class NameChoice:
    """Names the kernels of an environment.

    Attributes:
        registry: The location and the rules.
        force: Whether a chosen name may take one that is reserved, or a kernelspec that is not ours.
        why: On whose request: only a user who asked learns about taken names.
    """

    registry: Registry
    force: bool = False
    why: Why = Why.ASKED

    def decide(
        self,
        kernel: Kernel,
        earlier: Installed | None,
        chosen: str | None,
        assigned: Container[str],
    ) -> str:
        """Find a kernel's name: the one that is chosen, the one that it has, else the next that is free.

        Args:
            earlier: Its registration that is meant; None for a new one.
            assigned: Names that its environment's other kernels are about to get.

        Raises:
            InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
            LaterVersionError: A later version of this project has registered the kernel.
        """
        if earlier and is_left_to_later(earlier, kernel) and (earlier.later or not self.force):
            raise LaterVersionError(earlier.folder, is_known=not earlier.later)
        if earlier and _keeps_name(earlier, kernel, chosen):
            return earlier.name
        if chosen:
            check_chosen(chosen, force=self.force)
            if _is_environments_own(self.registry, chosen, kernel):
                raise NameTakenError.by_source(chosen, kernel.environment.prefix)
            if not self.force:
                self._check_free(chosen, kernel)
            return chosen
        name = choose_name(kernel, taken=lambda name: name in assigned or self._is_taken(name, kernel))
        self._check_free(name, kernel)
        return name

    def _is_taken(self, name: str, kernel: Kernel) -> bool:
        if _is_environments_own(self.registry, name, kernel):
            return True
        passed_over = self.why is not Why.ASKED and _why_not_free(self.registry, name, kernel) is not None
        return passed_over or _is_anothers(self.registry, name, kernel)

    def _check_free(self, name: str, kernel: Kernel) -> None:
        if problem := _why_not_free(self.registry, name, kernel):
            raise problem


def standing_for_environment(registry: Registry, kernels: Sequence[Kernel]) -> Kernel | None:
    """Find the kernel that the environment's plain name is for.

    Args:
        kernels: The environment's kernels; more than none.

    Returns:
        The one that has it, else the first that has no name for a further kernel; None where all have.
    """
    others = []
    for kernel in kernels:
        items = registry.registrations(kernel) if len(kernels) > 1 else ()
        given = [
            (item.name, item.owner) for item in items if item.owner and not item.owner.choices.kernel_name
        ]
        if any(_is_of_environment(name, kernel, owner) for name, owner in given):
            return kernel
        others += [kernel] if given else []
    return next((kernel for kernel in kernels if kernel not in others), None)


def _is_of_environment(name: str, kernel: Kernel, owner: Owner) -> bool:
    """Whether a name was given for the whole environment, and not made of the kernel's own folder."""
    has_suffix = name.endswith(suffixed("", kernel.directory))
    # Most of the names that may be given are numbered.
    return name in itertools.islice(
        _recorded_candidates(replace(kernel, is_first=True), owner), 2 if has_suffix else None
    )


def _recorded_candidates(kernel: Kernel, owner: Owner) -> Iterator[str]:
    """The names that could be given when the environment was what is recorded."""
    return _candidates(replace(kernel, environment=recorded_environment(owner)))


def _keeps_name(earlier: Installed, kernel: Kernel, chosen: str | None) -> bool:
    """Whether a registration keeps its name: after a rename only where it was not the environment's."""
    owner = earlier.owner
    if owner is None or chosen:
        return earlier.name == chosen
    if owner.choices.kernel_name or same_prefix(owner.prefix, kernel.environment.prefix):
        return True
    return earlier.name not in _recorded_candidates(kernel, owner)


def plain_name(kernel: Kernel) -> str:
    """Name a kernel where nobody has its name yet."""
    return _as_it_stands(kernel_name(kernel.environment.name), kernel)


def _as_it_stands(name: str, kernel: Kernel) -> str:
    return name if kernel.is_first else suffixed(name, kernel.directory)


def _is_environments_own(registry: Registry, name: str, kernel: Kernel) -> bool:
    """Whether a name is that of a kernelspec in the environment itself: it is copied, not written to."""
    item = registry.inventory.get(name)
    if item is None or item.owner is not None or item.later:
        return False
    own = kernel.folder.parent
    return is_present(own) and os.path.samefile(item.folder.parent, own)


def _is_anothers(registry: Registry, name: str, kernel: Kernel) -> bool:
    """Whether a name belongs to another kernel of ours, or would hide a kernel elsewhere."""
    own, other = registry.inventory.get(name), registry.other_kernelspecs.get(name)
    others = own is not None and (own.later or (own.owner is not None and not is_for(own, kernel)))
    return (others and not _is_left_behind(own)) or (other is not None and not is_for(other, kernel))


def _is_left_behind(item: Installed | None) -> bool:
    """Whether a kernel of ours has lost its environment for good, and so makes room."""
    return item is not None and item.owner is not None and not item.later and is_gone(item.owner)


def _why_not_free(registry: Registry, name: str, kernel: Kernel) -> KernelError | None:
    current, hidden = registry.inventory.get(name), registry.other_kernelspecs.get(name)
    if current and is_for(current, kernel):
        return LaterVersionError(current.folder) if current.later else None
    folder = registry.location.kernels / name
    is_there = current is None and is_present(folder, as_link=True)
    if is_there and not is_present(folder / "kernel.json", as_link=True):
        return NameTakenError.by_no_kernelspec(name, folder)
    if current and not (is_adoptable(current, kernel) or _is_left_behind(current)):
        return NameTakenError.by(current.owner.prefix if current.owner else None, name, current.folder)
    if hidden is not None and not is_for(hidden, kernel):
        return ReservedNameError.hiding(name, hidden.folder)
    return None


def choose_name(kernel: Kernel, taken: Callable[[str], bool]) -> str:
    """Choose a kernel's name from its environment's.

    Args:
        taken: Says whether a name belongs to somebody else already.

    Returns:
        The first free name that is not reserved.

    Raises:
        NameTakenError: Every name that could be given is taken.
    """
    for name in _candidates(kernel):
        if not why_reserved(name) and not taken(name):
            return name
    raise NameTakenError.everywhere(kernel.environment.prefix)


def _candidates(kernel: Kernel) -> Iterator[str]:
    """The environment's name; the parent folder's in front of it; that with numbers behind, up to a limit."""
    environment = kernel.environment
    with_parent = kernel_name(name_with_parent(environment))
    # No number helps a stem that is reserved itself, as below a folder `conda-envs`.
    stems = (text[: MAXIMUM_LENGTH - 10] for text in (with_parent, kernel_name(environment.name), "kernel"))
    stem = next(text for text in stems if not why_reserved(f"{text}-2"))
    numbered = (f"{stem}-{number}" for number in range(2, _NUMBERS))
    for name in itertools.chain((kernel_name(environment.name), with_parent), numbered):
        yield _as_it_stands(name, kernel)
