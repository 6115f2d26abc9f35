"""Wheels: from the package index, without the files that no test needs, and made up."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
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


def make_wheel(
    folder: Path,
    name: str,
    version: str = "1.0",
    *,
    needs: Sequence[str] = (),
    files: Mapping[str, str] | None = None,
) -> Path:
    """Makes a wheel of one empty module.

    Args:
        folder: Where to put it.
        name: The package, and its module.
        version: Its version.
        needs: The requirements of the package.
        files: The texts of further files, by their paths inside the prefix.

    Returns:
        The wheel.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    texts = {
        f"{name}.py": "",
        **{f"{name}-{version}.data/data/{inside}": text for inside, text in (files or {}).items()},
        f"{name}-{version}.dist-info/METADATA": metadata
        + "".join(f"Requires-Dist: {need}\n" for need in needs),
        f"{name}-{version}.dist-info/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{name}-{version}.dist-info/RECORD"
    with ZipFile(path, "w") as wheel:
        for inside, text in {
            **texts,
            record: "".join(f"{inside},,\n" for inside in (*texts, record)),
        }.items():
            wheel.writestr(inside, text)
    return path
