"""Why a kernel cannot be read: the notebook that names it, the Jupyter that would start it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.errors import KernelError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class NotebookError(KernelError):
    """The file is not a notebook."""

    code = "notebook"

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} is not a notebook.",
            "Pass an .ipynb file, or a text notebook with a jupytext header.",
        )

    @classmethod
    def unreadable(cls, path: Path, error: OSError, done: str = "read") -> NotebookError:
        """It is not there, or not to be read or changed."""
        broken = cls(path)
        broken.message = f"The notebook {path} cannot be {done} ({(error.strerror or str(error)).lower()})."
        broken.hint = ""
        return broken


class ProvisionerError(KernelError):
    """Jupyter lacks the provisioner, and would not list the kernel."""

    code = "provisioner"

    def __init__(self, name: str, jupyter: Path, others: Iterable[str]) -> None:
        names = ", ".join(others) or "none"
        super().__init__(
            f"The Jupyter in {jupyter} would not list the kernel, because the provisioner {name} is not"
            f" installed there (installed: {names}).",
            "Install it there, choose another Jupyter with --jupyter-prefix PREFIX, or add --force.",
        )
