"""Wheels from the package index, without the files that no test needs."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile

# Half of what an environment with ipykernel consists of, and each environment has it anew.
_UNUSED = ("jedi/third_party/django-stubs/", "jedi/third_party/typeshed/stubs/", "tzdata/zoneinfo/")


def fetch_wheels(python: Path, folder: Path, requirements: Sequence[str]) -> None:
    """Fetches wheels, and all that they need, for one interpreter.

    Args:
        python: The interpreter; it has pip.
        folder: Where to put them.
        requirements: What to fetch, as for pip.

    Raises:
        subprocess.CalledProcessError: Where pip fails.
    """
    command = [str(python), "-I", "-m", "pip", "download", "--quiet", "--only-binary=:all:"]
    subprocess.run(
        [*command, "--dest", str(folder), *requirements], check=True, capture_output=True, text=True
    )
    for wheel in folder.glob("*.whl"):
        _drop_unused(wheel)


def _drop_unused(wheel: Path) -> None:
    with ZipFile(wheel) as whole:
        used = {name: whole.read(name) for name in whole.namelist() if not name.startswith(_UNUSED)}
        if len(used) == len(whole.namelist()):
            return
    with ZipFile(wheel, "w") as rest:
        for name, data in used.items():
            rest.writestr(name, data)
