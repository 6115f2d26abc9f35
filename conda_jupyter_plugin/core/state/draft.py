"""The parts of a kernelspec, from the rules and its record, before it is rendered."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ..dataclass import replace
from ..environment.absence import observe
from ..kernelspec.program import program_outside
from ..launch.command import launcher_of
from ..launch.render import Draft, render
from ..models import Installed, Kernel, Owner
from ..naming.display_names import DEFAULT_TEMPLATE, display_name
from ..rendered import Rendered

if TYPE_CHECKING:
    from pathlib import Path

    from ..jupyter.registry import Registry


def draft_again(registry: Registry, kernel: Kernel, item: Installed, owner: Owner) -> Rendered:
    """Render a registered kernel as it would be written now, where it is and with the choices that it has.

    Args:
        item: The kernelspec as it is there.
        owner: Its record; another host with the same home folder is no reason to rewrite it.
    """
    folder = as_written(item, item.folder)
    draft = replace(assemble(registry, kernel, owner, folder), files_from=item.folder)
    if draft.owner.scripts and draft.owner.scripts == owner.scripts:
        return render(replace(draft, env=item.spec.get("env", {})))
    return render(with_scripts(draft))


def with_scripts(draft: Draft) -> Draft:
    """Run an environment's scripts, where what they set has to be known before the kernel starts."""
    run_scripts = draft.activation and draft.activation.run_scripts
    return replace(draft, activation=run_scripts()) if run_scripts else draft


def assemble(registry: Registry, kernel: Kernel, owner: Owner, folder: Path) -> Draft:
    """Put together all that a kernelspec is made of; no scripts are run.

    Args:
        owner: What is to be recorded of it, with what was chosen.
        folder: Where it goes, as its own command has it.
    """
    environment, choices, rules = kernel.environment, owner.choices, registry.rules
    template = rules.templates.get(environment.manager, DEFAULT_TEMPLATE)
    activation = None if choices.activate is False else registry.activation(environment)
    shown = choices.display_name or display_name(kernel, template, owner=owner, name=folder.name)
    now = Owner.of(kernel)
    return Draft(
        kernel,
        owner=replace(
            owner,
            prefix=now.prefix,
            environment=now.environment,
            manager=now.manager,
            origin=owner.origin or observe(environment.prefix),
            conda=rules.conda_of(environment) or owner.conda,
            program=None if choices.spec else program_outside(kernel),
            scripts=activation.scripts if activation else None,
        ),
        display_name=shown,
        activation=activation,
        folder=folder,
    )


def as_written(item: Installed, folder: Path) -> Path:
    """The path of a kernelspec's folder as its own command has it, where that leads to the same folder."""
    launcher = launcher_of(item.spec["argv"])
    if launcher and launcher.parent.name == folder.name:
        with suppress(OSError):
            return launcher.parent if launcher.parent.samefile(item.folder) else folder
    return folder
