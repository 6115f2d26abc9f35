"""Kernelspecs are written and removed where Jupyter looks, each as a whole, by one process at a time."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from ..errors import KernelError, LockedError
from ..failures import collecting, log_swallowed
from ..jupyter.locations import STAGING, is_leftover, leftovers
from ..kernelspec.kernel_json import files_in
from ..kernelspec.record import is_recorded
from ..naming.valid_names import is_valid
from ..system.lock import TakenError, holding
from ..system.open_folder import Entry
from ..system.opening import open_folder, open_own
from ..system.permissions import is_own
from ..system.refusals import RefusedError
from .filling import at, fill, flush
from .originals import keep_original
from .staging import (
    discard,
    keeping_open,
    move,
    on_one_device,
    open_kernels,
    open_workshop,
    staging,
    throw_away,
    writing,
)
from .swapping import REPLACED, is_of_another_device, put

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ..jupyter.locations import Location
    from ..rendered import Rendered
    from ..system.open_folder import OpenFolder

LOCK_SECONDS = 5.0


@contextlib.contextmanager
def locked(location: Location, seconds: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold a location against other writers; a lock that is held already is held once more.

    What a killed process has left half done is put in order first.

    Args:
        seconds: How long to wait for another process.

    Raises:
        LockedError: Another process held it all that time.
        LocationError: The location cannot be written.
    """
    with _lock(location, seconds) as newly:
        if not newly:
            yield
            return
        with keeping_open(location):
            with writing(location):
                _put_in_order(location)
            yield


@contextlib.contextmanager
def _lock(location: Location, seconds: float) -> Iterator[bool]:
    with contextlib.ExitStack() as lock:
        with writing(location):
            workshop = lock.enter_context(open_workshop(location))
            try:
                newly = lock.enter_context(holding(workshop, seconds))
            except TakenError as error:
                raise LockedError(location.kernels, seconds, error.holder, error.file) from error
        yield newly


def recover(*locations: Location) -> list[KernelError]:
    """Put in order what a killed process has left half done, unless another process is at work there.

    Returns:
        Why something is left as it is: it is not this user's, or others may write around it.
    """
    refused: list[KernelError] = []
    for location in {location.data: location for location in locations}.values():
        if any(leftovers(location)) and os.access(location.data, os.W_OK):
            try:
                _check_own(location)
                with _lock(location, seconds=0), writing(location):
                    refused += _put_in_order(location)
            except RefusedError as error:
                refused.append(error)
            except KernelError:
                log_swallowed()
    return refused


def _check_own(location: Location) -> None:
    """Make sure that no other user can write to a data folder or to ours.

    Raises:
        RefusedError: Somebody else may.
        LocationError: It cannot be read.
    """
    with writing(location), open_folder(location.data) as data, open_own(location.workshop) as workshop:
        for folder in (data, workshop):
            if not is_own(folder.status):
                raise RefusedError.to_recover(location.workshop, folder.path)


@contextlib.contextmanager
def preparing(location: Location, kernelspecs: Mapping[str, Rendered]) -> Iterator[OpenFolder | None]:
    """Write new kernelspecs into a folder of our own, all of them before the disk is waited for.

    Args:
        kernelspecs: Each by the name of its folder.

    Yields:
        The folder; None where not all of them could be written: each is written apart then, and says why not.
    """
    with contextlib.ExitStack() as opened:
        prepared = None
        with collecting([], location.kernels):
            kernels = opened.enter_context(open_kernels(location))
            folder = opened.enter_context(staging(location))
            _prepare(location, folder, kernels, kernelspecs)
            prepared = folder
        yield prepared


def _prepare(
    location: Location, folder: OpenFolder, kernels: OpenFolder, kernelspecs: Mapping[str, Rendered]
) -> None:
    paths = []
    for name, rendered in kernelspecs.items():
        with _make_new(location, folder, kernels, name) as new:
            paths += [f"{name}/{path}" for path in fill(new, None, rendered, for_all=location.for_all)]
    flush(folder, paths)


