"""Answers for a kernel that cannot start, and shows the reason in the notebook.

The launcher holds this text, and gives it to a Python that has Jupyter: most likely the one that started it.
It speaks as little of the protocol as a front end needs.
https://jupyter-client.readthedocs.io/en/stable/messaging.html
"""

from __future__ import annotations

import json
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any

ERROR = "KernelCannotStart"
NAME = "conda-jupyter-plugin"

_POLL = 1000
"""After how many milliseconds it looks whether anybody is there still."""


def main(sentence: str, status: str, launcher: str, *command: str) -> int:
    """Answer until shutdown is requested or the parent is gone; exit as the kernel did if nobody listens."""
    connection = find_connection(command)
    if connection is None:
        return int(status)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import zmq
    from jupyter_client.session import Session

    session = Session(key=connection["key"].encode(), signature_scheme=connection["signature_scheme"])
    context, parent = zmq.Context(), os.getppid()
    kinds = {"shell": zmq.ROUTER, "control": zmq.ROUTER, "stdin": zmq.ROUTER, "iopub": zmq.PUB, "hb": zmq.REP}
    sockets = {name: bind(context.socket(kind), connection, name) for name, kind in kinds.items()}
    poller = zmq.Poller()
    for name in ("shell", "control", "hb"):
        poller.register(sockets[name], zmq.POLLIN)
    about = (sentence, read_language(launcher))
    while os.getppid() == parent:
        ready = dict(poller.poll(_POLL))
        if sockets["hb"] in ready:
            sockets["hb"].send(sockets["hb"].recv())
        for socket in (sockets["shell"], sockets["control"]):
            if socket in ready and not answer(session, socket, sockets["iopub"], about):
                return 0
    return int(status)


def find_connection(words: Iterable[str]) -> dict[str, Any] | None:
    """Read the connection file that a kernel's command names; None where it names none."""
    for word in words:
        if os.path.isabs(word) and os.path.isfile(word):
            try:
                with open(word, encoding="utf-8") as file:
                    connection = json.load(file)
            except ValueError:
                continue
            if isinstance(connection, dict) and "shell_port" in connection:
                return connection
    return None


def bind(socket: Any, connection: Mapping[str, Any], name: str) -> Any:
    """Bind one of the kernel's sockets, encrypted where the connection is."""
    socket.linger = 1000
    if connection.get("curve_secretkey") and name != "hb":
        socket.curve_secretkey = connection["curve_secretkey"].encode()
        socket.curve_publickey = connection["curve_publickey"].encode()
        socket.curve_server = True
    between = ":" if connection["transport"] == "tcp" else "-"
    address = (connection["transport"], connection["ip"], between, connection[name + "_port"])
    socket.bind("{}://{}{}{}".format(*address))
    return socket


def read_language(launcher: str) -> str:
    """Read the kernel's language out of the kernel.json beside its launcher."""
    try:
        with open(os.path.join(os.path.dirname(launcher), "kernel.json"), encoding="utf-8") as file:
            return str(json.load(file).get("language", ""))
    except (OSError, ValueError):
        return ""


def answer(session: Any, socket: Any, iopub: Any, about: tuple[str, str]) -> bool:
    """Answer one message by a sentence, in the kernel's language; False where it was the last one."""
    sentence, language = about
    identities, message = session.recv(socket, mode=0)
    if message is None:
        return True
    kind: str = message["header"]["msg_type"]
    told: dict[str, Any] = {}
    session.send(iopub, "status", {"execution_state": "busy"}, message)
    if kind == "execute_request":
        told = {"ename": ERROR, "evalue": sentence, "traceback": [sentence]}
        session.send(iopub, "error", told, message)
    content = contents(kind, sentence, language, told)
    session.send(socket, kind.replace("_request", "_reply"), content, message, ident=identities)
    session.send(iopub, "status", {"execution_state": "idle"}, message)
    return kind != "shutdown_request"


def contents(kind: str, sentence: str, language: str, told: dict[str, Any]) -> dict[str, Any]:
    """Say what the reply to a message holds."""
    if told:
        return dict(told, status="error", execution_count=0, user_expressions={}, payload=[])
    language_info = {"name": language, "version": "", "mimetype": "text/plain", "file_extension": ".txt"}
    of_kind: dict[str, dict[str, Any]] = {
        "kernel_info_request": {
            "protocol_version": "5.3",
            "implementation": NAME,
            "implementation_version": "1",
            "language_info": language_info,
            "banner": sentence,
            "help_links": [],
        },
        "complete_request": {"matches": [], "cursor_start": 0, "cursor_end": 0, "metadata": {}},
        "inspect_request": {"found": False, "data": {}, "metadata": {}},
        "history_request": {"history": []},
        "is_complete_request": {"status": "complete"},
        "comm_info_request": {"comms": {}},
        "shutdown_request": {"restart": False},
    }
    return dict({"status": "ok"}, **of_kind.get(kind, {}))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
