"""Whether a registered kernel is as it was when it was found to be as it should be: nothing is rendered.

As `make` and git's index do, it goes by the sizes, times and numbers of the environment's files that the
kernel's text is made from; its own files go by what they hold. A stamp that does not hold proves nothing:
then one has to look.
"""

from __future__ import annotations

import os
from functools import cache
from time import time_ns
from typing import TYPE_CHECKING
from zlib import crc32

from .. import system
from ..dataclass import replace
from ..environment.telling import telling_paths
from ..environment.versions import read_pyvenv
from ..errors import UnreadableError
from ..failures import passing_over
from ..jupyter.stamps import Stamp
from ..kernelspec.record import read_record, recorded_environment
from ..kernelspec.survey import KERNELS
from ..launch.launcher import FILE_NAME, shell, without_launcher
from ..system.fingerprint import fingerprint
from ..system.path_text import for_everybody
from ..system.reading import read_unlinked

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from ..actions import Write
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed, Owner
    from ..rendered import Rendered
    from ..system.fingerprint import Fingerprint

_SECOND = 1_000_000_000
_TICK, _COARSE_TICK = 20_000_000, 2 * _SECOND
"""How many nanoseconds apart two changes are that a file system tells apart, and one that counts seconds."""


def is_as_stamped(registry: Registry, item: Installed) -> bool:
    """Whether a kernel, and all that it is made from, is as it was when it was as it should be."""
    stamp, owner, rules = registry.stamps.get(item.name), item.owner, registry.rules
    if stamp is None or owner is None or not stamp.digest or stamp.prefix != str(owner.prefix):
        return False
    if stamp.rules != rules.digests[owner.manager] and rules.judges(recorded_environment(owner), owner):
        return False
    launcher, program = _words(item.spec["argv"])
    folder, others = registry.folder_of(item.folder.name), _of_environment(stamp, owner, program)
    with passing_over(OSError):
        own = _own_content(folder, launcher) if stamp.is_fresh else _own_files(folder, launcher)
        return stamp.digest == _digest(item.checksum, [*others, *own])
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
    rendered, spec = write.rendered, write.rendered.files["kernel.json"].document or {}
    owner, written = read_record(spec), write.current if write.unchanged else None
    if owner is None or not write.complete or not _is_plain(rendered, owner):
        return None
    (launcher, program), folder = _words(spec["argv"]), registry.folder_of(write.folder.name)
    copies = sorted(name for name in rendered.files if name not in ("kernel.json", FILE_NAME))
    with passing_over(OSError, UnreadableError, ValueError):
        base = _base_of(write.kernel.environment, program)
        if base is None:
            return None
        stamp = Stamp(
            str(owner.prefix), registry.rules.digests[owner.manager], base=base, copies=tuple(copies)
        )
        others, own = _of_environment(stamp, owner, program), _own_files(folder, launcher)
        # What is there is looked at first, and then compared: it may have been changed since it was written.
        content = _own_content(folder, launcher)
        if _may_change_unseen(others, since) or content != _wanted_content(rendered, folder, launcher):
            return None
        checksum = written.checksum if written else crc32(rendered.files["kernel.json"].content)
        is_fresh = _may_change_unseen(own, time_ns())
        digest = _digest(checksum, [*others, *(content if is_fresh else own)])
        return replace(stamp, digest=digest, is_fresh=is_fresh)
    return None


def _digest(checksum: int, found: Iterable[tuple[str, object]]) -> str:
    text = "\n".join([f"{checksum}", *_shell(), *(f"{path} {state}" for path, state in found)])
    return f"{crc32(for_everybody(text).encode(errors='surrogatepass')):08x}"


def _of_environment(stamp: Stamp, owner: Owner, program: str) -> list[tuple[str, Fingerprint]]:
    """Look at the files that a kernel is made from."""
    paths = [*telling_paths(stamp.prefix, owner.manager, [owner.kernel]), program]
    folder = f"{stamp.prefix}/{'/'.join(KERNELS)}/{owner.kernel}"
    paths += (f"{folder}/{name}" for name in stamp.copies)
    if stamp.base:
        paths.append(stamp.base)
    return [(path, fingerprint(path)) for path in paths]


def _own_files(folder: str, launcher: str) -> list[tuple[str, Fingerprint]]:
    """Look at a kernelspec's folder, and at its launcher where it has one; its kernel.json is read anyway."""
    return [(path, fingerprint(path)) for path in (folder, launcher) if path]


def _own_content(folder: str, launcher: str) -> list[tuple[str, object]]:
    """Read what those hold: just after they were written, other content may have the same fingerprint."""
    held = [(launcher, crc32(read_unlinked(launcher)))] if launcher else []
    return [(folder, sorted(os.listdir(folder))), *held]


def _wanted_content(rendered: Rendered, folder: str, launcher: str) -> list[tuple[str, object]]:
    """Say what `_own_content` gives where all is as it should be."""
    held = [(launcher, crc32(rendered.files[FILE_NAME].content))] if launcher else []
    return [(folder, sorted(rendered.files)), *held]


def _may_change_unseen(found: Iterable[tuple[str, Fingerprint]], since: int) -> bool:
    """Whether a file was changed so late that it may have changed once more by then, at the same time."""
    times = (time for _, status in found if status for time in status[3:])
    return any(time >= since - (_TICK if time % _SECOND else _COARSE_TICK) for time in times)


def _words(argv: Sequence[str]) -> tuple[str, str]:
    """The launcher in the words of a kernelspec's command, empty where there is none, and the program."""
    command = without_launcher(argv)
    return argv[-len(command) - 1] if len(command) < len(argv) else "", command[0]


@cache
def _shell() -> tuple[str, ...]:
    return shell()


def _is_plain(rendered: Rendered, owner: Owner) -> bool:
    """Whether all that a kernel is made from is what stamps look at: files of its environment."""
    if owner.program or owner.choices.spec or owner.choices.provisioner:
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
