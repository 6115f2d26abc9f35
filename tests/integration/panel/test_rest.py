"""The server's REST interface, as a real server has it: what it does, and whom it refuses."""

from __future__ import annotations

import json
import re
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

import psutil
import pytest
from conda_base import clean_environ
from jupyter_server import serving
from rest_client import Client

from conda_jupyter_plugin.server.api.tasks import COMMAND
from tests.support import wait_until

TOKEN = "secret"

EVERY_REQUEST = [
    ("GET", "kernels", None),
    ("GET", "tasks", None),
    ("POST", "tasks", {"verb": "sync"}),
    ("GET", "tasks/none", None),
    ("DELETE", "tasks/none", None),
]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home folder of a user for whom nothing is ever done."""
    folder = tmp_path_factory.mktemp("nothing") / "home"
    (folder / "work").mkdir(parents=True)
    return folder


@pytest.fixture(scope="module")
def idle(empty: Path) -> Iterator[Client]:
    """Somebody who is logged in to that user's server, which all refusals share."""
    variables = {**clean_environ(), "HOME": str(empty), "PATH": "/usr/bin:/bin"}
    with serving(empty / "work", variables, token=TOKEN, application="jupyter_server") as address:
        yield Client(address, TOKEN)


@pytest.fixture
def client(home: Path, variables: dict[str, str]) -> Iterator[Client]:
    """Somebody who is logged in to a server."""
    with serving(home / "work", variables, token=TOKEN, application="jupyter_server") as address:
        yield Client(address, TOKEN)


def kernels(home: Path) -> list[str]:
    """The kernels that the user has."""
    folder = home / ".local" / "share" / "jupyter" / "kernels"
    return sorted(path.name for path in folder.glob("[!.]*"))


def tasks_running() -> list[psutil.Process]:
    """The processes of tasks of this test's servers."""
    return [process for process in psutil.Process().children(recursive=True) if is_task(process)]


def is_task(process: psutil.Process) -> bool:
    """Whether a process is one of a task; one that has ended is none."""
    with suppress(psutil.Error):
        return COMMAND in process.cmdline()
    return False


@pytest.fixture
def project(make: Callable[..., Path]) -> Path:
    """A project below the server's folder, with an environment that has a kernel."""
    return make("proj/.venv")


@pytest.mark.parametrize(("method", "path", "body"), EVERY_REQUEST)
def test_nobody_gets_anything_without_the_token(
    idle: Client, empty: Path, method: str, path: str, body: object
) -> None:
    for token in ("", "wrong"):
        status, _ = replace(idle, token=token).call(method, path, body)
        assert status == 403

    assert tasks_running() == []
    assert kernels(empty) == []


def test_a_page_of_another_site_gets_nothing(idle: Client) -> None:
    """A browser that is logged in sends its cookie along, whoever's page asks."""
    jar = CookieJar()
    build_opener(HTTPCookieProcessor(jar)).open(f"{idle.address}/login?token={TOKEN}").close()
    cookie = "; ".join(f"{one.name}={one.value}" for one in jar)
    origin = {"Cookie": cookie, "Origin": "http://evil.example"}
    browser = Client(idle.address, headers={"Cookie": cookie})
    assert browser.call("GET", "tasks")[0] == 200

    assert replace(browser, headers=origin).call("GET", "kernels")[0] in (403, 404)
    assert replace(browser, headers=origin).call("POST", "tasks", {"verb": "sync"})[0] in (403, 404)
    # nor does a form that is posted from there, without the header that only the server's own pages know
    assert browser.call("POST", "tasks", {"verb": "sync"})[0] == 403
    assert browser.call("DELETE", "tasks/none")[0] == 403
    assert tasks_running() == []


