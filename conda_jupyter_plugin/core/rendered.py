"""A kernelspec as it is to be written: plain data."""

from __future__ import annotations

import json
from functools import cached_property
from typing import TYPE_CHECKING

from .dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import Any


@dataclass(frozen=True)
class RenderedFile:
    """One file of a registered kernelspec.

    Attributes:
        written: What it holds.
        executable: Whether it is a program.
        source: The file that it is a copy of, in place of what it holds.
        document: What it holds as JSON, in place of that.
    """

    written: bytes = b""
    executable: bool = False
    source: Path | None = None
    document: Mapping[str, Any] | None = None

    @cached_property
    def content(self) -> bytes:
        """Its bytes; most documents are compared only, and need none."""
        if self.document is None:
            return self.written
        return (json.dumps(self.document, indent=1) + "\n").encode()


@dataclass(frozen=True)
class Rendered:
    """A kernelspec as it is to be written.

    Attributes:
        name: The kernel's name.
        display_name: The name that is shown.
        language: The kernel's language.
        files: Every file by its path relative to the folder.
        private: Whether it holds values that are nobody else's to read.
        provisioner: What starts it in place of Jupyter itself.
    """

    name: str
    display_name: str
    language: str
    files: Mapping[str, RenderedFile]
    private: bool = False
    provisioner: str | None = None
