"""The state of the kernels that Jupyter sees: the rows of a list."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass, replace
from ..environment.absence import why_kept
from ..environment.environment import environment_around, identify
from ..failures import collecting
from ..jupyter.locations import is_writable
from ..kernelspec.kernel_json import provisioner_of
from ..kernelspec.program import program, started_program
from ..kernelspec.record import is_of_later_release, recorded_environment
from ..kernelspec.survey import why_not_started
from ..launch.launcher import FILE_NAME, launcher_of
from ..results import ENVIRONMENT_GONE, Registration
from ..storage.comparing import matches
from ..system.reading import find_on_path, is_present, read_file
from .draft import draft_again
from .stamp import is_as_stamped

if TYPE_CHECKING:
    from ..actions import Write
    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed, Kernel, Owner, Status
    from ..rendered import Rendered

LATER_VERSION = "written by a later version of conda-jupyter-plugin"


@dataclass(frozen=True)
class Verdict:
    """What state a kernel is in, why, and what is to be done; see `Registration`."""

    status: Status
    reason: str | None = None
    mendable: bool = False
    kept: bool = False


def describe(registry: Registry, item: Installed) -> Registration:
    """Say what a kernelspec is and what state it is in."""
    errors: list[KernelError] = []
    verdict = environment = None
    with collecting(errors, item.folder):
        environment = _environment_of(registry, item)
        verdict = _judge(registry, item)
    verdict = verdict or Verdict("broken", errors[0].message.rstrip("."))
    return _row(item, environment, verdict)


def _environment_of(registry: Registry, item: Installed) -> Environment | None:
    if item.owner is not None:
        return recorded_environment(item.owner)
    words = item.spec.get("argv", [""])
    owning = environment_around(Path(words[0])) if os.path.isabs(words[0]) else None
    environment = owning or environment_around(item.folder.parent)
    return registry.rules.named(environment) if environment else None


def describe_planned(planned: Write) -> Registration:
    """Describe a kernel as it is once it has been written."""
    environment = planned.kernel.environment
    return Registration(
        name=planned.rendered.name,
        display_name=planned.rendered.display_name,
        language=planned.rendered.language,
        path=planned.folder,
        prefix=environment.prefix,
        environment=environment.name,
        manager=environment.manager,
        managed=True,
        status="ok",
        kernel=planned.kernel.directory,
        provisioner=planned.rendered.provisioner,
        previous_name=planned.previous.name if planned.previous else None,
    )


def _judge(registry: Registry, item: Installed) -> Verdict:
    if item.later:
        return Verdict("ok", LATER_VERSION)
    if item.owner is None:
        return _judge_unmanaged(item)
    verdict = _judge_managed(registry, item, item.owner)
    if not verdict.mendable:
        return verdict
    # Nothing is mended where this user may not write.
    return replace(verdict, mendable=is_writable(registry.location))


def _judge_managed(registry: Registry, item: Installed, owner: Owner) -> Verdict:
    if is_as_stamped(registry, item):
        return Verdict("ok")
    environment = identify(owner.prefix)
    if environment is None:
        kept = why_kept(owner)
        return Verdict("broken", kept or ENVIRONMENT_GONE, mendable=kept is None, kept=kept is not None)
    environment = registry.rules.named(environment)
    known = registry.survey(environment)
    kernel, broken = known.kernels.get(owner.kernel), known.problems.get(owner.kernel)
    if kernel is None:
        if broken:
            return Verdict("broken", broken.reason)
        return Verdict("broken", f"the environment holds no kernel {owner.kernel} any more", mendable=True)
    own, command = program(kernel), started_program(kernel, owner.choices)
    if command != own and (obstacle := why_not_started(kernel, command)):
        return Verdict("broken", obstacle.reason)
    if broken:
        return Verdict("broken", broken.reason, mendable=not is_present(own, as_link=True))
    if is_of_later_release(owner):
        return Verdict("ok", LATER_VERSION)
    if registry.rules.judges(environment, owner) and not _is_current(registry, item, owner, kernel):
        return Verdict("stale", mendable=True)
    return Verdict("ok")


def _is_current(registry: Registry, item: Installed, owner: Owner, kernel: Kernel) -> bool:
    return matches(item.folder, _render_again(registry, item, owner, kernel), item.spec)


def _render_again(registry: Registry, item: Installed, owner: Owner, kernel: Kernel) -> Rendered:
    return draft_again(registry.rules, kernel, item, owner)


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
        file = _render_again(registry, item, owner, kernel).files.get(FILE_NAME) if kernel else None
        if file and read_file(item.folder / FILE_NAME) == file.content:
            return file.content
    return None


def _judge_unmanaged(item: Installed) -> Verdict:
    if item.problem is not None:
        return Verdict("broken", item.problem.rstrip("."))
    command = item.spec["argv"][0]
    if os.path.isabs(command):
        gone = not is_present(Path(command))
        return Verdict("broken", f"its program {command} is gone") if gone else Verdict("ok")
    return Verdict("ok") if _is_on_path(command) else Verdict("broken", f"there is no {command} on PATH")


def _is_on_path(command: str) -> bool:
    """Whether Jupyter would find a program by a bare word; a bare `python` is its own."""
    if os.path.dirname(command) or re.fullmatch(r"(python|pypy)[\d.]*(\.exe)?", command):
        return True
    return find_on_path(command) is not None


def _row(item: Installed, environment: Environment | None, verdict: Verdict) -> Registration:
    return Registration(
        name=item.name,
        display_name=str(item.spec.get("display_name", item.name)),
        language=str(item.spec.get("language", "")),
        path=item.folder,
        prefix=environment.prefix if environment else None,
        environment=environment.name if environment else None,
        manager=environment.manager if environment else None,
        managed=item.owner is not None,
        status=verdict.status,
        kernel=item.owner.kernel if item.owner else None,
        reason=verdict.reason,
        mendable=verdict.mendable,
        kept=verdict.kept,
        provisioner=provisioner_of(item.spec),
    )
