"""The stamp of a kernel that is as it should be is made."""

from __future__ import annotations

import os
from time import time_ns
from typing import TYPE_CHECKING
from zlib import crc32

from .. import system
from ..dataclass import replace
from ..environment.versions import read_pyvenv
from ..errors import UnreadableError
from ..failures import passing_over
from ..jupyter.installed import find_installed
from ..jupyter.stamps import Stamp
from ..launch.command import FILE_NAME, launcher_and_program
from ..system.fingerprint import SECOND, fingerprint_of, in_short
from .stamp import digest_of, environment_fingerprints, own_content, own_fingerprints

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from ..actions import Write
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed, Owner
    from ..rendered import Rendered
    from ..system.fingerprint import Fingerprint

_TICK, _COARSE_TICK = 20_000_000, 2 * SECOND
"""The resolution of file times in nanoseconds, on usual file systems and on those with seconds."""


def stamp_of(registry: Registry, write: Write, since: int) -> Stamp | None:
    """Make the stamp of a kernel that was written, or found to be as it should be.

    Args:
        since: When its environment was read, in nanoseconds since the epoch: what was changed after
            that, or just before, may have been changed once more.

    Returns:
        Its stamp; None if it must be compared each time.
    """
    (item, read), rendered = _lying_there(write, since), write.rendered
    if not (item and item.owner and item.status and write.complete and _is_plain(rendered, item.owner)):
        return None
    folder, owner = registry.folder_of(write.folder.name), item.owner
    launcher, program = launcher_and_program(item.spec["argv"])
    copies = sorted(name for name in rendered.files if name not in ("kernel.json", FILE_NAME))
    with passing_over(OSError, UnreadableError, ValueError):
        base = _base_of(write.kernel.environment, program)
        if base is None:
            return None
        rules = registry.rules.digests[owner.manager]
        stamp = Stamp(str(owner.prefix), rules, base=base, copies=tuple(copies))
        others, own = environment_fingerprints(stamp, owner, program), own_fingerprints(folder, launcher)
        # The files are read first and then compared, because they may have changed since they were written.
        content, mode = own_content(folder, launcher), item.status.st_mode
        if _may_change_unseen(others, since) or not _is_as_rendered(rendered, content, mode):
            return None
        kernel_json = fingerprint_of(item.status)
        is_fresh = _may_change_unseen([*own, kernel_json], read)
        digest = digest_of(folder, (item.checksum, mode), others + (content if is_fresh else own))
        return replace(stamp, digest=digest, written="" if is_fresh else in_short(kernel_json))
    return None


def _lying_there(write: Write, since: int) -> tuple[Installed | None, int]:
    """The kernelspec as it was found, or is there now unless somebody else has written it, and since when."""
    if write.unchanged:
        return write.current, since
    item = find_installed(write.folder)
    is_ours = item and item.checksum == crc32(write.rendered.files["kernel.json"].content)
    return item if is_ours else None, time_ns()


def _is_as_rendered(rendered: Rendered, content: Sequence[Any], mode: int) -> bool:
    """Whether a kernelspec holds no other launcher and files, and is closed to others where it has to be.

    Args:
        content: What `own_content` gives.
        mode: That of its kernel.json.
    """
    names, checksum, mode_of_launcher = content
    file = rendered.files.get(FILE_NAME)
    # Windows has no such modes.
    is_closed = system.WINDOWS or not rendered.private or not (mode | mode_of_launcher) & 0o077
    return is_closed and (names, checksum) == (sorted(rendered.files), crc32(file.content if file else b""))


def _may_change_unseen(found: Iterable[Fingerprint], since: int) -> bool:
    """Whether a file was changed so late that it may have changed once more by then, at the same time."""
    times = (time for status in found if status for time in status[3:])
    return any(time >= since - (_TICK if time % SECOND else _COARSE_TICK) for time in times)


def _is_plain(rendered: Rendered, owner: Owner) -> bool:
    """Whether all that a kernel is made from is what stamps look at: files of its environment."""
    if owner.program or owner.choices.spec or owner.choices.provisioner:
        return False
    return not any("/" in name for name in rendered.files)


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
