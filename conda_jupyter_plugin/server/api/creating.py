"""`create`: a new environment with its kernel, by conda or by `pip-kernel`; all of it or nothing."""

from __future__ import annotations

import shutil
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ...cli.verb import Verb
from ...core.environment.environment import identify
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
    places = [folder / args.name for folder in host.known.envs_folders]
    for place in places:
        if place.exists():
            # conda would delete it, for nobody could answer its question.
            raise KernelError(f"{place} already exists.", "Choose another name.")
    with _all_or_nothing(places):
        _create_with_conda(args, host)
        prefix = next(place for place in places if identify(place))
        if status := dispatch(["add", str(prefix), "--install", "--json", "--yes"], host):
            # What it printed says why.
            raise SystemExit(status)
    return 0


def _create_with_conda(args: Namespace, host: ServerHost) -> None:
    if host.conda is None:
        raise KernelError("There is no conda here.", "Create a virtual environment instead.")
    specs = [*args.packages, *([f"python={args.python}"] if args.python else [])]
    words = ("kernel", "create") if host.conda in host.condas else ("create",)
    command = conda_command(host.conda, *words, "--yes", "-n", args.name, *(specs or [PYTHON_KERNEL]))
    if status := run_child(command, sys.stderr):
        raise KernelError(f"conda did not create the environment (exit status {status}).")


@contextmanager
def _all_or_nothing(places: Sequence[Path]) -> Iterator[None]:
    """Delete what the block has created if it does not come to its end; nothing was there before it."""
    is_done = False
    try:
        yield
        is_done = True
    finally:
        if not is_done:
            for place in places:
                shutil.rmtree(place, ignore_errors=True)


VERB = Verb("Create an environment and register its kernel.", _add_options, _run)  # type: ignore[arg-type]
