"""The verdict on a kernel: its status and the reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..dataclass import dataclass

if TYPE_CHECKING:
    from ..models import Status

LATER_VERSION = "written by a later version of conda-jupyter-plugin"


@dataclass(frozen=True)
class Verdict:
    """A kernel's status, its reason, and whether `sync` fixes it; see `Registration`."""

    status: Status
    reason: str | None = None
    fixable: bool = False
    kept: bool = False
