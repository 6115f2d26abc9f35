"""The state of the kernels that Jupyter sees: the rows of a list."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.environment import environment_around
from ..failures import collecting
from ..jupyter.locations import is_writable
from ..kernelspec.kernel_json import provisioner_of
from ..kernelspec.record import recorded_environment
from ..results import Registration
from ..system.reading import find_on_path, is_present
from .stamp import is_as_stamped
from .verdict import LATER_VERSION, Verdict

if TYPE_CHECKING:
    from ..actions import Write
    from ..errors import KernelError
    from ..jupyter.registry import Registry
    from ..models import Environment, Installed


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
    if is_as_stamped(registry, item):
        return Verdict("ok")
    from .judging import judge_by_files

    verdict = judge_by_files(registry, item, item.owner)
    if not verdict.fixable:
        return verdict
    # Nothing is fixable where this user may not write.
    return replace(verdict, fixable=is_writable(registry.location))


def _judge_unmanaged(item: Installed) -> Verdict:
    if item.problem is not None:
        return Verdict("broken", item.problem.rstrip("."))
    command = item.spec["argv"][0]
    if os.path.isabs(command):
        gone = not is_present(Path(command))
        return Verdict("broken", f"its program {command} is gone") if gone else Verdict("ok")
    return Verdict("ok") if _is_on_path(command) else Verdict("broken", f"{command} is not on PATH")


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
        fixable=verdict.fixable,
        kept=verdict.kept,
        provisioner=provisioner_of(item.spec),
    )
