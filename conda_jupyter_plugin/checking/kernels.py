"""Starts kernels for real, several at once, and says of each whether it works."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from contextlib import contextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import replace
from ..core.environment.environment import identify
from ..core.errors import UnreadableError
from ..core.failures import collecting, passing_over
from ..core.launch.command import without_launcher
from ..core.state.judging import launcher_as_written
from ..core.system.reading import is_present, names_in
from .activation_trace import surroundings_of, trace
from .questions import question_in, read_answer
from .reasons import Trouble, why_died, why_refused, why_unstartable
from .starting import start
from .verdicts import Checked, failed_silently, fix_for, misplaced, spoilt_by, warnings_of, way_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from types import FrameType

    from ..core.errors import BrokenKernelspecError, KernelError
    from ..core.verbs.find import Found
    from .activation_trace import Trace
    from .starting import Start

_LOOKED_AT = 10.0
"""The time limit in seconds for an activation that kept a kernel from answering."""


def check_kernels(
    found: Sequence[Found],
    folders: Sequence[Path | None] = (),
    *,
    timeout: float,
    jobs: int,
    is_checked: Callable[[], object] = lambda: None,
) -> tuple[Checked, ...]:
    """Start kernels, ask each where it runs, and shut them down.

    Args:
        folders: Where each is to run, such as its notebook's folder; an empty one for None, and for the rest.
        timeout: How many seconds each may take to answer.
        jobs: How many run at once.
        is_checked: Called after each.

    Returns:
        What became of each, in their order. No process, port or file is left of them.

    Raises:
        KeyboardInterrupt: A signal came; they are ended.
    """
    received: list[int] = []

    async def check_all() -> tuple[Checked, ...]:
        free = asyncio.Semaphore(max(1, jobs))

        async def check(kernel: Found, folder: Path | None) -> Checked:
            async with free:
                checked = await _check(kernel, folder, timeout)
            is_checked()
            return checked

        with _cancelled_by_signals(received):
            return tuple(await asyncio.gather(*map(check, found, chain(folders, repeat(None)))))

    try:
        return asyncio.run(check_all())
    except asyncio.CancelledError:
        _pass_on(received)
        raise KeyboardInterrupt from None


async def _check(found: Found, folder: Path | None, timeout: float) -> Checked:
    """Check one kernel. Its failure never stops the others."""
    errors: list[KernelError] = []
    with collecting(errors, found.item.folder):
        checked = await _start(found, folder, timeout)
        if checked.ok or folder is None:
            return checked
        in_empty_folder = await _start(found, None, timeout)
        return spoilt_by(folder, in_empty_folder) if in_empty_folder.ok else checked
    return Checked(found.registration, False, error=errors[0].message.rstrip("."), hint=errors[0].hint)


async def _start(found: Found, folder: Path | None, timeout: float) -> Checked:
    row = found.registration
    foretold = _foretold(found)
    if row.status == "broken" and not _may_start(found):
        gone = Trouble("gone", row.reason or "it cannot be started")
        if foretold:
            return Checked(row, False, error=gone.reason, hint=foretold.hint)
        return Checked(row, False, error=gone.reason, hint=way_out(gone, row), fix=fix_for(gone, row))
    began = await start(found.item, question_in(row.language), timeout, folder)
    activation = await _trace(found, began, timeout)
    wrong = _trouble(found, began, activation, timeout)
    if wrong and foretold and wrong.kind in ("package", "import", "outdated", "died"):
        # Files tell why it does not find what it needs.
        wrong, hint = Trouble("gone", foretold.reason), foretold.hint
    else:
        hint = way_out(wrong, row) if wrong else ""
    fix = fix_for(wrong, row) if wrong else None
    return Checked(
        row,
        wrong is None,
        round(began.seconds, 3),
        round(activation.seconds, 3) if activation else None,
        wrong.reason if wrong else None,
        hint,
        fix,
        wrong.lines if wrong else (),
        warnings_of(row, began.seconds, activation, works=wrong is None),
    )


def _foretold(found: Found) -> BrokenKernelspecError | None:
    """The obstacle that files reveal, and the fix; None if they reveal none."""
    owner, row = found.item.owner, found.registration
    environment = identify(owner.prefix) if owner and row.status == "broken" and not row.fixable else None
    if owner is None or environment is None:
        return None
    return found.registry.survey(found.registry.rules.named(environment)).problems.get(owner.kernel)


def _may_start(found: Found) -> bool:
    """Whether a broken kernel still has a program, which reports best what it lacks."""
    words = without_launcher(found.item.spec.get("argv", ()))
    prefix = found.registration.prefix
    gone = prefix is None or not is_present(prefix)
    return bool(words) and not gone and os.path.isabs(words[0]) and is_present(Path(words[0]))


def _trouble(found: Found, began: Start, activation: Trace | None, timeout: float) -> Trouble | None:
    if began.error:
        return why_unstartable(began.error, found.item.spec)
    if began.refused:
        return why_refused(began.refused)
    if began.answered:
        return misplaced(found, read_answer(began.said))
    if began.status is not None:
        trouble, owner = why_died(began, _borrowed(found, activation)), found.item.owner
        if trouble.kind == "search path" and owner and "PYTHONPATH" in owner.choices.env:
            return replace(trouble, kind="chosen search path")
        return trouble
    return failed_silently(timeout, activation, began.printed)


def _borrowed(found: Found, activation: Trace | None) -> Iterator[Path]:
    """The modules that a kernel's PYTHONPATH adds from outside its environment."""
    variables = (activation and activation.variables) or surroundings_of(found.item)
    prefix = found.registration.prefix or Path()
    for folder in map(Path, variables.get("PYTHONPATH", "").split(os.pathsep)):
        with passing_over(UnreadableError):
            if folder.is_absolute() and prefix not in (folder, *folder.parents):
                modules = (folder / name for name in names_in(folder))
                yield from (module for module in modules if module not in (prefix, *prefix.parents))


async def _trace(found: Found, began: Start, timeout: float) -> Trace | None:
    """Run the activation alone, up to a limit of time."""
    limit = began.seconds + _LOOKED_AT / 2 if began.answered else min(timeout, _LOOKED_AT)
    enough = threading.Event()
    try:
        launcher = launcher_as_written(found.registry, found.item)
        return await asyncio.to_thread(trace, found.item, launcher, limit, enough.is_set)
    finally:
        enough.set()


@contextmanager
def _cancelled_by_signals(received: list[int]) -> Iterator[None]:
    """Let a signal cancel the running task, which tidies up; it could come in the midst of a start else."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    before = {number: signal.getsignal(number) for number in numbers}

    def cancel(number: int) -> None:
        received.append(number)
        if task:
            task.cancel()

    # Windows has none of it, and only a program's first thread may do this.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        for number in numbers:
            if before[number] is not signal.SIG_IGN:
                loop.add_signal_handler(number, cancel, number)
    try:
        yield
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for number, handler in before.items():
                loop.remove_signal_handler(number)
                if handler is not None:
                    signal.signal(number, handler)


def _pass_on(received: list[int]) -> None:
    """Pass a signal to its original handler."""
    for number in received[:1]:
        handler: Callable[[int, FrameType | None], object] | int | None = signal.getsignal(number)
        if callable(handler):
            handler(number, None)
