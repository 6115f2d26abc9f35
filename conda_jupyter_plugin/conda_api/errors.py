"""Our failures as conda's, so that conda itself prints them, as text or as JSON."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from conda import CondaError
from conda.base.context import context

from ..cli.documents import SCHEMA_VERSION, error_as_json
from ..cli.streams import printable
from ..core.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Iterator


class CondaKernelError(CondaError):
    """A failure of ours as conda prints it: one sentence, without the class's name in front."""

    def __init__(self, error: KernelError) -> None:
        super().__init__(str(error), **_guidance(error))
        self.return_code = error.exit_status
        self._error = error

    def __str__(self) -> str:
        # conda 25.5 to 26.5 would %-format the message, and none makes it safe for a terminal.
        return printable(str(self._error))

    __repr__ = __str__

    @property
    def guidance(self) -> Any:
        """The next command to type, as conda 26.7 has it in JSON; as text the sentence holds it already."""
        return super().guidance if context.json else None

    def dump_map(self) -> dict[str, Any]:
        """The JSON document: conda's own keys, and ours."""
        document = {**super().dump_map(), **error_as_json(self._error), "success": False}
        return {"schema_version": SCHEMA_VERSION, **document}


def _guidance(error: KernelError) -> dict[str, Any]:
    """The additional argument for hints, since conda 26.7."""
    if not error.hint or not hasattr(CondaError, "guidance"):
        return {}
    return {"guidance": {"hints": [{"text": error.hint, "hint_code": error.code}]}}


@contextmanager
def as_conda_errors() -> Iterator[None]:
    """Turn our failures into conda's.

    Raises:
        CondaKernelError: For any `KernelError` inside.
    """
    try:
        yield
    except KernelError as error:
        raise CondaKernelError(error) from error
