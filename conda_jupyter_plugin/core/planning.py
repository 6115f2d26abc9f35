"""What is to be written for an environment: each of its kernels with name, choices and rendered spec."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import display_names, store
from .absence import observe
from .dataclass import dataclass
from .discovery import KERNELS, find_kernels, find_readable_kernels
from .environment import is_foreign
from .errors import BrokenKernelspecError, NoKernelError, SharedValuesError
from .launcher import FILE_NAME as LAUNCHER
from .locations import is_shared
from .models import Activation, Choices, Environment, Installed, Kernel, Origin, Owner, Rendered
from .name_choice import name_for
from .name_rules import suffixed
from .ownership import earlier_choices, is_adoptable, is_own_way
from .render import program, render

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
        registry: The places and rules.
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
    """
    environment = registry.as_recorded(environment)
    kernels = runnable_kernels(environment) if by_itself else find_kernels(environment)
    if not kernels:
        raise NoKernelError(f"Environment {environment.name} holds no kernel.")
    for kernel in kernels:
        if kernel.language.lower() == "python" and not os.path.exists(program(kernel)):
            raise BrokenKernelspecError(kernel.folder, f"starts {program(kernel)}, which is gone")
    planned: list[Planned] = []
    for kernel in kernels:
        wanted = choices if kernel is kernels[0] else _for_further(choices, kernel)
        assigned = {item.rendered.name for item in planned}
        item = _plan_one(
            registry, kernel, kernels, wanted, assigned=assigned, force=force, by_itself=by_itself
        )
        if not (by_itself and item.current and is_own_way(item.current, kernel)):
            planned.append(item)
            planned.extend(_copies(registry, kernel, kernels, item) if by_itself else ())
    return tuple(planned)


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
        registry: The places and rules.
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
    bare = replace(registry, activators={})
    return _plan_one(bare, kernel, (kernel,), choices, assigned=set(), force=force)


def check_private(registry: Registry, planned: Sequence[Planned]) -> None:
    """Make sure that nobody else can read values that are not meant for others.

    Args:
        registry: The places and rules.
        planned: What is to be written.

    Raises:
        SharedValuesError: Other users could read them.
    """
    private = [item.rendered.name for item in planned if item.rendered.private]
    if private and is_shared(registry.location):
        raise SharedValuesError(
            f"Kernel {private[0]} holds values of `conda env config vars` or --env, which other users could"
            f" read in {registry.location.kernels}.",
            "Write it for yourself with --user, or add --force to share the values.",
        )


def render_for(
    registry: Registry,
    kernel: Kernel,
    kernels: Sequence[Kernel],
    *,
    name: str,
    choices: Choices,
    folder: Path,
    beside: Path | None,
    origin: Origin | None = None,
) -> Rendered:
    """Render a kernel by the registry's rules.

    Args:
        registry: The places and rules.
        kernel: The kernel to render.
        kernels: All kernels of its environment, in order.
        name: Its name.
        choices: What the user chose for it.
        folder: Where it will lie.
        beside: Where it lies now, if it does.
        origin: Where its environment lies; None to find out.

    Returns:
        The kernelspec to write.
    """
    label = display_names.label(kernel)
    own = any(display_names.label(other) == label for other in kernels[: kernels.index(kernel)])
    template = registry.templates.get(kernel.environment.manager, display_names.DEFAULT_TEMPLATE)
    activate = registry.activators.get(kernel.environment.manager, Activation.unknown)
    return render(
        kernel,
        name=name,
        display_name=choices.display_name or display_names.display_name(kernel, template, own=own),
        choices=choices,
        activation=None if choices.activate is False else activate(kernel.environment),
        folder=folder,
        beside=beside,
        origin=origin or observe(kernel.environment.prefix),
        conda=registry.conda_of(kernel.environment),
    )


def render_again(
    registry: Registry, kernel: Kernel, kernels: Sequence[Kernel], item: Installed, owner: Owner
) -> Rendered:
    """Render a registered kernel as it would be written now, in the place and with the choices that it has.

    Args:
        registry: The places and rules.
        kernel: The kernel to render.
        kernels: All kernels of its environment, in order.
        item: The kernelspec as it lies there.
        owner: What it records.
    """
    return render_for(
        registry,
        kernel,
        kernels,
        name=item.name,
        choices=owner.choices,
        folder=_as_written(item, item.folder),
        beside=item.folder,
        # Another host that shares the home folder is no reason to write it anew.
        origin=owner.origin,
    )


def _as_written(item: Installed | None, folder: Path) -> Path:
    """The path of a kernelspec's folder as its own command has it, where that leads to the same folder."""
    launcher = Path(str(item.spec["argv"][0])) if item and item.owner else folder
    if (
        item
        and launcher.name == LAUNCHER
        and launcher.parent != folder
        and launcher.parent.name == folder.name
    ):
        with suppress(OSError):
            return launcher.parent if launcher.parent.samefile(item.folder) else folder
    return folder


def _for_further(choices: Choices, kernel: Kernel) -> Choices:
    name = choices.kernel_name and suffixed(choices.kernel_name, kernel.directory)
    return replace(choices, kernel_name=name, display_name=None)


def _plan_one(
    registry: Registry,
    kernel: Kernel,
    kernels: Sequence[Kernel],
    wanted: Choices,
    *,
    assigned: set[str],
    force: bool,
    by_itself: bool = False,
) -> Planned:
    earlier = registry.earlier(kernel)
    before = registry.remembered(kernel) if earlier is None else Choices()
    if before.kernel_name and before.kernel_name not in registry.names and not wanted.kernel_name:
        wanted = replace(wanted, kernel_name=before.kernel_name)
    name = name_for(
        registry, kernel, kernels, wanted.kernel_name, assigned=assigned, force=force, by_itself=by_itself
    )
    current = registry.here.get(name)
    ours = current if registry.is_ours(current, kernel) else None
    now = earlier or ours or (current if current and is_adoptable(current, kernel) else None)
    folder = registry.location.kernels / name
    rendering = partial(
        render_for,
        registry,
        kernel,
        kernels,
        name=name,
        choices=wanted.over(earlier_choices(now, kernel) if now else replace(before, kernel_name=None)),
        folder=_as_written(ours, folder),
        beside=now.folder if now else None,
    )
    origin = ours.owner.origin if ours and ours.owner else None
    former = earlier if earlier is not current else None
    planned = Planned(kernel, rendering(origin=origin), folder, current, former, anew=ours is None)
    if planned.unchanged or origin in (None, observe(kernel.environment.prefix)):
        return planned
    # Where it is written all the same, it is written as of here.
    return replace(planned, rendered=rendering(origin=None))


def _copies(
    registry: Registry, kernel: Kernel, kernels: Sequence[Kernel], item: Planned
) -> Iterator[Planned]:
    """Bring copies that somebody made of a registration in line too; they keep their names."""
    for copy in registry.owned_by(kernel.environment.prefix):
        if registry.is_ours(copy, kernel) and copy not in (item.current, item.former) and copy.owner:
            rendered = render_again(registry, kernel, kernels, copy, copy.owner)
            yield Planned(kernel, rendered, copy.folder, copy, None)
