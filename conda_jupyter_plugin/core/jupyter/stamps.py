"""The stamps of the kernels at a location: in short what each was made from, and of which environment.

They are in one file of our folder. Without it, commands are only slower: they compare a kernel without a
stamp.
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from ..dataclass import dataclass, field
from ..failures import passing_over
from ..system.path_text import for_everybody, for_this_process, is_system_text
from ..system.reading import read_unlinked

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from .locations import Location

FILE_NAME = "stamps.json"

FORMAT_VERSION = 1

_MAXIMUM = 100_000_000


@dataclass(frozen=True)
class Stamp:
    """A digest of the files of a kernel.

    Attributes:
        prefix: The prefix of its environment, as it records it.
        rules: A digest of the rules.
        digest: A digest of all relevant files; empty if the kernel must always be compared.
        base: The interpreter that the environment was made with, where its own program does not lead there.
        written: What tells its kernel.json apart; empty where the kernelspec was just written, so that its
            own files have to be read.
        copies: The files that are copies of the environment's own.
    """

    prefix: str
    rules: str = ""
    digest: str = ""
    base: str = ""
    written: str = ""
    copies: tuple[str, ...] = ()

    @property
    def fields(self) -> list[str]:
        """Its form in the file."""
        texts = (self.prefix, self.rules, self.digest, self.base, self.written, *self.copies)
        return [*map(for_everybody, texts)]


@dataclass(frozen=True)
class Stamps:
    """The stamps at a location.

    Attributes:
        by_name: The fields of each, five or more, by its kernel's name, as they were read.
        later: Whether a later version of this project wrote them, to whom they are left.
    """

    by_name: Mapping[str, Sequence[str]] = field(default_factory=dict)
    later: bool = False

    def get(self, name: str) -> Stamp | None:
        """The stamp of a kernel."""
        fields = self.by_name.get(name, ())
        if not fields or not all(isinstance(text, str) for text in fields):
            return None
        if not "".join(fields).isascii():
            fields = [for_this_process(text) for text in fields]
        prefix, rules, digest, base, written, *copies = fields
        return Stamp(prefix, rules, digest, base, written, tuple(copies))

    @cached_property
    def written(self) -> Mapping[str, str]:
        """The fingerprint of each kernel.json, by its kernel's name."""
        return {name: fields[4] for name, fields in self.by_name.items() if fields[4]}

    def of(self, prefix: Path | str | None) -> Sequence[str]:
        """The names of an environment's kernels."""
        return self.by_prefix.get(str(prefix), ())

    @cached_property
    def digested(self) -> Collection[str]:
        """The names of the kernels that need not always be compared."""
        return {name for name, fields in self.by_name.items() if fields[2]}

    @cached_property
    def by_prefix(self) -> Mapping[str, Sequence[str]]:
        """The names of each environment's kernels, by its prefix."""
        names: dict[str, list[str]] = {}
        for name, fields in self.by_name.items():
            if is_system_text(fields[0]):
                names.setdefault(for_this_process(fields[0]), []).append(name)
        return names


NO_STAMPS = Stamps()


def read_stamps(location: Location) -> Stamps:
    """Read the stamps at a location; damaged ones are none."""
    with passing_over(OSError, ValueError, RecursionError), suppress(FileNotFoundError, NotADirectoryError):
        read = json.loads(read_unlinked(f"{location.workshop}/{FILE_NAME}", _MAXIMUM))
        fields = read if isinstance(read, dict) else {}
        version, by_name = fields.get("version"), fields.get("kernels")
        if version != FORMAT_VERSION:
            return Stamps(later=isinstance(version, int) and version > FORMAT_VERSION)
        if isinstance(by_name, dict):
            return Stamps({name: found for name, found in by_name.items() if _is_complete(found)})
    return NO_STAMPS


def _is_complete(fields: object) -> bool:
    return isinstance(fields, list) and len(fields) > 4 and isinstance(fields[0], str)
