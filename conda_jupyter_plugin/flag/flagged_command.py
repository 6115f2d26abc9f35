"""From nothing to a kernel: what `--kernel` does before and after conda's own command."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NoReturn, TextIO

from ..cli import report
from ..cli.dispatch import add_one, open_registry
from ..cli.options import choices
from ..conda_side.coverage import foreign_platform
from ..conda_side.environments import named_prefix
from ..conda_side.errors import as_conda_errors
from ..conda_side.host import CondaHost
from ..conda_side.install import install_package
from ..conda_side.packages import R_KERNEL, kernel_package_for
from ..conda_side.transaction import changed_prefixes
from ..core.discovery import find_kernels
from ..core.environment import environment_to_be, identify
from ..core.errors import KernelError, NotAnEnvironmentError
from ..core.locations import check_writable
from ..core.models import Registration, Result
from ..core.planning import check_private, foresee, plan
from ..core.status import describe_planned
from ..core.sync import follow
from ..settings import OFF, read_auto
from .request import Request, read_request


@dataclass
class _Command:
    """The command that is running: what it asks for, what is foreseen, and what came of it."""

    request: Request
    result: Result = field(default_factory=Result)
    error: Exception | None = None

    @property
    def is_our_verb(self) -> bool:
        """Whether it is `conda kernel create`, which tells everything itself."""
        return self.request.options.get("verb") == "create"


_running: _Command | None = None


def prepare() -> None:
    """Check what `--kernel` asks for, and add the kernel package to conda's own request.

    Raises:
        CondaKernelError: The kernel cannot be registered as asked; conda has not done anything yet.
        SystemExit: Registering was all there was to do, and is done.
    """
    global _running
    from conda.base.context import context

    request = read_request(dict(context._argparse_args), tuple(context.create_default_packages))
    prefix = _prefix_to_be(request)
    package = request.lacking_package(prefix)
    _running = _Command(request)
    registers_only = not request.asks_for_packages and request.finds_kernel(prefix)
    if not _registers_nothing():
        with as_conda_errors():
            _running.result = _foresee(request, prefix, package)
        if context.dry_run:
            for row in _running.result.registered:
                _say(f'Kernel "{row.name}" would be registered in {report.short(row.path)}', sys.stderr)
    if registers_only:
        _register_only()
    added = request.add_package(package)
    if context.dry_run and package and not added and not (_registers_nothing() or _clones_kernel(request)):
        report.say(f"{package} would be installed by a transaction of its own afterwards", sys.stderr)


def _register_only() -> NoReturn:
    """Do all that a command without packages is about, which conda itself would refuse as too few arguments.

    Raises:
        CondaKernelError: The kernel could not be registered.
        SystemExit: It is done.
    """
    from conda.base.context import context

    finish()
    take_result()
    if context.json:
        report.print_json({"message": "All requested packages already installed.", "success": True})
    raise SystemExit(0)


def finish() -> None:
    """Register the kernel once conda has done its part; a failure is one line on stderr.

    Raises:
        KeyboardInterrupt: The user wants no kernel after all.
        SystemExit: The same, where conda has printed its one JSON document already.
    """
    from conda.base.context import context

    if _running is None or context.dry_run or _registers_nothing():
        return
    prefix = changed_prefixes[-1] if changed_prefixes else str(context.target_prefix)
    _running.result = Result()
    try:
        _running.result = _register(_running.request, Path(prefix))
    except KeyboardInterrupt:
        if not context.json or _running.is_our_verb:
            raise
        report.say("CondaError: KeyboardInterrupt", sys.stderr)
        raise SystemExit(1) from None
    except Exception as error:
        _running.error = error
        if not _running.is_our_verb:
            report.say(f"The kernel was not registered: {error}", sys.stderr)
        return
    if not context.quiet or context.json:
        for line in report.result_as_text(_running.result):
            _say(line, sys.stderr if context.json else sys.stdout)


def take_result() -> Result:
    """Hand over what the last command registered.

    Raises:
        CondaKernelError: It could not be registered.
    """
    if _running is None:
        return Result()
    with as_conda_errors():
        if _running.error:
            raise _running.error
    return _running.result


def _foresee(request: Request, prefix: Path | None, package: str | None) -> Result:
    """Find out before conda starts whether the kernel can be registered, and under which name."""
    args = request.arguments
    registry = open_registry(args, CondaHost())
    check_writable(registry.location)
    force = getattr(args, "kernel_force", False)
    chosen = replace(choices(args), share=force or None)
    if prefix is None:
        return Result(dry_run=True)
    environment = identify(prefix)
    if environment and find_kernels(environment):
        planned = plan(registry, environment, chosen, force=force)
    else:
        kind = ("ir", "R") if package == R_KERNEL else ("python3", "python")
        planned = (foresee(registry, environment_to_be(prefix, "conda"), *kind, chosen, force=force),)
    check_private(registry, planned)
    return Result(registered=tuple(map(describe_planned, planned)), dry_run=True)


def _register(request: Request, prefix: Path) -> Result:
    from conda.base.context import context

    host, args = CondaHost(), request.arguments
    environment = identify(prefix)
    if environment is None:
        raise NotAnEnvironmentError(f"{prefix} is not an environment.")
    if not find_kernels(environment):
        # conda took no further package: a clone, exact packages, `env create` before 26.7.
        options = {**request.options, "channel": request.channels}
        package = kernel_package_for(environment)
        install_package(prefix, package, options, yes=True, quiet=context.quiet, json=context.json)
    registry = open_registry(args, host)
    removed: tuple[Registration, ...] = ()
    if read_auto() != OFF:
        # The same transaction may have taken another kernel away.
        removed = follow(replace(registry), prefix, new=False).removed
    return replace(add_one(registry, environment, args, host), removed=removed)


def _prefix_to_be(request: Request) -> Path | None:
    """The prefix that the command works on, None where only conda itself will find out."""
    from conda import CondaError
    from conda.base.context import context

    options = request.options
    try:
        if options.get("name") or options.get("prefix") or options.get("cmd") == "install":
            return Path(context.target_prefix)
        name = request.environment_name
        return Path(context.envs_dirs[0], name) if name else None
    except CondaError:
        # conda itself is about to say what is wrong with it.
        return None


def _clones_kernel(request: Request) -> bool:
    """Whether the command copies an environment that holds a kernel."""
    source = request.options.get("clone")
    if not source:
        return False
    try:
        environment = identify(Path(source) if os.sep in source else named_prefix(source))
        return environment is not None and bool(find_kernels(environment))
    except KernelError:
        # conda, or the registration itself, is about to say what is wrong with it.
        return False


def _registers_nothing() -> bool:
    """Whether the command makes no environment that could run here."""
    from conda.base.context import context

    return bool(context.download_only) or foreign_platform()


def _say(line: str, stream: TextIO) -> None:
    """Print a line, unless it is told by the JSON document of `conda kernel create`."""
    from conda.base.context import context

    if not (context.json and _running and _running.is_our_verb):
        report.say(line, stream)
