"""Actions on kernels: plain data that planning makes and storage carries out."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from .dataclass import dataclass
from .failures import collecting

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from .errors import KernelError
    from .jupyter.locations import Location
    from .models import Environment, Installed, Kernel, Owner
    from .rendered import Rendered
    from .results import Registration


@dataclass(frozen=True)
class Write:
    """A kernelspec is written, renamed, or found as it should be.

    Attributes:
        location: Where Jupyter looks for it.
        locations: Every location where its removal on purpose may be noted.
        kernel: The environment's kernel.
        rendered: The kernelspec to write.
        folder: Where it goes.
        current: What is there now, if anything.
        previous: Our registration of the same kernel under another name, which it replaces.
        replaced: The row of that one.
        is_new: Whether the kernel was not registered there before.
        unchanged: Whether everything is as it should be already.
        is_named: Whether its user gave it its name, which says nothing of others that it had.
        complete: Whether its environment is all right with it: nothing else is to be written, or broken.
    """

    location: Location
    locations: tuple[Location, ...]
    kernel: Kernel
    rendered: Rendered
    folder: Path
    current: Installed | None = None
    previous: Installed | None = None
    replaced: Registration | None = None
    is_new: bool = False
    unchanged: bool = False
    is_named: bool = False
    complete: bool = False


class Reason(Enum):
    """Why a kernel is removed.

    Attributes:
        ASKED_FOR: A user wants it to stay away. The original that it replaced comes back.
        ALL: A user wants nothing of ours to stay. The same, but nothing is noted.
        LOST: Its environment is gone, or has lost the kernel, and may come back.
        DELETED: Its environment was deleted.
    """

    ASKED_FOR = "asked for"
    ALL = "all"
    LOST = "lost"
    DELETED = "deleted"


@dataclass(frozen=True)
class Remove:
    """A kernelspec is removed.

    Attributes:
        location: Where Jupyter looks for it.
        item: The kernelspec as it is there.
        reason: Why it goes.
        row: Its row, and whether the kernelspec that it replaced is restored.
        for_good: Whether its environment is gone for good: nothing of it is kept.
        noted: Whose kernels are noted as removed on purpose.
    """

    location: Location
    item: Installed
    reason: Reason
    row: Registration
    for_good: bool = False
    noted: tuple[Owner, ...] = ()

    @property
    def folder(self) -> Path:
        """Its folder."""
        return self.item.folder


@dataclass(frozen=True)
class MoveNotes:
    """Moves the mark of a removed kernel to an environment's new prefix."""

    location: Location
    previous: Path
    prefix: Path


@dataclass(frozen=True)
class DropNotes:
    """Deletes the mark of a removed kernel together with its environment."""

    location: Location
    prefix: Path


Action = Write | Remove | MoveNotes | DropNotes


@dataclass(frozen=True)
class Plan:
    """The actions for one environment, planned or carried out.

    Attributes:
        actions: In the order in which they are carried out.
        errors: Why something is not done.
        without_kernel: Environments of many that hold no kernel.
    """

    actions: tuple[Action, ...] = ()
    errors: tuple[KernelError, ...] = ()
    without_kernel: tuple[Environment, ...] = ()

    @classmethod
    def attempt(cls, what: object, make: Callable[[], Plan]) -> Plan:
        """Make a plan; after a failure it contains only the error."""
        errors: list[KernelError] = []
        with collecting(errors, what):
            return make()
        return cls(errors=tuple(errors))

    @classmethod
    def merged(cls, plans: Sequence[Plan]) -> Plan:
        """Put several plans together."""
        actions = tuple(action for plan in plans for action in plan.actions)
        return cls(actions, tuple(error for plan in plans for error in plan.errors))

    @property
    def changes(self) -> tuple[Action, ...]:
        """The actions that change something."""
        return tuple(
            action for action in self.actions if not (isinstance(action, Write) and action.unchanged)
        )

    @property
    def locations(self) -> set[Location]:
        """The locations that will change."""
        return {action.location for action in self.changes if isinstance(action, Write | Remove)}
