"""An archive of what has once hung a command, ended it, or made it lie: files, folders and records."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from .support import python_spec, write_spec

Make = Callable[[Path], object]

RECORD: Mapping[str, Any] = {
    "version": 1,
    "prefix": "/envs/opencv",
    "environment": "opencv",
    "manager": "conda",
    "kernel": "python3",
}


def _with_record(**fields: Any) -> Make:
    metadata = {"conda_jupyter_plugin": {**RECORD, **fields}}
    return lambda folder: write_spec(folder, {**python_spec(), "metadata": metadata})


def _with(**fields: Any) -> Make:
    return lambda folder: write_spec(folder, {**python_spec(), **fields})


def _bytes(content: bytes) -> Make:
    return lambda folder: (write_spec(folder, "") / "kernel.json").write_bytes(content)


def _deep(folder: Path) -> None:
    """Fifteen hundred folders in each other, whose path is longer than any may be."""
    write_spec(folder, python_spec())
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("a" * 9, dir_fd=here)
        inside = os.open("a" * 9, os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inside
    os.close(here)


def _beside(make: Callable[[Path], object]) -> Make:
    def made(folder: Path) -> None:
        make(write_spec(folder, python_spec()) / "beside")

    return made


def _link_to(target: str) -> Callable[[Path], object]:
    return lambda path: os.symlink(target, path)


def _in_its_place(make: Callable[[Path], object]) -> Make:
    def made(folder: Path) -> None:
        folder.mkdir(parents=True)
        make(folder / "kernel.json")

    return made


def _huge(path: Path) -> None:
    with open(path, "wb") as file:
        file.truncate(1 << 34)


KERNELSPECS: Mapping[str, Make] = {
    "a prefix of nothing": _with_record(prefix="\0"),
    "a prefix that is no text": _with_record(prefix="/envs/\ud800"),
    "an empty prefix": _with_record(prefix=""),
    "a kernel above": _with_record(kernel="../../../../etc"),
    "a kernel of nothing": _with_record(kernel="a\0b"),
    "a long kernel": _with_record(kernel="k" * 300),
    "a long prefix": _with_record(prefix="/envs/" + "p" * 300),
    "a longer prefix": _with_record(prefix="/e" * 3000),
    "an environment that is no text": _with_record(environment="\ud800"),
    "no record": _with(metadata={"conda_jupyter_plugin": 1}),
    "a version that is none": _with_record(version=[]),
    "argv of nothing": _with(argv=["\0"]),
    "argv that is no text": _with(argv=["/bin/\ud800"]),
    "argv in a loop of folders": _with(argv=["/proc/self/cwd/" * 200 + "x"]),
    "a name that is no text": _with(display_name="\ud800"),
    "control characters": _with(display_name="\x1b[31mred\x07\r\n"),
    "env of lists": _with(env={"A": []}),
    "an empty file": _bytes(b""),
    "nothing but brackets": _bytes(b"[" * 100_000),
    "a byte order mark": _bytes(b"\xef\xbb\xbf" + json.dumps(python_spec()).encode()),
    "bytes": _bytes(bytes(range(256))),
    "a number without end": _bytes(b'{"argv": ["x"], "a": 1' + b"0" * 5000 + b"}"),
    "a pipe": _in_its_place(os.mkfifo),
    "a device": _in_its_place(_link_to("/dev/zero")),
    "a terminal": _in_its_place(_link_to("/dev/tty")),
    "a loop": _in_its_place(_link_to("kernel.json")),
    "a folder": _in_its_place(os.mkdir),
    "a huge file": _in_its_place(_huge),
    "a pipe beside it": _beside(os.mkfifo),
    "a loop beside it": _beside(_link_to("beside")),
    "a device beside it": _beside(_link_to("/dev/zero")),
    "a link to all that there is beside it": _beside(_link_to("/")),
    "folders without end beside it": _deep,
}
"""What can lie where Jupyter looks, and in an environment too."""


def _pyvenv(content: bytes) -> Make:
    return lambda prefix: (prefix / "pyvenv.cfg").write_bytes(content)


def _instead_of_pyvenv(make: Callable[[Path], object]) -> Make:
    def made(prefix: Path) -> None:
        (prefix / "pyvenv.cfg").unlink()
        make(prefix / "pyvenv.cfg")

    return made


PYVENVS: Mapping[str, Make] = {
    "blank lines": _pyvenv(b"\n" * 200_000),
    "blanks": _pyvenv(b"version" + b" " * 90_000 + b"x"),
    "a number on the next line": _pyvenv(b"version =\n3.9\n"),
    "a byte order mark": _pyvenv(b"\xef\xbb\xbfversion = 3.12.1\n"),
    "bytes": _pyvenv(bytes(range(256)) * 9),
    "a huge file": _instead_of_pyvenv(_huge),
    "a pipe": _instead_of_pyvenv(os.mkfifo),
    "a device": _instead_of_pyvenv(_link_to("/dev/zero")),
}
"""What can be a virtual environment's `pyvenv.cfg`."""
