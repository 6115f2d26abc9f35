"""Whether a registered kernel can start, and is what would be written: all that it is made from is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..environment.absence import why_kept
from ..environment.environment import identify
from ..failures import collecting
from ..kernelspec.program import program, started_program
from ..kernelspec.record import is_of_later_release
from ..kernelspec.survey import why_not_started
from ..launch.command import FILE_NAME, launcher_of
from ..results import ENVIRONMENT_GONE
from ..storage.comparing import matches
from ..system.reading import is_present, read_file
from .draft import draft_again
from .verdict import LATER_VERSION, Verdict

if TYPE_CHECKING:
    from ..jupyter.registry import Registry
    from ..models import Installed, Kernel, Owner


def judge_by_files(registry: Registry, item: Installed, owner: Owner) -> Verdict:
    """Judge a managed kernel by all that it is made from."""
    environment = identify(owner.prefix)
    if environment is None:
        kept = why_kept(owner)
        return Verdict("broken", kept or ENVIRONMENT_GONE, fixable=kept is None, kept=kept is not None)
    environment = registry.rules.named(environment)
    known = registry.survey(environment)
    kernel, broken = known.kernels.get(owner.kernel), known.problems.get(owner.kernel)
    if kernel is None:
        if broken:
            return Verdict("broken", broken.reason)
        return Verdict("broken", f"the environment no longer has the kernel {owner.kernel}", fixable=True)
    own, command = program(kernel), started_program(kernel, owner.choices)
    if command != own and (obstacle := why_not_started(kernel, command)):
        return Verdict("broken", obstacle.reason)
    if broken:
        return Verdict("broken", broken.reason, fixable=not is_present(own, as_link=True))
    if is_of_later_release(owner):
        return Verdict("ok", LATER_VERSION)
    if registry.rules.judges(environment, owner) and not _is_current(registry, item, owner, kernel):
        return Verdict("stale", fixable=True)
    return Verdict("ok")


def _is_current(registry: Registry, item: Installed, owner: Owner, kernel: Kernel) -> bool:
    return matches(item.folder, draft_again(registry, kernel, item, owner), item.spec)


def launcher_as_written(registry: Registry, item: Installed) -> bytes | None:
    """Read a kernel's launcher, if it is byte for byte what would be written: anything else is never run.

    Returns:
        The launcher's text; None where there is none, where it is not ours, or not as it would be now.
    """
    launcher, owner = launcher_of(item.spec.get("argv", ())), item.owner
    if launcher is None or owner is None or item.later:
        return None
    with collecting([], item.folder):
        environment = identify(owner.prefix)
        if environment is None or not launcher.parent.samefile(item.folder):
            return None
        environment = registry.rules.named(environment)
        kernel = registry.survey(environment).kernels.get(owner.kernel)
        file = draft_again(registry, kernel, item, owner).files.get(FILE_NAME) if kernel else None
        if file and read_file(item.folder / FILE_NAME) == file.content:
            return file.content
    return None
