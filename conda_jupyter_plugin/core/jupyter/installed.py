"""Reads the installed kernelspecs: the content and the owner of each."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from zlib import crc32

from ..errors import BrokenKernelspecError, KernelError
from ..failures import collecting
from ..kernelspec.kernel_json import parse_spec
from ..kernelspec.record import has_record, is_later, read_record
from ..models import Installed
from ..system.reading import MAXIMUM, is_present, names_in, read_file, read_with_status

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from pathlib import Path

    from ..rendered import Rendered
    from ..system.open_folder import OpenFolder
    from .locations import Location


def installed_at(location: Location) -> tuple[Installed, ...]:
    """Read every kernelspec at a location.

    Returns:
        The kernelspecs by name, unreadable ones with their problem; empty where there is no such folder.

    Raises:
        UnreadableError: The folder cannot be read.
    """
    folders = (location.kernels / name for name in names_in(location.kernels))
    return tuple(item for folder in folders if (item := find_installed(folder)))


def has_managed(location: Location) -> bool:
    """Whether a kernelspec at a location is ours, or may be.

    Raises:
        UnreadableError: The folder cannot be read.
    """
    return any(has_record(item.spec) or item.is_unread for item in installed_at(location))


def read_installed(folder: Path) -> Installed:
    """Read one kernelspec as it is there.

    Returns:
        What it says, or its problem.
    """
    return _read(folder, folder / "kernel.json", read_file)


def find_installed(folder: Path) -> Installed | None:
    """Read one kernelspec; None where a folder, or whatever it is, holds none."""
    with suppress(OSError):
        # So are nearly all of them, and it is the fastest way.
        path = f"{folder}/kernel.json"
        return _installed(folder, path, *read_with_status(path))
    errors: list[KernelError] = []
    with collecting(errors, folder):
        return read_installed(folder) if is_present(folder / "kernel.json", as_link=True) else None
    return Installed(folder.name.lower(), folder, {}, problem=errors[0].message, is_unread=True)


def read_copy(folder: OpenFolder, name: str) -> Installed:
    """Read a kernel.json that was kept, which is in no kernelspec."""
    path = folder.path / name
    return _read(path.with_suffix(""), path, lambda _: folder.read(name, MAXIMUM))


def _read(folder: Path, path: Path, read: Callable[[Path], bytes]) -> Installed:
    try:
        return _installed(folder, path, read(path))
    except OSError as error:
        problem = BrokenKernelspecError.unreadable(path, error)
        return Installed(
            folder.name.lower(), folder, {}, problem=problem.message, is_unread=problem.is_unread
        )


def _installed(
    folder: Path, path: Path | str, content: bytes, status: os.stat_result | None = None
) -> Installed:
    """Say what the kernel.json of a kernelspec says, or said."""
    try:
        spec = parse_spec(content, path)
    except BrokenKernelspecError as error:
        return Installed(folder.name.lower(), folder, {}, problem=error.message)
    owner, later = read_record(spec), is_later(spec)
    problem = None
    if not owner and not later and has_record(spec):
        problem = f"The conda-jupyter-plugin record in {path} cannot be read."
    checksum = crc32(content)
    return Installed(
        folder.name.lower(), folder, spec, owner, problem, later=later, checksum=checksum, status=status
    )


def as_if_installed(folder: Path, rendered: Rendered) -> Installed:
    """Say what `read_installed` would say, were a kernelspec written."""
    file = rendered.files["kernel.json"]
    spec, checksum = file.document or {}, crc32(file.content)
    return Installed(folder.name.lower(), folder, spec, owner=read_record(spec), checksum=checksum)
