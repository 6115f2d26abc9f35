"""What the rules, the records and the user's choices say of a kernelspec, before it is rendered."""

from __future__ import annotations

from . import set_aside
from .adoption import choices_of, is_adoptable
from .dataclass import replace
from .environment import same_prefix
from .environment_labels import choose_label
from .installed import read_installed
from .models import Choices, Installed, Kernel, Owner
from .moving import moved_along
from .presence import is_present
from .redrafting import as_written, assemble

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .registry import Registry
    from .render import Draft
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
