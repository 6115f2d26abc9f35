"""Requests become the words of a command, and hostile ones an error."""

import pytest

from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.server.api.requests import words_of

FOLDER = "/home/user/work"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ({"verb": "sync"}, ["sync", "--json", "--yes"]),
        ({"verb": "remove", "kernel": "opencv"}, ["remove", "opencv", "--json", "--yes"]),
        (
            {"verb": "rename", "kernel": "opencv", "new_name": "vision", "display_name": "-v"},
            ["rename", "opencv", "vision", "--display-name=-v", "--json", "--yes"],
        ),
        (
            {"verb": "add", "prefix": "/envs/opencv", "install": True, "kernel_name": "cv"},
            ["add", "/envs/opencv", "--install", "--kernel-name=cv", "--json", "--yes"],
        ),
        (
            {"verb": "check", "kernels": ["opencv"], "notebooks": ["a/b.ipynb"]},
            ["check", "opencv", f"{FOLDER}/a/b.ipynb", "--json"],
        ),
        ({"verb": "check"}, ["check", "--all", "--json"]),
        (
            {"verb": "install", "prefix": "/envs/opencv", "package": "pyzmq"},
            ["install", "/envs/opencv", "pyzmq", "--json", "--yes"],
        ),
        (
            {"verb": "create", "manager": "conda", "name": "opencv", "packages": ["numpy<2"]},
            ["create", "conda", "opencv", "numpy<2", "--json", "--yes"],
        ),
        (
            {"verb": "create", "manager": "venv", "name": ".venv", "python": "3.12"},
            ["create", "venv", f"{FOLDER}/.venv", "--python=3.12", "--json", "--yes"],
        ),
    ],
)
def test_a_request_becomes_the_words_of_a_command(request_, words):
    assert words_of(request_, FOLDER) == words


@pytest.mark.parametrize(
    "request_",
    [
        None,
        [],
        "sync",
        {},
        {"verb": "overview"},
        {"verb": "completion"},
        {"verb": ["sync"]},
        {"verb": "sync", "force": True},
        {"verb": "remove"},
        {"verb": "remove", "kernel": ""},
        {"verb": "remove", "kernel": "--all"},
        {"verb": "remove", "kernel": 3},
        {"verb": "remove", "kernel": "a\nb"},
        {"verb": "remove", "kernel": "a" * 5000},
        {"verb": "check", "kernels": ["../secret.ipynb"]},
        {"verb": "check", "kernels": ["/etc/passwd"]},
        {"verb": "check", "notebooks": ["../outside.ipynb"]},
        {"verb": "check", "notebooks": ["a/../../outside.ipynb"]},
        {"verb": "check", "notebooks": ["..\\outside.ipynb"]},
        {"verb": "check", "kernels": "opencv"},
        {"verb": "rename", "kernel": "opencv", "new_name": "-f"},
        {"verb": "add", "prefix": "relative"},
        {"verb": "install", "prefix": "/envs/opencv", "package": "--target=/"},
        {"verb": "add", "prefix": "/envs/opencv", "install": "yes"},
        {"verb": "create", "manager": "npm", "name": "opencv"},
        {"verb": "create", "manager": "conda", "name": ".."},
        {"verb": "create", "manager": "venv", "name": "../outside"},
        {"verb": "create", "manager": "venv", "name": "/tmp/outside"},
        {"verb": "create", "manager": "conda", "name": "opencv", "packages": ["-c", "evil"]},
        {"verb": "create", "manager": "conda", "name": "opencv", "packages": ["--prefix=/"]},
        {"verb": "create", "manager": "conda", "name": "opencv", "packages": "numpy"},
    ],
)
def test_anything_else_is_refused(request_):
    with pytest.raises(UsageError):
        words_of(request_, FOLDER)
