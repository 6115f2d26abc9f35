"""Whether a registered kernel is as it was when it was found to be as it should be: nothing is rendered.

As `make` and git's index do, it goes by the sizes, times and numbers of the environment's files that the
kernel's text is made from; its own files go by what they hold. A stamp that does not hold proves nothing:
then one has to look.
"""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING
from zlib import crc32

from ..environment.telling import KERNELS_INSIDE, telling_paths
from ..failures import passing_over
from ..kernelspec.record import recorded_environment
from ..launch.command import launcher_and_program, shell
from ..system.fingerprint import fingerprint, in_short
from ..system.path_text import for_everybody
from ..system.reading import read_with_status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from ..jupyter.registry import Registry
    from ..jupyter.stamps import Stamp
    from ..models import Installed, Owner


def is_as_stamped(registry: Registry, item: Installed) -> bool:
    """Whether a kernel, and all that it is made from, is as it was when it was as it should be."""
    stamp, owner, rules = registry.stamps.get(item.name), item.owner, registry.rules
    if not (stamp and owner and item.status and stamp.digest) or stamp.prefix != str(owner.prefix):
        return False
    if stamp.rules != rules.digests[owner.manager] and rules.judges(recorded_environment(owner), owner):
        return False
    launcher, program = launcher_and_program(item.spec["argv"])
    folder, others = registry.folder_of(item.folder.name), environment_fingerprints(stamp, owner, program)
    with passing_over(OSError, ValueError):
        own = own_fingerprints(folder, launcher) if stamp.written else own_content(folder, launcher)
        return stamp.digest == digest_of(folder, (item.checksum, item.status.st_mode), others + own)
    return False


def digest_of(folder: str, spec: tuple[int, int], found: Sequence[object]) -> str:
    """Put together where a kernelspec is, what tells its kernel.json, and what is found of other files.

    Args:
        spec: The checksum of its kernel.json and its mode: it may hold values that are nobody else's to read.
    """
    return in_short(f"{for_everybody(folder)} {spec} {_shell()} {found}")


def environment_fingerprints(stamp: Stamp, owner: Owner, program: str) -> list[Any]:
    """Look at the files that a kernel is made from, always in one order."""
    paths = [*telling_paths(stamp.prefix, owner.manager, [owner.kernel]), program]
    paths += (f"{stamp.prefix}/{KERNELS_INSIDE}/{owner.kernel}/{name}" for name in stamp.copies)
    if stamp.base:
        paths.append(stamp.base)
    return [fingerprint(path) for path in paths]


def own_fingerprints(folder: str, launcher: str) -> list[Any]:
    """Look at a kernelspec's folder, and at its launcher where it has one; its kernel.json is read anyway."""
    return [fingerprint(folder), fingerprint(launcher) if launcher else None]


def own_content(folder: str, launcher: str) -> list[Any]:
    """Read what those hold: just after they were written, other content may have the same fingerprint."""
    names = sorted(os.listdir(folder))
    if not launcher:
        return [names, crc32(b""), 0]
    content, status = read_with_status(launcher)
    return [names, crc32(content), status.st_mode]


@cache
def _shell() -> tuple[str, ...]:
    return shell()
