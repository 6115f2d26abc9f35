"""Starts one kernel as Jupyter does, asks it something, and leaves nothing of it behind."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
import time
from contextlib import suppress
from queue import Empty
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass, replace
from ..core.failures import LOGGER
from ..core.launch.stand_in import NAME as STAND_IN

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType
    from typing import Any

    from ..core.models import Installed
    from .questions import Question

_TAIL = 65_536
_PAUSE = 0.1
_AGAIN = 1.0


@dataclass(frozen=True)
class Start:
    """The start of a kernel.

    Attributes:
        seconds: How long it took until the kernel answered, or until it was clear that it does not.
        answered: Whether it answered that it is there.
        said: What it printed when it was asked.
        refused: The error that it reported instead, as Jupyter shows errors.
        status: The exit status of one that died.
        printed: What it printed at last, the activation's scripts included.
        error: Why it could not be started at all.
    """

    seconds: float
    answered: bool = False
    said: str = ""
    refused: str = ""
    status: int | None = None
    printed: str = ""
    error: Exception | None = None


async def start(
    item: Installed, question: Question | None, timeout: float, folder: Path | None = None
) -> Start:
    """Start a kernel, ask it something and shut it down.

    Args:
        item: Its kernelspec, which Jupyter would find.
        question: What to ask; None to see only whether it is there.
        timeout: How many seconds it may take until it is there, and once more until it has answered.
        folder: Where it is to run; None for an empty folder.

    Returns:
        How it went, whatever came of it.
    """
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager

    specs = KernelSpecManager(kernel_dirs=[str(item.folder.parent)], ensure_native_kernel=False)
    manager = AsyncKernelManager(kernel_name=item.name, kernel_spec_manager=specs, log=_quiet_logger())
    begin = time.monotonic()
    # What is in the caller's folder is not meant to be imported.
    with TemporaryDirectory(ignore_cleanup_errors=True) as empty, _Tail() as tail:
        try:
            await manager.start_kernel(cwd=str(folder or empty), stdout=tail.stream, stderr=tail.stream)
        except BaseException as error:
            await (_end(manager, now=True) if manager.has_kernel else manager.cleanup_resources())
            if not isinstance(error, Exception):
                raise
            return Start(time.monotonic() - begin, error=error)
        tail.is_handed_over()
        try:
            start = await _talk(manager, question, begin, timeout)
        except BaseException:
            await _end(manager, now=True)
            raise
        await _end(manager, now=not start.answered)
        return start if start.answered else replace(start, printed=tail.text())


def _quiet_logger() -> logging.Logger:
    """Where jupyter_client logs what becomes a sentence here."""
    own = logging.getLogger(LOGGER)
    # Starting a program tells it to traitlets' own logger, whatever logger it is given.
    for name in (f"{LOGGER}.jupyter_client", "traitlets"):
        logger = logging.getLogger(name)
        logger.propagate = own.level == logging.DEBUG
        logger.addHandler(logging.NullHandler())
    return own.getChild("jupyter_client")


async def _talk(manager: Any, question: Question | None, begin: float, timeout: float) -> Start:
    engine = manager.provisioner
    client = manager.client()
    client.start_channels(stdin=False, hb=False)
    try:
        reply = await _is_there(client, engine, begin + timeout)
        seconds = time.monotonic() - begin
        if reply is None:
            return Start(seconds, status=await engine.poll())
        if reply.get("implementation") == STAND_IN:
            return Start(seconds, answered=True, refused=str(reply.get("banner")))
        if question is None:
            return Start(seconds, answered=True)
        said, refused = await _ask(client, engine, question.code, time.monotonic() + timeout)
        return Start(seconds, True, said, refused)
    finally:
        client.stop_channels()


async def _is_there(client: Any, engine: Any, until: float) -> Mapping[str, Any] | None:
    """Wait for a kernel's first answer, as long as it lives; what it publishes is heard by then too."""
    asked = 0.0
    reply: Mapping[str, Any] | None = None
    while (now := time.monotonic()) < until:
        if now > asked + _AGAIN:
            client.kernel_info()
            asked = now
        with suppress(Empty):
            reply = _part(await client.get_shell_msg(timeout=_PAUSE), "content")
        if reply is not None:
            with suppress(Empty):
                await client.get_iopub_msg(timeout=_PAUSE)
                return reply
        if await engine.poll() is not None:
            return None
    return reply


async def _ask(client: Any, engine: Any, code: str, until: float) -> tuple[str, str]:
    """Run a line, and gather what is printed; the second is the error where there is one."""
    request = client.execute(code, store_history=False, allow_stdin=False)
    said: list[str] = []
    while time.monotonic() < until:
        try:
            message = await client.get_iopub_msg(timeout=_PAUSE)
        except Empty:
            if (status := await engine.poll()) is not None:
                return "", f"it exited with status {status} while running code"
            continue
        if _part(message, "parent_header").get("msg_id") != request:
            continue
        content = _part(message, "content")
        if message["msg_type"] == "stream":
            said.append(str(content.get("text", "")))
        elif message["msg_type"] == "error":
            return "", f"{content.get('ename', '')}: {content.get('evalue', '')}"
        elif message["msg_type"] == "status" and content.get("execution_state") == "idle":
            return "".join(said), ""
    return "", "it answers, but does not run code"


def _part(message: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Give a part of a message; some kernels send null for one that has nothing to say, as xeus does."""
    part = message[name]
    return part if isinstance(part, dict) else {}


async def _end(manager: Any, *, now: bool) -> None:
    """Let a kernel end, and whatever it has started in its process group."""
    group = getattr(manager.provisioner, "pgid", None)
    try:
        await asyncio.shield(manager.shutdown_kernel(now=now))
    finally:
        if group and group != os.getpgrp():
            with suppress(OSError):
                os.killpg(group, signal.SIGKILL)


class _Tail:
    """Reads what a process prints, and keeps the end of it, however much it is."""

    def __enter__(self) -> _Tail:
        self._from, self.stream = os.pipe()
        self._kept = b""
        self._open = True
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.is_handed_over()

    def _read(self) -> None:
        while more := os.read(self._from, _TAIL):
            self._kept = (self._kept + more)[-_TAIL:]
        os.close(self._from)

    def is_handed_over(self) -> None:
        """The process has its own end now."""
        if self._open:
            os.close(self.stream)
            self._open = False

    def text(self) -> str:
        """The remaining output after the process has ended; its children may still hold the pipe."""
        self._reader.join(timeout=0.5)
        return self._kept.decode(errors="replace")
