"""Whether a registered kernel is as it was when it was found to be as it should be: nothing is rendered.

As `make` and git's index do, it goes by the sizes, times and numbers of the environment's files that the
kernel's text is made from; its own files go by what they hold. A stamp that does not hold proves nothing:
then one has to look.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from zlib import crc32

from .. import system
from ..dataclass import dataclass, replace
from ..environment.telling import telling_paths
from ..environment.versions import read_pyvenv
from ..errors import UnreadableError
from ..failures import passing_over
from ..jupyter.stamps import Stamp
from ..kernelspec.record import read_record, recorded_environment
from ..kernelspec.survey import KERNELS
from ..launch.launcher import FILE_NAME, launcher_of, shell, without_launcher
from ..system.fingerprint import fingerprint
from ..system.reading import read_file

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence
    from typing import Any

    from ..actions import Write
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed
    from ..rendered import Rendered

_TICK = 2_000_000_000
"""How many nanoseconds lie at least between two changes that every file system tells apart: FAT's."""


@dataclass(frozen=True)
class _Facts:
    """What tells whether a kernel is as it was.

    Attributes:
        folder: The kernelspec's folder, by a path without links.
        stamp: Its environment's prefix, and the interpreter that this was made with.
        kernel: The folder of the kernelspec inside it.
        argv: The kernelspec's command.
        files: The names in its folder.
        checksums: Those of its kernel.json, and of its launcher.
    """

    folder: str
    stamp: Stamp
    kernel: str
    argv: Sequence[str]
    files: Sequence[str]
    checksums: tuple[int, int]

    def digest(self) -> tuple[str, int]:
        """Put it all together, with how the environment's files are now.

        Returns:
            The digest, and when the latest of the files was changed: nanoseconds since the epoch.
        """
        seen = [self.folder, *self.files, str(self.checksums), *shell()]
        latest = 0
        for path in self._paths():
            found = fingerprint(path)
            seen.append(f"{path} {found}")
            latest = max(latest, *found[3:]) if found else latest
        text = "\n".join(seen)
        return f"{crc32(os.fsencode(text)):08x}", latest

    def _paths(self) -> Iterator[str]:
        """The files and folders of others that count."""
        prefix = self.stamp.prefix
        yield from telling_paths(prefix)
        yield from filter(None, (without_launcher(self.argv)[0], self.stamp.base))
        own = f"{prefix}/{'/'.join(KERNELS)}/{self.kernel}"
        yield from (f"{own}/{name}" for name in self.files if name not in ("kernel.json", FILE_NAME))


def is_as_stamped(registry: Registry, item: Installed) -> bool:
    """Whether a kernel, and all that it is made from, is as it was when it was as it should be."""
    stamp, owner, rules = registry.stamps.get(item.name), item.owner, registry.rules
    if stamp is None or owner is None or not stamp.digest or stamp.prefix != str(owner.prefix):
        return False
    if stamp.rules != rules.digests[owner.manager] and rules.judges(recorded_environment(owner), owner):
        return False
    with passing_over(OSError, ValueError):
        argv = item.spec["argv"]
        launcher = launcher_of(argv)
        checksums = (item.checksum, crc32(read_file(launcher)) if launcher else 0)
        folder, files = registry.folder_of(item.folder.name), sorted(os.listdir(item.folder))
        facts = _Facts(folder, stamp, owner.kernel, argv, files, checksums)
        return facts.digest()[0] == stamp.digest
    return False


def are_as_stamped(registry: Registry, items: Collection[Installed]) -> bool:
    """Whether all kernels of an environment are there that were there, each as `is_as_stamped`."""
    known = {name for item in items if item.owner for name in registry.stamps.of(item.owner.prefix)}
    return len(known) == len(items) and all(is_as_stamped(registry, item) for item in items)


def stamp_of(registry: Registry, write: Write, since: int) -> Stamp | None:
    """Make the stamp of a kernel that was written, or found to be as it should be.

    Args:
        since: When its environment was looked at, in nanoseconds since the epoch: what was changed after
            that, or just before, may have been changed once more.

    Returns:
        Its stamp; None where it is to be looked at each time.
    """
    environment, rendered = write.kernel.environment, write.rendered
    spec, launcher = rendered.files["kernel.json"].document or {}, rendered.files.get(FILE_NAME)
    if not write.complete or not _is_plain(rendered, spec):
        return None
    program, written = without_launcher(spec["argv"])[0], write.current if write.unchanged else None
    checksum = written.checksum if written else crc32(rendered.files["kernel.json"].content)
    with passing_over(OSError, UnreadableError, ValueError):
        base = _base_of(environment, program)
        if base is None:
            return None
        stamp = Stamp(str(environment.prefix), registry.rules.digests[environment.manager], base=base)
        facts = _Facts(
            registry.folder_of(write.folder.name),
            stamp,
            write.kernel.directory,
            spec["argv"],
            sorted(rendered.files),
            (checksum, crc32(launcher.content) if launcher else 0),
        )
        digest, latest = facts.digest()
        return replace(stamp, digest=digest) if latest < since - _TICK else None
    return None


def _is_plain(rendered: Rendered, spec: Mapping[str, Any]) -> bool:
    """Whether all that a kernel is made from is what stamps look at: files of its environment."""
    owner = read_record(spec)
    if owner is None or owner.program or owner.choices.spec or owner.choices.provisioner:
        return False
    # Whether others may read them is seen by modes alone.
    return not rendered.private and not any("/" in name for name in rendered.files)


def _base_of(environment: Environment, program: str) -> str | None:
    """Name the interpreter that an environment was made with, where its own program does not lead there.

    Returns:
        Its path; empty where the program tells all, None where there is nothing that tells.
    """
    prefix = str(environment.prefix)
    if not program.startswith(os.path.join(prefix, "")):
        return None
    real = os.path.realpath(program)
    if environment.manager == "conda" or not real.startswith(os.path.join(os.path.realpath(prefix), "")):
        return ""
    home = read_pyvenv(environment.prefix).get("home", "")
    names = ("python.exe",) if system.WINDOWS else ("python3", "python")
    paths = (os.path.join(home, name) for name in names)
    return next((path for path in paths if os.path.isabs(home) and os.path.exists(path)), None)
