"""A program that uses the server's REST interface, as the panel does."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

SECONDS = 60


@dataclass(frozen=True)
class Ended:
    """A task that has ended."""

    exit_status: int
    lines: list[str]
    document: Any


@dataclass(frozen=True)
class Client:
    """Somebody who knows a server's address, and perhaps its token."""

    address: str
    token: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Sends a request; gives the status and the JSON of the answer, or its text."""
        headers = {"Content-Type": "application/json", **self.headers}
        if self.token:
            headers["Authorization"] = f"token {self.token}"
        data = None if body is None else json.dumps(body).encode()
        url = f"{self.address}/conda-jupyter-plugin/api/{path}"
        try:
            with urlopen(Request(url, data, headers, method=method), timeout=SECONDS) as answer:
                status, text = answer.status, answer.read()
        except HTTPError as error:
            status, text = error.code, error.read()
        try:
            return status, json.loads(text) if text else None
        except ValueError:
            return status, text.decode()

    def overview(self) -> Any:
        """Gives all kernels and environments."""
        status, document = self.call("GET", "kernels")
        assert status == 200, document
        return document

    def start(self, **request: object) -> str:
        """Starts a task; gives its identifier."""
        status, document = self.call("POST", "tasks", request)
        assert status == 201, document
        return str(document["id"])

    def wait_for_line(self, identifier: str, text: str) -> None:
        """Waits until a task has said something."""
        lines: list[str] = []
        end = time.monotonic() + SECONDS
        while not any(text in line for line in lines):
            _, progress = self.call("GET", f"tasks/{identifier}?after={len(lines)}")
            lines += progress["lines"]
            assert progress["exit_status"] is None and time.monotonic() < end, lines

    def follow(self, identifier: str) -> Ended:
        """Waits until a task has ended."""
        lines: list[str] = []
        while True:
            status, progress = self.call("GET", f"tasks/{identifier}?after={len(lines)}")
            assert status == 200, progress
            lines += progress["lines"]
            if progress["exit_status"] is not None:
                return Ended(progress["exit_status"], lines, progress["document"])

    def run(self, **request: object) -> Ended:
        """Runs a task to its end."""
        return self.follow(self.start(**request))
