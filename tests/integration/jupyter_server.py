"""A Jupyter server as a user starts it, with or without JupyterLab and Notebook in it."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.support import wait_until


@contextmanager
def serving(
    folder: Path,
    variables: Mapping[str, str],
    kernels: Sequence[str] = (),
    token: str = "",
    application: str = "jupyterlab",
    port: int = 0,
) -> Iterator[str]:
    """Runs a server for as long as the context lasts, on a port that is free.

    Args:
        folder: The notebooks' folder; what the server says goes into a file beside it.
        variables: All of its environment variables.
        kernels: The names of those that it offers where they exist, whatever else the machine has.
        token: What a user logs in with; nobody has to where it is empty.
        application: The module to run: `jupyter_server` starts in a third of JupyterLab's time.
        port: The port; one that is free by default.

    Yields:
        Its address.
    """
    port = port or free_port()
    options = ["--no-browser", f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--allow-root"]
    options += [f"--ServerApp.root_dir={folder}", f"--IdentityProvider.token={token}"]
    options += [f"--KernelSpecManager.allowed_kernelspecs={name}" for name in kernels]
    settings = Path(variables["HOME"], ".jupyter/lab/user-settings/@jupyterlab/apputils-extension")
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false"}')
    address = f"http://127.0.0.1:{port}"
    with folder.with_name("server.log").open("w") as log:
        command = [sys.executable, "-m", application, *options]
        server = subprocess.Popen(command, env=variables, stdout=log, stderr=log, cwd=folder)
        try:
            status, told = f"{address}/api/status?token={token}", Path(log.name)
            wait_until(lambda: _answers(server, status, told))
            yield address
        finally:
            server.terminate()
            server.wait(60)


def free_port() -> int:
    """Gives a port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(server: subprocess.Popen[bytes], address: str, log: Path) -> bool:
    assert server.poll() is None, f"The server has ended:\n{log.read_text('utf-8')}"
    try:
        with urlopen(address, timeout=5):
            return True
    except (URLError, TimeoutError):
        return False
