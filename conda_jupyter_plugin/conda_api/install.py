"""A further `conda install` of the kernel package, where it cannot be part of conda's own transaction."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from ..core.environment.environment import is_frozen
from ..core.errors import InstallError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


def install_package(
    prefix: Path, package: str, options: Mapping[str, Any], *, yes: bool, quiet: bool, json: bool
) -> None:
    """Run `conda install` for one package.

    Args:
        options: The current command's options: its channels and solver are used again.
        yes: Whether to ask nothing.
        quiet: Whether to show no progress.
        json: Whether our own document is the only thing on stdout.

    Raises:
        InstallError: It was not installed.
    """
    command = [sys.executable, "-I", "-m", "conda", "install", "-p", str(prefix), package]
    command += _repeated(options)
    command += ["-y"] * (yes or json) + ["-q"] * (quiet or json)
    # The command that calls this registers the kernel itself.
    env = {**os.environ, "CONDA_PLUGINS_KERNEL_AUTO": "off"}
    stdout = (sys.stderr or subprocess.DEVNULL) if json else None
    finished = subprocess.run(command, stdout=stdout, env=env, check=False)
    if finished.returncode:
        raise InstallError.by_conda(package, prefix, frozen=is_frozen(prefix))


def _repeated(options: Mapping[str, Any]) -> Iterator[str]:
    for channel in options.get("channel") or ():
        yield from ("-c", channel)
    for option in ("override_channels", "use_local", "offline"):
        # conda leaves a NULL object, which is false, where an option is not given.
        if options.get(option):
            yield f"--{option.replace('_', '-')}"
    if options.get("protect_frozen_envs") is False:
        yield "--override-frozen"
    if solver := options.get("solver"):
        yield from ("--solver", solver)
