"""The HTTP handlers: authenticated and protected against other sites as each of Jupyter's own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado.web import HTTPError, authenticated

from ...cli.documents import SCHEMA_VERSION
from ...core.errors import UsageError
from .requests import words_of
from .tasks import Tasks

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from .tasks import Task

ADDRESS = "conda-jupyter-plugin/api"
"""The address of the interface, below the server's own."""

OVERVIEW = ("overview", "--json")
"""The words of the command that lists all kernels and environments."""

_SECONDS = 20
"""How long a request waits for the next line of a task: proxies give up after thirty or more."""


class _Handler(APIHandler):
    """What the handlers have in common."""

    auth_resource = "environments"
    """The resource that a Jupyter authorizer may allow or deny."""

    def initialize(self, tasks: Tasks, folder: str) -> None:
        """Take what all requests share.

        Args:
            folder: The server's root folder.
        """
        self.tasks, self.folder = tasks, folder

    def answer(self, document: dict[str, Any], status: int = 200) -> None:
        """Answer with a JSON document."""
        self.set_status(status)
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps({"schema_version": SCHEMA_VERSION, **document}))

    def task(self, identifier: str) -> Task:
        """Find a task.

        Raises:
            HTTPError: There is none.
        """
        if (task := self.tasks.find(identifier)) is None:
            raise HTTPError(404, "No such task: the server was restarted, or it ended long ago.")
        return task


class KernelsHandler(_Handler):
    """All kernels that Jupyter sees, and all known environments."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the document of the overview."""
        task = self.tasks.start(OVERVIEW)
        await task.end()
        if not isinstance(task.document, dict):
            raise HTTPError(500, (task.lines or ["The kernels could not be listed."])[-1])
        self.answer(task.document)


class TasksHandler(_Handler):
    """The tasks of this server."""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answer with the running ones."""
        self.answer({"tasks": [{"id": task.id, "verb": task.verb} for task in self.tasks.running()]})

    @authenticated
    @authorized
    async def post(self) -> None:
        """Start a task."""
        try:
            words = words_of(self.get_json_body(), self.folder)
        except UsageError as error:
            raise HTTPError(400, str(error)) from error
        self.answer({"id": self.tasks.start(words).id}, 201)


class TaskHandler(_Handler):
    """A task."""

    @authenticated
    @authorized
    async def get(self, identifier: str) -> None:
        """Answer with the lines after a number of them, as soon as there are some."""
        task, after = self.task(identifier), self._after()
        await task.change_after(after, _SECONDS)
        progress = {"lines": task.lines[after:], "exit_status": task.exit_status, "document": task.document}
        self.answer({"verb": task.verb, **progress})

    @authenticated
    @authorized
    async def delete(self, identifier: str) -> None:
        """Cancel it, and answer when it has cleaned up."""
        task = self.task(identifier)
        task.cancel()
        await task.end()
        self.set_status(204)
        self.finish()

    def _after(self) -> int:
        text = self.get_query_argument("after", "0")
        if not (text.isascii() and text.isdigit()):
            raise HTTPError(400, "The argument 'after' must be a number of lines.")
        return int(text)


def routes(base_url: str, folder: str, folders: Sequence[str]) -> list[tuple[str, type, dict[str, Any]]]:
    """The routes of the interface.

    Args:
        folder: The server's root folder.
        folders: The folders to search for environments; see `KernelSync.folders`.
    """
    shared = {"tasks": Tasks(json.dumps({"folder": folder, "folders": list(folders)})), "folder": folder}
    kernels, tasks, task = (
        url_path_join(base_url, ADDRESS, path) for path in ("kernels", "tasks", r"tasks/([\w-]+)")
    )
    return [(kernels, KernelsHandler, shared), (tasks, TasksHandler, shared), (task, TaskHandler, shared)]
