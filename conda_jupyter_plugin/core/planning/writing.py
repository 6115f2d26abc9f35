"""Plans what to write for an environment: each kernel with its name, choices and rendered kernelspec."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..actions import Write
from ..dataclass import replace
from ..environment.absence import observe
from ..environment.environment import identify, same_prefix
from ..errors import NoKernelError, NotAnEnvironmentError, SharedValuesError
from ..jupyter.installed import read_installed
from ..jupyter.locations import is_shared
from ..kernelspec.hand_made import choices_of, is_adoptable, is_left_to_its_writer
from ..kernelspec.record import is_for, is_left_to_later
from ..launch.render import Draft, render
from ..models import Choices, Environment, Installed, Kernel, Owner, Why
from ..naming.display_names import choose_label
from ..naming.kernel_names import NameChoice, plain_name, standing_for_environment
from ..naming.valid_names import NameTakenError, suffixed
from ..state.draft import as_written, assemble, with_scripts
from ..state.status import describe
from ..storage import originals
from ..storage.comparing import matches
from ..storage.remembered import is_removed
from ..system.reading import is_present
from .moved import moved_along
from .targets import Target, find_targets

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ..jupyter.registry import Registry


def plan_writing(
    registry: Registry,
    environment: Environment,
    choices: Choices,
    why: Why = Why.ASKED,
) -> Sequence[Write]:
    """Work out what is to be written for an environment; nothing is written.

    Args:
        choices: What the user chooses now, on top of what was chosen earlier.
        why: On whose word.

    Returns:
        Those of the environment's kernels that can be started; `survey` tells what is wrong with others.

    Raises:
        NoKernelError: The environment has no kernel.
        BrokenKernelspecError: None of its kernels can be used, or one where the choices are for one of them.
        UnreadableError, ActivationError: Something about the environment cannot be found out.
        InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
        LaterVersionError: A later version of this project has registered one of its kernels.
    """
    environment = registry.described(environment)
    known = registry.survey(environment)
    kernels = known.runnable
    if why is Why.ASKED and (choices.kernel_name or not kernels):
        # The first one's name is not to be given to another one.
        for problem in known.problems.values():
            raise problem
    if not kernels:
        raise NoKernelError(environment.name)
    first, names = standing_for_environment(registry, kernels), NameChoice(registry, choices.force, why)
    planned: list[Write] = []
    # A named one says nothing of others.
    missing = {*known.problems, *known.kernels, *filter(None, [choices.kernel_name])}
    for kernel in kernels:
        wanted = choices if kernel is kernels[0] else _for_additional(choices, kernel)
        placed = replace(kernel, is_first=kernel is first)
        for target in find_targets(registry, placed, wanted, why):
            if why is not Why.ASKED and _is_left_alone(registry, placed, target.item, why):
                continue
            assigned, chosen = {item.rendered.name for item in planned}, target.choices.kernel_name
            name = names.decide(placed, target.item, chosen, assigned)
            write = _plan_one(registry, placed, target, name)
            planned.append(replace(write, is_named=bool(choices.kernel_name)))
            if not target.is_additional:
                missing.discard(kernel.directory)
    return planned if missing else [replace(write, complete=True) for write in planned]


def _is_left_alone(registry: Registry, kernel: Kernel, item: Installed | None, why: Why) -> bool:
    """Whether a kernel is left unchanged.

    It is a later version's affair, or its writer's, who has made it in his own way; or somebody has removed
    it on purpose.
    """
    if item is not None:
        return is_left_to_later(item, kernel)
    if why is Why.AUTOMATIC and is_removed(registry, kernel):
        return True
    current = registry.inventory.get(plain_name(kernel))
    return current is not None and is_left_to_its_writer(current, kernel)


def plan_unmade(registry: Registry, kernel: Kernel, choices: Choices) -> Write:
    """Work out the name of a kernel whose environment does not exist yet.

    Args:
        kernel: The kernel to be; see `kernel_to_be`.
        choices: What the user chooses.

    Returns:
        What could be planned already: name and folder are final, the rest is not.

    Raises:
        InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
    """
    kernel = replace(kernel, environment=registry.rules.named(kernel.environment))
    target, *_ = find_targets(registry, kernel, choices)
    names = NameChoice(registry, choices.force)
    name = names.decide(kernel, target.item, target.choices.kernel_name, ())
    bare = replace(registry.reread(), rules=replace(registry.rules, activators={}))
    return _plan_one(bare, kernel, target, name)


def plan_renaming(registry: Registry, item: Installed, owner: Owner, choices: Choices) -> Write:
    """Work out what gives a registered kernel another name, or shows it by another one; all else stays.

    Args:
        owner: Whose it is.
        choices: The new names.

    Raises:
        NotAnEnvironmentError: Its environment is gone.
        NoKernelError, BrokenKernelspecError: Its environment holds no such kernel, or it cannot be used.
        InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
        LaterVersionError: A later version of this project wrote it.
    """
    environment, name = identify(owner.prefix), choices.kernel_name
    if environment is None:
        raise NotAnEnvironmentError.at(owner.prefix, "`sync` removes its kernels.")
    environment = registry.described(environment)
    known = registry.survey(environment)
    for problem in filter(None, [known.problems.get(owner.kernel)]):
        raise problem
    if owner.kernel not in known.kernels:
        raise NoKernelError(environment.name)
    kernel, rival = known.kernels[owner.kernel], registry.inventory.get(name or item.name)
    if rival and rival.name != item.name and is_for(rival, kernel):
        raise NameTakenError.by(owner.prefix, rival.name, rival.folder)
    is_first = standing_for_environment(registry, known.runnable) == kernel
    kernel = replace(kernel, is_first=is_first)
    decided = NameChoice(registry, choices.force).decide(kernel, item, name, ())
    if name == plain_name(kernel) and not owner.additional:
        choices = replace(choices, kernel_name="")
    write = _plan_one(registry, kernel, Target(item, choices, owner), decided)
    return replace(write, is_named=True)


def check_private(registry: Registry, planned: Sequence[Write]) -> None:
    """Make sure that no other user can read the values.

    Args:
        planned: What is to be written.

    Raises:
        SharedValuesError: Other users could read them.
    """
    private = [item.rendered.name for item in planned if item.rendered.private]
    if private and is_shared(registry.location):
        raise SharedValuesError(private[0], registry.location.kernels)


def _for_additional(choices: Choices, kernel: Kernel) -> Choices:
    name = choices.kernel_name and suffixed(choices.kernel_name, kernel.directory)
    return replace(choices, kernel_name=name, display_name=None)


def _plan_one(registry: Registry, kernel: Kernel, target: Target, name: str) -> Write:
    draft = with_scripts(_draft(registry, kernel, target, name))
    current = registry.inventory.get(name)
    previous = target.item if target.item is not current else None
    folder, rendered = registry.location.kernels / name, render(draft)
    in_place = current is not None and previous is None and current.folder == folder
    unchanged = bool(current and in_place and matches(folder, rendered, current.spec))
    is_known = target.item is not None and not unchanged
    if is_known and draft.owner.origin != (origin := observe(kernel.environment.prefix)):
        # A kernel that is written anyway gets the current host.
        rendered = render(replace(draft, owner=replace(draft.owner, origin=origin)))
    return Write(
        registry.location,
        registry.locations,
        kernel,
        rendered,
        folder,
        current=current,
        previous=previous,
        replaced=describe(registry, previous) if previous else None,
        is_new=target.item is None or previous is not None,
        unchanged=unchanged,
    )


def _draft(registry: Registry, kernel: Kernel, target: Target, name: str) -> Draft:
    """Put together a kernelspec that is to be written; no scripts are run.

    Args:
        target: The registration that is meant.
    """
    item, current, folder = target.item, registry.inventory.get(name), registry.location.kernels / name
    hand_made = current if item is None and current and is_adoptable(current, kernel) else None
    before = _chosen_before(item, kernel) if item else Choices()
    choices = target.choices.over(choices_of(hand_made, kernel) if hand_made else before).settled
    recorded = target.recorded or Owner.of(kernel)
    aside = originals.find_original(registry.location, name)
    owner = replace(
        recorded,
        choices=choices,
        origin=item.owner.origin if item and item is current and item.owner else None,
        label=_label(registry, kernel, target.recorded, choices),
        additional=recorded.additional or target.additional,
        adopted=recorded.adopted or _takes_a_place(current, folder, aside, kernel),
        made=recorded.made or _made_at(recorded, kernel),
    )
    now = item or hand_made
    files_from = now.folder if now else aside
    as_it_lies = as_written(item, folder) if item and item is current else folder
    return replace(assemble(registry, kernel, owner, as_it_lies), files_from=files_from)


def _made_at(recorded: Owner, kernel: Kernel) -> Path | None:
    """The prefix where a virtual environment was created, if it was moved once."""
    moved = not same_prefix(recorded.prefix, kernel.environment.prefix)
    return recorded.prefix if moved and recorded.manager == "venv" else None


def _takes_a_place(current: Installed | None, folder: Path, aside: Path | None, kernel: Kernel) -> bool:
    """Whether something that we did not write is where a kernel goes, or was to be given back there."""
    if current is not None:
        return current.owner.adopted if current.owner else not current.later
    interrupted = aside is not None and is_adoptable(read_installed(aside), kernel)
    return is_present(folder, as_link=True) or interrupted


def _label(registry: Registry, kernel: Kernel, recorded: Owner | None, choices: Choices) -> str | None:
    """The environment's label in display names. It stays the same for the same environment."""
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
