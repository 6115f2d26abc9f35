"""What the rules, the records and the user's choices say of a kernelspec, before it is rendered."""

from __future__ import annotations

from contextlib import suppress

from ..dataclass import replace
from ..environment.absence import observe
from ..environment.environment import same_prefix
from ..jupyter.installed import read_installed
from ..kernelspec.hand_made import choices_of, is_adoptable
from ..launch.launcher import launcher_of
from ..launch.render import Draft, render
from ..models import Activation, Choices, Installed, Kernel, Owner, Rendered
from ..naming.display_names import DEFAULT_TEMPLATE, choose_label, display_name
from ..storage import set_aside
from ..system.reading import is_present
from .moved import moved_along

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from ..jupyter.registry import Registry
    from .targets import Target


def draft(registry: Registry, kernel: Kernel, label: str, target: Target, name: str) -> Draft:
    """Put together a kernelspec that is to be written; no scripts are run.

    Args:
        registry: The location and the rules.
        kernel: The kernel.
        label: What it is called among the kernels of its environment.
        target: The registration that is meant.
        name: The name that it gets.
    """
    item, current, folder = target.item, registry.here.get(name), registry.location.kernels / name
    hand_made = current if item is None and current and is_adoptable(current, kernel) else None
    before = _chosen_before(item, kernel) if item else Choices()
    choices = target.choices.over(choices_of(hand_made, kernel) if hand_made else before).settled
    recorded = target.recorded or Owner.of(kernel)
    aside = set_aside.find(registry.location, name)
    owner = replace(
        recorded,
        choices=choices,
        origin=item.owner.origin if item and item is current and item.owner else None,
        label=_label(registry, kernel, target.recorded, choices),
        further=recorded.further or target.further,
        adopted=recorded.adopted or _takes_a_place(current, folder, aside, kernel),
        made=recorded.made or _made_at(recorded, kernel),
    )
    now = item or hand_made
    beside = now.folder if now else aside
    as_it_lies = as_written(item, folder) if item and item is current else folder
    return assemble(registry, kernel, label, owner, as_it_lies, beside=beside)


def _made_at(recorded: Owner, kernel: Kernel) -> Path | None:
    """Where a virtual environment was made that has moved for the first time."""
    moved = not same_prefix(recorded.prefix, kernel.environment.prefix)
    return recorded.prefix if moved and recorded.manager == "venv" else None


def _takes_a_place(current: Installed | None, folder: Path, aside: Path | None, kernel: Kernel) -> bool:
    """Whether something that we did not write lies where a kernel goes, or was to be given back there."""
    if current is not None:
        return current.owner.adopted if current.owner else not current.later
    interrupted = aside is not None and is_adoptable(read_installed(aside), kernel)
    return is_present(folder, as_link=True) or interrupted


def _label(registry: Registry, kernel: Kernel, recorded: Owner | None, choices: Choices) -> str | None:
    """What the shown name calls the environment: steadily the same, as long as it is that environment."""
    environment = kernel.environment
    if choices.display_name:
        return None
    known = recorded and recorded.environment == environment.name and not recorded.choices.display_name
    if recorded and known and same_prefix(recorded.prefix, environment.prefix):
        return recorded.label
    return choose_label(registry, environment)


def _chosen_before(item: Installed, kernel: Kernel) -> Choices:
    if item.owner is None:
        return Choices()
    choices, prefix = item.owner.choices, kernel.environment.prefix
    if same_prefix(item.owner.prefix, prefix):
        return choices
    return moved_along(choices, item.owner.prefix, prefix)


def draft_again(registry: Registry, kernel: Kernel, label: str, item: Installed, owner: Owner) -> Rendered:
    """Render a registered kernel as it would be written now, where it lies and with the choices that it has.

    Args:
        registry: The location and the rules.
        kernel: The kernel to render.
        label: What it is called among the kernels of its environment.
        item: The kernelspec as it lies there.
        owner: What it records; another host that shares the home folder is no reason to write it anew.
    """
    folder = as_written(item, item.folder)
    draft = assemble(registry, kernel, label, owner, folder, beside=item.folder)
    if draft.owner.scripts and draft.owner.scripts == owner.scripts:
        return render(replace(draft, env=item.spec.get("env", {})))
    return render(with_scripts(draft))


def with_scripts(draft: Draft) -> Draft:
    """Run an environment's scripts, where what they set has to be known before the kernel starts."""
    run_scripts = draft.activation and draft.activation.run_scripts
    return replace(draft, activation=run_scripts()) if run_scripts else draft


def assemble(
    registry: Registry, kernel: Kernel, label: str, owner: Owner, folder: Path, *, beside: Path | None
) -> Draft:
    """Put together all that a kernelspec is made of; no scripts are run.

    Args:
        registry: The location and the rules.
        kernel: The kernel.
        label: What it is called among the kernels of its environment.
        owner: What is to be recorded of it, with what was chosen.
        folder: Where it goes, as its own command has it.
        beside: The folder whose further files come along, if any.
    """
    environment, choices = kernel.environment, owner.choices
    template = registry.templates.get(environment.manager, DEFAULT_TEMPLATE)
    activate = registry.activators.get(environment.manager, Activation.unknown)
    activation = None if choices.activate is False else activate(environment)
    shown = choices.display_name or display_name(kernel, label, template, owner=owner, name=folder.name)
    now = Owner.of(kernel)
    return Draft(
        kernel,
        owner=replace(
            owner,
            prefix=now.prefix,
            environment=now.environment,
            manager=now.manager,
            origin=owner.origin or observe(environment.prefix),
            conda=registry.conda_of(environment) or owner.conda,
            scripts=activation.scripts if activation else None,
        ),
        display_name=shown,
        activation=activation,
        folder=folder,
        beside=beside,
    )


def as_written(item: Installed, folder: Path) -> Path:
    """The path of a kernelspec's folder as its own command has it, where that leads to the same folder."""
    launcher = launcher_of(item.spec["argv"])
    if launcher and launcher.parent.name == folder.name:
        with suppress(OSError):
            return launcher.parent if launcher.parent.samefile(item.folder) else folder
    return folder
