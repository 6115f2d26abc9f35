"""`create`: a new environment with its kernel, by conda or by `pip-kernel`; all of it or nothing."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ...cli.verb import Verb
from ...core.errors import KernelError
from ...core.kernelspec.kernel_packages import PYTHON_KERNEL
from ..condas import conda_command
from .children import run_child
from .dispatch import PIP_KERNEL, dispatch

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ...cli.host import Host
    from ...cli.parsing.parser import VerbParser
    from .host import ServerHost


def _add_options(parser: VerbParser, host: Host) -> None:
    parser.add_argument("manager", choices=("conda", "venv"))
    parser.add_argument("name", help="Name for conda, path for venv.")
    parser.add_argument("packages", nargs="*")
    parser.add_argument("--python")
    host.add_output_options(parser, changes=True)


def _run(args: Namespace, host: ServerHost) -> int:
    if args.manager == "venv":
        python = [f"--python={args.python}"] if args.python else []
        options = ("--verbose", "--json", "--yes")
        return run_child([*PIP_KERNEL, "create", args.name, *args.packages, *python, *options])
    if host.conda is None:
        raise KernelError("There is no conda here.", "Create a virtual environment instead.")
    words = ("kernel", "create") if host.conda in host.condas else ("create",)
    specs = [*args.packages, *([f"python={args.python}"] if args.python else [])] or [PYTHON_KERNEL]
    command = conda_command(host.conda, *words, "--yes", "-p")
    with _claiming(args.name, host.envs_folders()) as prefix:
        if status := run_child([*command, str(prefix), *specs], sys.stderr):
            raise KernelError(f"conda did not create the environment (exit status {status}).")
        if status := dispatch(["add", str(prefix), "--install", "--json", "--yes"], host):
            # What it printed says why.
            raise SystemExit(status)
    return 0


@contextmanager
def _claiming(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    """Make a folder for an environment, and delete it if the block does not come to its end.

    Args:
        folders: The folders of named environments: the first one that can be written gets it.

    Raises:
        KernelError: One of them has an environment of that name, which conda would delete unasked; or none
            can be written.
    """
    for folder in folders:
        if os.path.lexists(folder / name):
            raise KernelError(f"{folder / name} already exists.", "Choose another name.")
    prefix, is_done = _make_first(name, folders), False
    try:
        yield prefix
        is_done = True
    finally:
        if not is_done:
            shutil.rmtree(prefix, ignore_errors=True)


def _make_first(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        with suppress(PermissionError):
            folder.mkdir(parents=True, exist_ok=True)
            # It fails if another process is quicker: what is deleted later is ours.
            (folder / name).mkdir()
            return folder / name
    raise KernelError(f"You cannot write to {', '.join(map(str, folders))}.", "Create a virtual environment.")


VERB = Verb("Create an environment and register its kernel.", _add_options, _run)  # type: ignore[arg-type]
