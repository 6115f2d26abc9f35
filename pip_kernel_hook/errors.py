"""Why an environment cannot be made, or nothing be installed into it."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from conda_jupyter_plugin.core.errors import InstallError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class CreationError(InstallError):
    """A program that creates an environment, or installs packages into it, failed."""

    code = "creation"

    @classmethod
    def by_venv(cls, interpreter: str, prefix: Path, printed: str) -> CreationError:
        """`python -m venv` failed."""
        last = printed.strip().rpartition("\n")[2].rstrip(".")
        said = f" ({last})" if last else ""
        return cls(
            f"{interpreter} could not create a virtual environment in {prefix}{said}.",
            "Choose another interpreter with --python, or another path.",
        )

    @classmethod
    def by_installer(cls, name: str, words: Sequence[str], prefix: Path) -> CreationError:
        """`pip install` failed, and has said why."""
        hint = "Fix the error above, or add -v to see the full output."
        return cls(f"{name} could not install {shlex.join(words)} into {prefix}.", hint)

    @classmethod
    def without_installer(cls, python: Path, prefix: Path, words: Sequence[str]) -> CreationError:
        """There is neither pip nor uv."""
        return cls(
            f"Cannot install {shlex.join(words)} into {prefix}, because neither pip nor uv is available.",
            f"Install pip with `{shlex.quote(str(python))} -m ensurepip`, or put uv on PATH.",
        )

    @classmethod
    def not_started(cls, program: str, reason: str | None) -> CreationError:
        """There is no such program, or it may not be run."""
        return cls(
            f"{program} cannot be started ({reason}).",
            "Choose another interpreter, or recreate the environment.",
        )
