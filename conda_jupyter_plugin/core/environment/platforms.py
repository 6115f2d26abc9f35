"""The platforms whose programs this machine runs, in conda's terms: `linux-64`, `osx-arm64`."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from ..dataclass import dataclass
from ..system.reading import read_if_there

if TYPE_CHECKING:
    from ..models import Environment

_SYSTEMS = {"linux": "linux", "darwin": "osx", "win32": "win"}
_MACHINES = {"x86_64": "64", "amd64": "64", "i386": "32", "i686": "32", "x86": "32"}

# Other platforms that a machine can run: macOS by Rosetta, Windows on ARM by its emulation.
_RUN_TOO = {
    "osx-arm64": ("osx-64",),
    "win-arm64": ("win-64", "win-32"),
    "win-64": ("win-32",),
}


@dataclass(frozen=True)
class Machine:
    """The facts about the machine that a process can know.

    Attributes:
        system: The system, as `sys.platform` has it.
        processor: The processor, as `platform.machine()` has it: an emulated one for an emulated process.
        version: The system's version, as `platform.version()` has it, in which macOS names the real one.
        identifier: What Windows has in `PROCESSOR_IDENTIFIER`, which names the real one.
    """

    system: str
    processor: str
    version: str = ""
    identifier: str = ""

    @classmethod
    def this(cls) -> Machine:
        """Describe this machine."""
        import platform

        identifier = os.environ.get("PROCESSOR_IDENTIFIER", "")
        return cls(sys.platform, platform.machine(), platform.version(), identifier)

    def runs(self, subdir: str) -> bool:
        """Whether it runs the programs of a platform."""
        system = _SYSTEMS.get(self.system, self.system)
        emulated = (system == "osx" and "ARM64" in self.version) or self.identifier.startswith("ARM")
        processor = "arm64" if emulated else self.processor.lower()
        own = f"{system}-{_MACHINES.get(processor, processor)}"
        return subdir == own or subdir in _RUN_TOO.get(own, ())


def foreign_platform(environment: Environment) -> str | None:
    """Name the platform of an environment that nothing runs in here; None for any other one.

    It is known by what `conda create --platform` writes into the environment.

    Raises:
        UnreadableError: That cannot be read.
    """
    if environment.manager != "conda":
        return None
    text = read_if_there(environment.prefix / ".condarc") or ""
    subdir = re.search(r"(?m)^subdir:\s*['\"]?([a-z0-9]+-[a-z0-9_]+)", text)
    return subdir[1] if subdir and not Machine.this().runs(subdir[1]) else None
