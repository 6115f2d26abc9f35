"""Another host, as far as a kernel can tell: a real sshd on a loopback address that Jupyter does not know."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support import wait_until

HOST = "127.0.0.2"
"""Its address: all of 127.0.0.0/8 is this machine, and provisioners take only 127.0.0.1 for local."""

_SETTINGS = """
ListenAddress {host}
Port {port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
"""


def why_none() -> str:
    """Says why there can be none here; nothing where there can."""
    if not sys.platform.startswith("linux"):
        return "only Linux has further loopback addresses"
    return "" if find_sshd() else "there is no sshd (Debian's openssh-server)"


def find_sshd() -> str | None:
    """Finds the program, which is on no ordinary user's PATH."""
    return shutil.which("sshd") or shutil.which("sshd", path="/usr/sbin:/usr/local/sbin")


@contextmanager
def answering(folder: Path, home: Path) -> Iterator[Mapping[str, str]]:
    """Runs it for as long as the context lasts, with keys of its own.

    Args:
        folder: Where its files go, which is made.
        home: The home folder of the user who may log in, and whose client knows it.

    Yields:
        The variables that lead Gateway Provisioners to it.
    """
    folder.mkdir()
    sshd = find_sshd()
    assert sshd
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    client = home / ".ssh"
    client.mkdir(mode=0o700, parents=True)
    for key in (folder / "host_key", client / "id_ed25519"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    shutil.copy(client / "id_ed25519.pub", folder / "authorized_keys")
    known = f"[{HOST}]:{port} {(folder / 'host_key.pub').read_text('utf-8')}"
    (client / "known_hosts").write_text(known, "utf-8")
    settings = folder / "sshd_config"
    settings.write_text(_SETTINGS.format(host=HOST, port=port, folder=folder), "utf-8")
    # Debian's wants this folder; its service makes it.
    Path("/run/sshd").mkdir(exist_ok=True)
    command = [sshd, "-D", "-f", str(settings), "-E", str(folder / "log")]
    server = subprocess.Popen(command)
    try:
        wait_until(lambda: _answers(port))
        yield {"GP_SSH_PORT": str(port), "GP_KERNEL_LOG_DIR": str(folder)}
    finally:
        server.terminate()
        server.wait(60)


def _answers(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=5):
            return True
    except OSError:
        return False