@pytest.mark.parametrize(
    "request_",
    [
        {"verb": "remove", "kernel": "--all"},
        {"verb": "check", "notebooks": ["../../etc/passwd"]},
        {"verb": "create", "manager": "venv", "name": "../outside"},
        {
            "verb": "create",
            "manager": "venv",
            "name": "opencv",
            "packages": ["--index-url=http://evil.example"],
        },
        {"verb": "overview"},
        "sync",
    ],
)
def test_a_hostile_request_is_refused_with_a_sentence(idle: Client, empty: Path, request_: object) -> None:
    status, document = idle.call("POST", "tasks", request_)

    assert status == 400
    assert document["message"].endswith(".")
    assert tasks_running() == []
    assert list((empty / "work").iterdir()) == []


@pytest.mark.parametrize("name", ["'; touch x; '", "$(touch x)", "`touch x`", "a&b", "<b>x", "ünï cödé"])
def test_a_strange_name_is_only_a_name(idle: Client, empty: Path, name: str) -> None:
    ended = idle.run(verb="remove", kernel=name)

    assert ended.exit_status == 1
    assert name in ended.document["error"]
    assert not list(empty.rglob("x"))


def test_the_setting_switches_it_off(home: Path, variables: dict[str, str]) -> None:
    settings = home / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir()
    settings.write_text("c.EnvironmentsPanel.enabled = False\n")

    with serving(home / "work", variables) as address:
        assert Client(address).call("GET", "kernels")[0] == 404
        with urlopen(f"{address}/lab", timeout=60) as page:
            assert "condaJupyterPlugin" not in page.read().decode()


def test_a_page_is_told_that_it_is_there(home: Path, variables: dict[str, str]) -> None:
    with serving(home / "work", variables) as address:
        for path in ("lab", "tree"):
            with urlopen(f"{address}/{path}", timeout=60) as page:
                assert re.search(r'"condaJupyterPlugin": ?"\d', page.read().decode())


def test_every_verb_works_and_answers_as_its_command_does(
    client: Client, home: Path, project: Path, make: Callable[..., Path]
) -> None:
    plain = make("plain", has_kernel=False)

    before = client.overview()
    (offered,) = [kernel for kernel in before["kernels"] if kernel["prefix"] == str(project)]
    assert (offered["status"], offered["environment"], offered["version"]) == (
        *("unregistered", "proj"),
        f"{sys.version_info[0]}.{sys.version_info[1]}",
    )
    assert [(bare["prefix"], bare["package"]) for bare in before["environments"]] == [
        (str(plain), "ipykernel")
    ]
    assert (before["schema_version"], before["conda"], before["folder"]) == (1, None, str(home / "work"))

    added = client.run(verb="add", prefix=str(project))
    assert (added.exit_status, added.document["registered"][0]["name"]) == (0, "proj")
    renamed = client.run(verb="rename", kernel="proj", new_name="vision", display_name="Vision")
    assert renamed.document["registered"][0]["display_name"] == "Vision"
    (checked,) = client.run(verb="check", kernels=["vision"]).document["kernels"]
    assert (checked["ok"], checked["fix"]) == (True, None)
    assert client.run(verb="sync").document["success"]
    removed = client.run(verb="remove", kernel="vision")
    assert removed.document["removed"][0]["name"] == "vision"
    assert kernels(home) == []


def test_a_kernel_that_the_server_hides_is_marked(
    home: Path, variables: dict[str, str], project: Path, add: Callable[[Path], object]
) -> None:
    add(project)
    settings = home / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir()
    settings.write_text('c.KernelSpecManager.allowed_kernelspecs = {"python3"}\n')

    with serving(home / "work", variables, application="jupyter_server") as address:
        reasons = {kernel["name"]: kernel["reason"] for kernel in Client(address).overview()["kernels"]}
    assert str(reasons["proj"]).startswith("hidden by")
    assert reasons["python3"] is None


