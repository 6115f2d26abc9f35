"""Results for the user: the rows of kernels, and what a verb did."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import Any

    from .errors import KernelError
    from .models import Environment, Manager, Status

ENVIRONMENT_GONE = "the environment is gone"
"""The reason of a kernel that nothing but its environment's return would keep."""


@dataclass(frozen=True)
class Registration:
    """A row for the user: a kernel, its environment and its status.

    `fixable` says that `sync` updates it; `kept` that its environment is not here, but not known to
    be gone either; `gives_back` that a removed one makes room again for what it took the place of;
    `provisioner` is what starts it in place of Jupyter itself; `previous_name` what a renamed one was called.
    """

    name: str
    display_name: str
    language: str
    path: Path | None
    prefix: Path | None
    environment: str | None
    manager: Manager | None
    managed: bool
    status: Status
    kernel: str | None = None
    reason: str | None = None
    fixable: bool = False
    kept: bool = False
    provisioner: str | None = None
    gives_back: bool = False
    previous_name: str | None = None


@dataclass(frozen=True)
class Result:
    """The changes of a verb, or of its dry run, and its errors.

    `without_kernel` are environments of many that hold none, which is no failure; `source` says what led to
    the environment that nobody named.
    """

    registered: tuple[Registration, ...] = ()
    refreshed: tuple[Registration, ...] = ()
    removed: tuple[Registration, ...] = ()
    unchanged: tuple[Registration, ...] = ()
    dry_run: bool = False
    errors: tuple[KernelError, ...] = ()
    warnings: tuple[str, ...] = ()
    without_kernel: tuple[Environment, ...] = ()
    source: str = ""

    @property
    def exit_status(self) -> int:
        """0, or that of the gravest error."""
        return max((error.exit_status for error in self.errors), default=0)

    @property
    def changes(self) -> tuple[Registration, ...]:
        """The kernels that are, or would be, changed."""
        return self.registered + self.refreshed + self.removed

    @classmethod
    def merged(cls, results: Sequence[Result], *, dry_run: bool = False) -> Result:
        """Merge results; a kernel that replaced a removed one is reported alone."""
        kinds = ("registered", "refreshed", "removed", "unchanged", "without_kernel")
        rows: dict[str, Any] = {
            kind: tuple(chain(*(getattr(result, kind) for result in results))) for kind in kinds
        }
        written = {row.path for row in rows["registered"] + rows["refreshed"]}
        rows["removed"] = tuple(row for row in rows["removed"] if row.path not in written)
        # Several steps may have found the same error of a kernel.
        errors = {str(error): error for result in results for error in result.errors}
        warnings = dict.fromkeys(chain(*(result.warnings for result in results)))
        return cls(**rows, dry_run=dry_run, errors=tuple(errors.values()), warnings=tuple(warnings))

    @classmethod
    def failed(cls, errors: Iterable[KernelError]) -> Result:
        """Nothing was done, and that is why."""
        return cls(errors=tuple(errors))
