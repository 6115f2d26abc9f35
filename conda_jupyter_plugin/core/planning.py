"""What is to be written for an environment: each of its kernels with name, choices and rendered spec."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from . import store
from .absence import observe
from .dataclass import dataclass
from .discovery import KERNELS, find_kernels, find_readable_kernels
from .display_names import DEFAULT_TEMPLATE, display_name, labels
from .environment import same_prefix
from .errors import BrokenKernelspecError, NoKernelError, SharedValuesError
from .launcher import launcher_of
from .locations import is_shared
from .models import Activation, Choices, Environment, Installed, Kernel, Owner, Rendered
from .moving import moved_along
from .name_choice import NameChoice, stands_for_environment
from .name_rules import suffixed
from .ownership import earlier_choices, is_adoptable, is_own_way
from .platforms import is_foreign
from .render import Draft, program, render

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from .registry import Registry


@dataclass(frozen=True)
class Planned:
    """A kernel and what is to be written for it.

    Attributes:
        kernel: The environment's kernel.
        rendered: The kernelspec to write.
        folder: Where it goes.
        current: What lies there now, if anything.
        former: Our registration of the same kernel under another name, which it replaces.
        anew: Whether the kernel was not registered there before.
    """

    kernel: Kernel
    rendered: Rendered
    folder: Path
    current: Installed | None
    former: Installed | None
    anew: bool = False

    @cached_property
    def unchanged(self) -> bool:
        """Whether everything is as it should be already."""
        if self.current is None or self.former is not None or self.current.folder != self.folder:
            return False
        return store.matches(self.folder, self.rendered)


def plan(
    registry: Registry,
    environment: Environment,
    choices: Choices,
    *,
    force: bool = False,
    by_itself: bool = False,
) -> tuple[Planned, ...]:
    """Work out what is to be written for an environment; nothing is written.

    Args:
        registry: The location and the rules.
        environment: The environment to register.
        choices: What the user chooses now, on top of what was chosen earlier.
        force: Whether reserved names and kernelspecs that are not ours may be taken by a chosen name.
        by_itself: Whether nobody asked for it: what cannot run and names that are somebody else's are passed
            over then, and what somebody wrote by hand in his own way is left to him.

    Returns:
        The environment's kernels.

    Raises:
        NoKernelError: The environment holds no kernel.
        BrokenKernelspecError: One of its kernel.json files cannot be used, or its Python is gone.
        InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
        LaterVersionError: A later version of this project has registered one of its kernels.
    """
    environment = registry.as_recorded(environment)
    kernels = _kernels_to_register(environment, by_itself=by_itself)
    first = kernels[0] if stands_for_environment(registry, kernels) else None
    called, names = labels(kernels), NameChoice(registry, force, by_itself)
    planned: list[Planned] = []
    for kernel in kernels:
        if by_itself and _is_left_to_its_writer(registry, kernel):
            continue
        wanted = choices if kernel is kernels[0] else _for_further(choices, kernel)
        assigned = {item.rendered.name for item in planned}
        name = names.decide(kernel, wanted.kernel_name, first=kernel is first, assigned=assigned)
        item = _plan_one(registry, kernel, called[kernel.directory], wanted, name)
        if by_itself and item.current and is_own_way(item.current, kernel):
            continue
        planned += [item, *(_copies(registry, item, called[kernel.directory]) if by_itself else ())]
    return tuple(planned)


def _kernels_to_register(environment: Environment, *, by_itself: bool) -> tuple[Kernel, ...]:
    kernels = runnable_kernels(environment) if by_itself else find_kernels(environment)
    if not kernels:
        raise NoKernelError(environment.name)
    for kernel in kernels:
        if kernel.language.lower() == "python" and not os.path.exists(program(kernel)):
            raise BrokenKernelspecError(kernel.folder, f"starts {program(kernel)}, which is gone")
    return kernels


def _is_left_to_its_writer(registry: Registry, kernel: Kernel) -> bool:
    """Whether a later version of this project has registered a kernel."""
    earlier = registry.earlier(kernel)
    return earlier is not None and earlier.later


def runnable_kernels(environment: Environment) -> tuple[Kernel, ...]:
    """Find the kernels of an environment that could start: readable, and their program is there."""
    kernels, _ = find_readable_kernels(environment)
    if is_foreign(environment):
        return ()
    return tuple(kernel for kernel in kernels if os.path.exists(program(kernel)))


def foresee(
    registry: Registry,
    environment: Environment,
    directory: str,
    language: str,
    choices: Choices,
    *,
    force: bool = False,
) -> Planned:
    """Work out the name of a kernel whose environment does not exist yet.

    Args:
        registry: The location and the rules.
        environment: The environment to be.
        directory: What its kernelspec's folder will be called.
        language: The kernel's language.
        choices: What the user chooses.
        force: As in `plan`.

    Returns:
        What could be planned already: name and folder are final, the rest is not.

    Raises:
        InvalidNameError, ReservedNameError, NameTakenError: The name cannot be given.
    """
    folder = environment.prefix.joinpath(*KERNELS, directory)
    kernel = Kernel(environment, folder, {"argv": [language], "language": language})
    name = NameChoice(registry, force=force).decide(kernel, choices.kernel_name, first=True, assigned=())
    bare = replace(registry, activators={})
    return _plan_one(bare, kernel, labels([kernel])[directory], choices, name)


def check_private(registry: Registry, planned: Sequence[Planned]) -> None:
    """Make sure that nobody else can read values that are not meant for others.

    Args:
        registry: The location and the rules.
        planned: What is to be written.

    Raises:
        SharedValuesError: Other users could read them.
    """
    private = [item.rendered.name for item in planned if item.rendered.private]
    if private and is_shared(registry.location):
        raise SharedValuesError(private[0], registry.location.kernels)


def render_again(registry: Registry, kernel: Kernel, label: str, item: Installed, owner: Owner) -> Rendered:
    """Render a registered kernel as it would be written now, where it lies and with the choices that it has.

    Args:
        registry: The location and the rules.
        kernel: The kernel to render.
        label: What it is called among the kernels of its environment.
        item: The kernelspec as it lies there.
        owner: What it records; another host that shares the home folder is no reason to write it anew.
    """
    folder = _as_written(item, item.folder)
    draft = _draft(registry, kernel, label, owner, folder, beside=item.folder)
    if draft.owner.scripts and draft.owner.scripts == owner.scripts:
        return render(replace(draft, env=item.spec.get("env", {})))
    return render(_with_scripts(draft))


def _draft(
    registry: Registry, kernel: Kernel, label: str, owner: Owner, folder: Path, *, beside: Path | None
) -> Draft:
    """Put together what the registry's rules, and what is recorded, say of a kernel; no scripts are run."""
    environment, choices = kernel.environment, owner.choices
    template = registry.templates.get(environment.manager, DEFAULT_TEMPLATE)
    activate = registry.activators.get(environment.manager, Activation.unknown)
    activation = None if choices.activate is False else activate(environment)
    return Draft(
        kernel,
        owner=replace(
            Owner.of(kernel),
            choices=choices,
            origin=owner.origin or observe(environment.prefix),
            conda=registry.conda_of(environment),
            scripts=activation.scripts if activation else None,
            recorded=owner.recorded,
        ),
        display_name=choices.display_name or display_name(kernel, label, template),
        activation=activation,
        folder=folder,
        beside=beside,
    )