def test_a_notebook_of_a_project_is_told_to_register_its_environment(
    client: Client, home: Path, project: Path
) -> None:
    (project.parent / "pyproject.toml").write_text("")
    notebook = {
        "nbformat": 4,
        "metadata": {"kernelspec": {"name": "gone", "display_name": "Gone", "language": "python"}},
        "cells": [],
    }
    (project.parent / "a.ipynb").write_text(json.dumps(notebook))

    ended = client.run(verb="check", notebooks=["proj/a.ipynb"])
    (verdict,) = ended.document["notebooks"]
    assert verdict["error"] == "its kernel gone is not registered"
    fixes = [candidate["fix"] for candidate in verdict["candidates"]]
    wanted = {"verb": "add", "prefix": str(project), "kernel_name": "gone", "install": False, "package": None}
    assert wanted in fixes


def test_a_new_environment_is_made_with_its_kernel(client: Client, home: Path) -> None:
    ended = client.run(verb="create", manager="venv", name="opencv", packages=["six"])

    assert ended.exit_status == 0, ended
    assert any("Installing collected packages" in line for line in ended.lines)
    assert ended.document["registered"][0]["name"] == "opencv"
    assert kernels(home) == ["opencv"]


def test_what_fails_says_why_and_leaves_nothing(client: Client, home: Path) -> None:
    ended = client.run(verb="create", manager="venv", name="opencv", packages=["no-such-package-anywhere"])

    assert ended.exit_status == 1
    assert "no-such-package-anywhere" in ended.document["error"]
    assert list((home / "work").iterdir()) == []
    assert client.run(verb="create", manager="conda", name="opencv").document["error"] == (
        "There is no conda here. Create a virtual environment instead."
    )


def test_a_slow_installation_is_cancelled_and_leaves_nothing(
    client: Client, home: Path, slow_project: Path
) -> None:
    task = client.start(verb="create", manager="venv", name="opencv", packages=[str(slow_project)])
    client.wait_for_line(task, "Processing")
    assert [one["verb"] for one in client.call("GET", "tasks")[1]["tasks"]] == ["create"]
    # Meanwhile the server answers others.
    assert client.overview()["kernels"]

    assert client.call("DELETE", f"tasks/{task}")[0] == 204
    ended = client.follow(task)
    assert (ended.exit_status, ended.document["code"]) == (130, "interrupted")
    assert tasks_running() == []
    assert list((home / "work").iterdir()) == []


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL])
def test_a_server_that_ends_ends_its_tasks(
    home: Path, variables: dict[str, str], slow_project: Path, signal_: int
) -> None:
    with serving(home / "work", variables, token=TOKEN, application="jupyter_server") as address:
        client = Client(address, TOKEN)
        task = client.start(verb="create", manager="venv", name="opencv", packages=[str(slow_project)])
        client.wait_for_line(task, "Processing")
        (process,) = tasks_running()
        port = f"--ServerApp.port={address.rpartition(':')[2]}"
        (server,) = [child for child in psutil.Process().children() if port in child.cmdline()]
        server.send_signal(signal_)

        wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    wait_until(lambda: list((home / "work").iterdir()) == [])
    assert not [
        one for one in psutil.process_iter(["cmdline"]) if str(slow_project) in str(one.info["cmdline"])
    ]


def test_a_task_of_another_users_server_is_not_found(
    client: Client, tmp_path: Path, variables: dict[str, str], project: Path
) -> None:
    other_home = tmp_path / "other"
    (other_home / "work").mkdir(parents=True)
    theirs = {**variables, "HOME": str(other_home)}
    task = client.start(verb="add", prefix=str(project))
    assert client.follow(task).exit_status == 0

    with serving(other_home / "work", theirs, token="other", application="jupyter_server") as address:
        other = Client(address, "other")
        assert other.call("GET", f"tasks/{task}")[0] == 404
        assert replace(other, token=TOKEN).call("GET", "kernels")[0] == 403
        assert "proj" not in [kernel["name"] for kernel in other.overview()["kernels"]]


def test_a_question_of_another_form_is_answered_with_a_sentence(idle: Client) -> None:
    task = idle.start(verb="sync")

    assert idle.call("GET", f"tasks/{task}?after=-1")[0] == 400
    assert idle.call("GET", "tasks/..%2f..%2fetc")[0] == 404
    assert idle.follow(task).exit_status == 0
