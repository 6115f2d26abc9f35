"""The server's REST interface beside a real conda, which has this project installed or not."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from conda_base import Conda

from conda_jupyter_plugin.server.api.tasks import COMMAND
from tests.support import wait_until


@pytest.fixture
def user(trusted_conda: Conda) -> Conda:
    """A user whose conda is run."""
    return trusted_conda


@pytest.fixture
def without_plugin(user: Conda) -> Conda:
    """The same user, whose conda does not have this project."""
    for path in user.prefix.glob("lib/python*/site-packages/*"):
        if path.name.startswith(("conda_jupyter_plugin", "pip_kernel_hook")):
            shutil.rmtree(path)
    return user


class Task:
    """The process of a task, as the server starts it."""

    def __init__(self, user: Conda, *words: str) -> None:
        work = user.home / "work"
        work.mkdir(exist_ok=True)
        places = json.dumps({"folder": str(work), "folders": []})
        self.said = user.home / "stderr"
        with self.said.open("w") as stderr:
            self.process = subprocess.Popen(
                [sys.executable, "-m", COMMAND, places, *words],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=user.shell_variables(),
                cwd=sys.prefix,
                start_new_session=True,
            )

    def end(self) -> tuple[int, Any]:
        """Wait for its end; gives the status and the document."""
        assert self.process.stdout
        printed = self.process.stdout.read()
        status = self.process.wait(300)
        assert printed, self.said.read_text("utf-8")
        return status, json.loads(printed)

    def cancel(self) -> None:
        """Cancel it as the server does."""
        assert self.process.stdin
        self.process.stdin.close()


def run_task(user: Conda, *words: str) -> tuple[int, Any]:
    """Run a task to its end."""
    return Task(user, *words).end()


def names(document: Any, kind: str) -> Sequence[str]:
    """The names of the kernels of a kind in a document."""
    return [kernel["name"] for kernel in document[kind]]


def environments(user: Conda) -> Sequence[str]:
    """The named environments of a user."""
    return sorted(path.name for path in user.envs_dir.iterdir() if path.name[0] != ".")


def test_a_conda_with_this_project_creates_and_changes_its_own(user: Conda, python: str) -> None:
    task = Task(user, "create", "conda", "opencv", f"--python={python}", "--json", "--yes")
    status, document = task.end()
    assert (status, names(document, "unchanged")) == (0, ["opencv"]), document
    assert "Executing transaction" in task.said.read_text("utf-8")

    spec = json.loads((user.kernels_dir / "opencv" / "kernel.json").read_text("utf-8"))
    assert spec["metadata"]["conda_jupyter_plugin"]["conda"] == str(user.prefix)
    _, renamed = run_task(user, "rename", "opencv", "vision", "--json", "--yes")
    assert renamed["registered"][0]["name"] == "vision"
    _, overview = run_task(user, "overview", "--json")
    assert overview["conda"] == str(user.prefix)
    assert ("vision", "ok", python) in [
        (kernel["name"], kernel["status"], kernel["version"]) for kernel in overview["kernels"]
    ]
    # Both write the same, so neither has anything to do.
    assert user.run("kernel", "sync").stdout == "Nothing to do.\n"
    assert run_task(user, "sync", "--json", "--yes")[1]["refreshed"] == []


def test_a_conda_without_it_creates_too(without_plugin: Conda, python: str) -> None:
    status, document = run_task(
        without_plugin, "create", "conda", "opencv", f"python={python}", "--json", "--yes"
    )

    assert (status, names(document, "registered")) == (0, ["opencv"]), document
    _, checked = run_task(without_plugin, "check", "opencv", "--json")
    assert checked["kernels"][0]["ok"], checked


def test_a_kernel_package_is_installed_where_it_is_missing(user: Conda, python: str) -> None:
    user.run("create", "-y", "-n", "plain", f"python={python}")
    prefix = str(user.env_prefix("plain"))
    _, overview = run_task(user, "overview", "--json")
    assert (prefix, "ipykernel") in [(bare["prefix"], bare["package"]) for bare in overview["environments"]]

    status, document = run_task(user, "add", prefix, "--install", "--json", "--yes")

    assert (status, names(document, "registered")) == (0, ["plain"]), document


def test_an_environment_that_is_there_is_not_replaced(user: Conda) -> None:
    user.run("create", "-y", "-n", "mine", "tool")

    status, document = run_task(user, "create", "conda", "mine", "--json", "--yes")

    assert (status, document["message"]) == (1, f"{user.env_prefix('mine')} already exists.")
    assert (user.env_prefix("mine") / "conda-meta" / "history").exists()


def test_one_that_conda_cannot_create_leaves_nothing(user: Conda) -> None:
    task = Task(user, "create", "conda", "opencv", "no-such-package", "--json", "--yes")

    status, document = task.end()

    assert (status, document["success"]) == (1, False)
    assert "no-such-package" in task.said.read_text("utf-8")
    assert environments(user) == []


@pytest.mark.parametrize("said", ["Collecting package metadata", "done"])
def test_one_that_is_cancelled_leaves_nothing(user: Conda, python: str, said: str) -> None:
    # Its last step does not end, so it is not over before it is cancelled.
    hold_up(user)
    task = Task(user, "create", "conda", "opencv", f"--python={python}", "--json", "--yes")
    wait_until(lambda: said in task.said.read_text("utf-8"))
    task.cancel()
    status, document = task.end()

    assert (status, document["code"]) == (130, "interrupted")
    assert environments(user) == []
    assert not (user.kernels_dir / "opencv").exists()


def hold_up(user: Conda) -> None:
    """Lets a conda wait for a minute before it links packages."""
    packages = next(user.prefix.glob("lib/python*/site-packages"))
    module = packages / "conda" / "core" / "link.py"
    text = module.read_text("utf-8")
    module.unlink()
    module.write_text(
        text.replace(
            "    def execute(self):\n", "    def execute(self):\n        __import__('time').sleep(60)\n", 1
        )
    )
