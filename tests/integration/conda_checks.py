"""What the real-conda tests look at: a command's output, and what lies where Jupyter looks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

from conda_base import Conda

Done = CompletedProcess[str]

FIELDS = {
    *("name", "display_name", "language", "path", "prefix", "environment"),
    *("manager", "managed", "status"),
}
"""What the JSON output tells of each kernel."""

SURROUNDINGS = """
import json, os, sys
names = ("CONDA_PREFIX", "CONDA_DEFAULT_ENV", "VIRTUAL_ENV")
told = {name: os.environ.get(name) for name in names}
print(json.dumps({"sys.prefix": sys.prefix, "PATH": os.environ["PATH"].split(os.pathsep), **told}))
"""
"""Code that prints where a kernel runs."""


@contextmanager
def held(conda: Conda) -> Iterator[None]:
    """Holds the lock on the user's kernels, as another process would."""
    import fcntl

    workshop = conda.data_dir / ".conda-jupyter-plugin"
    workshop.mkdir(parents=True, exist_ok=True)
    with (workshop / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def one_document(done: Done) -> dict[str, Any]:
    """Gives the one JSON document that is all of stdout."""
    document = json.loads(done.stdout)
    assert isinstance(document, dict)
    return document


def last_line(done: Done) -> str:
    """Gives the last line of stdout."""
    return done.stdout.rstrip().rpartition("\n")[2]


def assert_one_sentence(done: Done, status: int, *words: str) -> None:
    """Checks that a command said in one line on stderr what is wrong.

    Args:
        done: The finished command.
        status: The exit status to be.
        *words: What the line has to name.
    """
    said = done.stderr.strip()
    assert done.returncode == status, said
    assert said, "nothing was said"
    assert "\n" not in said
    assert done.stdout.strip() == ""
    for word in words:
        assert word in said


def assert_one_error_document(done: Done, status: int, *words: str) -> None:
    """Checks that a command said in one JSON document, and nowhere else, what is wrong.

    Args:
        done: The finished command.
        status: The exit status to be.
        *words: What the error has to name.
    """
    document = one_document(done)
    assert done.returncode == status
    assert document["success"] is False
    for word in words:
        assert word in document["error"]
    assert "Traceback" not in done.stdout + done.stderr


def links(done: Done) -> list[str]:
    """Gives the names of the packages that a plan in JSON would install."""
    actions = one_document(done).get("actions") or {}
    return sorted(record["name"] for record in actions.get("LINK", []))


def registered(conda: Conda) -> list[str]:
    """Gives the names of the kernels in the user's Jupyter folder."""
    return sorted(path.name for path in conda.kernels_dir.glob("*"))


def environments(conda: Conda) -> list[str]:
    """Gives the names of the environments that exist."""
    return sorted(path.parent.name for path in conda.envs_dir.glob("*/conda-meta"))


def spec_of(conda: Conda, name: str) -> dict[str, Any]:
    """Gives the kernel.json of a kernel in the user's Jupyter folder."""
    spec: dict[str, Any] = json.loads((conda.kernels_dir / name / "kernel.json").read_text("utf-8"))
    return spec


def owner_of(conda: Conda, name: str) -> Any:
    """Gives the prefix that a registered kernel belongs to; None for one that is not managed."""
    return spec_of(conda, name).get("metadata", {}).get("conda_jupyter_plugin", {}).get("prefix")


def listed(conda: Conda, *options: str) -> dict[str, dict[str, Any]]:
    """Gives what `conda kernel list` tells of the kernels in the user's Jupyter folder, by their names."""
    rows: Sequence[dict[str, Any]] = one_document(conda.run("kernel", "list", "--json", *options))["kernels"]
    return {row["name"]: row for row in rows if row["path"] and Path(row["path"]).parent == conda.kernels_dir}


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Gives mode and content of every file below a folder; nothing where there is no folder."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.stat().st_mode, path.read_bytes()) for path in files}


def transactions(prefix: Path) -> int:
    """Counts what conda has done to an environment."""
    return (prefix / "conda-meta" / "history").read_text("utf-8").count("==>")