def _with_scripts(draft: Draft) -> Draft:
    run_scripts = draft.activation and draft.activation.run_scripts
    return replace(draft, activation=run_scripts()) if run_scripts else draft


def _as_written(item: Installed, folder: Path) -> Path:
    """The path of a kernelspec's folder as its own command has it, where that leads to the same folder."""
    launcher = launcher_of(item.spec["argv"])
    if launcher and launcher.parent.name == folder.name:
        with suppress(OSError):
            return launcher.parent if launcher.parent.samefile(item.folder) else folder
    return folder


def _for_further(choices: Choices, kernel: Kernel) -> Choices:
    name = choices.kernel_name and suffixed(choices.kernel_name, kernel.directory)
    return replace(choices, kernel_name=name, display_name=None)


def _plan_one(registry: Registry, kernel: Kernel, label: str, wanted: Choices, name: str) -> Planned:
    earlier, current = registry.earlier(kernel), registry.here.get(name)
    ours = current if registry.is_ours(current, kernel) else None
    now = earlier or ours or (current if current and is_adoptable(current, kernel) else None)
    before = _chosen_before(now, kernel) if now else _remembered(registry, kernel, name)
    owner = replace(
        now.owner if now and now.owner else Owner.of(kernel),
        choices=wanted.over(before),
        origin=ours.owner.origin if ours and ours.owner else None,
    )
    folder = registry.location.kernels / name
    folder_as_written = _as_written(ours, folder) if ours else folder
    beside = now.folder if now else None
    draft = _with_scripts(_draft(registry, kernel, label, owner, folder_as_written, beside=beside))
    former = earlier if earlier is not current else None
    planned = Planned(kernel, render(draft), folder, current, former, anew=ours is None)
    if planned.unchanged or owner.origin is None:
        return planned
    # What is written all the same is written as of here.
    here = observe(kernel.environment.prefix)
    if draft.owner.origin == here:
        return planned
    return replace(planned, rendered=render(replace(draft, owner=replace(draft.owner, origin=here))))


def _chosen_before(item: Installed, kernel: Kernel) -> Choices:
    choices, prefix = earlier_choices(item, kernel), kernel.environment.prefix
    if item.owner is None or same_prefix(item.owner.prefix, prefix):
        return choices
    return moved_along(choices, item.owner.prefix, prefix)


def _remembered(registry: Registry, kernel: Kernel, name: str) -> Choices:
    """What was chosen for a kernel that has come back; its name only where it gets that one again."""
    choices = registry.remembered(kernel)
    return choices if choices.kernel_name == name else replace(choices, kernel_name=None)


def _copies(registry: Registry, item: Planned, label: str) -> Iterator[Planned]:
    """Bring copies that somebody made of a registration in line too; they keep their names."""
    kernel = item.kernel
    for copy in registry.owned_by(kernel.environment.prefix):
        others = registry.is_ours(copy, kernel) and copy not in (item.current, item.former)
        if others and copy.owner and not copy.later:
            rendered = render_again(registry, kernel, label, copy, copy.owner)
            yield Planned(kernel, rendered, copy.folder, copy, None)