def write_kernelspec(
    location: Location, target: Path, rendered: Rendered, prepared: OpenFolder | None = None
) -> None:
    """Write a whole kernelspec in place of the existing one; an unmanaged one is kept as an original.

    Args:
        prepared: A folder in which it may be already; see `preparing`.

    Raises:
        LocationError: It cannot be written; what was there is there still.
    """

    def swap_in(folder: OpenFolder) -> None:
        with contextlib.ExitStack() as opened:
            new = opened.enter_context(_make_new(location, folder, kernels))
            is_present = kernels.is_folder(target.name)
            present = opened.enter_context(kernels.enter(target.name)) if is_present else None
            flush(new, fill(new, present, rendered, for_all=location.for_all))
        put(Entry(folder, "new"), Entry(kernels, target.name), folder)
        if folder.is_folder(REPLACED):
            with folder.enter(REPLACED) as replaced:
                keep_original(location, replaced, target.name)

    with writing(location), open_kernels(location) as kernels:
        if prepared and _put_prepared(prepared, kernels, target.name):
            return
        if not on_one_device(location, swap_in):
            _write_in_place(location, kernels, target.name, rendered)


def _put_prepared(prepared: OpenFolder, kernels: OpenFolder, name: str) -> bool:
    """Put a kernelspec in its place that was prepared; False where it was not, or something is there."""
    if not prepared.is_folder(name) or kernels.look(name):
        return False
    try:
        prepared.move(name, kernels, name)
    except OSError as error:
        if not is_of_another_device(error):
            raise
        return False
    return True


def _make_new(location: Location, folder: OpenFolder, kernels: OpenFolder, name: str = "new") -> OpenFolder:
    return folder.make(name, for_all=location.for_all, fitting=kernels.status)


def _write_in_place(location: Location, kernels: OpenFolder, name: str, rendered: Rendered) -> None:
    """Write a kernelspec over one that cannot be moved: each file as a whole, kernel.json last.

    It serves containers: what was in a container's image keeps its place, for overlayfs moves no such folder.
    """
    with staging(location, near_kernels=True) as folder:
        if not is_recorded(kernels.path / name):
            with folder.make(REPLACED) as replaced:
                kernels.copy(name, replaced, name)
                keep_original(location, replaced, name)
        # No links: overlayfs would refuse to put one in the place of what it leads to.
        with _make_new(location, folder, kernels) as new:
            flush(new, fill(new, None, rendered, for_all=location.for_all))
        before = [inner for inner, _ in files_in(kernels.path / name)]
        for inner in sorted(rendered.files, key=lambda inner: inner == "kernel.json"):
            place = at(kernels, f"{name}/{inner}", make=True, for_all=location.for_all)
            with at(folder, f"new/{inner}") as fresh, place as target:
                fresh.move(target)
        for inner in before:
            if inner not in rendered.files:
                with at(kernels, f"{name}/{inner}") as old:
                    old.folder.unlink(old.name)


def remove_kernelspec(location: Location, target: Path, *, is_replaced: bool = False) -> None:
    """Remove a kernelspec as a whole.

    Args:
        is_replaced: Whether another one has taken its place: it is set aside then, unless it was ours.

    Raises:
        LocationError: It cannot be removed.
    """
    with writing(location), open_kernels(location) as kernels:
        if not (is_replaced and keep_original(location, kernels, target.name)):
            throw_away(location, kernels, target.name)


def _put_in_order(location: Location) -> list[KernelError]:
    """Clear what a killed process left; a kernelspec that it had taken away to replace comes back.

    Returns:
        Why something is left as it is.
    """
    refused: list[KernelError] = []
    for root in location.stagings:
        with contextlib.suppress(FileNotFoundError), open_own(root) as workshop:
            for name in workshop.names():
                if is_leftover(name):
                    with collecting(refused, workshop.path / name):
                        _clear(location, workshop, name)
    return refused


def _clear(location: Location, workshop: OpenFolder, name: str) -> None:
    not_ours = RefusedError.of(workshop.path / name, "another user created it or can write to it")
    try:
        left = workshop.enter(name)
    except PermissionError as error:
        raise not_ours from error
    with left:
        if not is_own(left.status):
            raise not_ours
        if name.startswith(STAGING) and left.look(REPLACED):
            with left.enter(REPLACED) as replaced:
                _bring_back(location, replaced)
    discard(workshop, name)


def _bring_back(location: Location, replaced: OpenFolder) -> None:
    with open_kernels(location) as kernels:
        for name in replaced.names():
            if not is_valid(name.lower()):
                raise RefusedError.of(replaced.path / name, "its name is not a valid kernel name")
            if kernels.look(name) is None:
                move(location, replaced, kernels, name)
            else:
                keep_original(location, replaced, name)
