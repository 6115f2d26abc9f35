"""What the tests of all rooms share: kernelspecs, snapshots of folders, and reading what was registered."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.environment.environment import program_directories
from conda_jupyter_plugin.core.errors import KernelError
from conda_jupyter_plugin.core.jupyter.locations import system_location, user_location
from conda_jupyter_plugin.core.jupyter.registry import Registry
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.models import Activation, Choices, Environment
from conda_jupyter_plugin.core.planning.candidates import Environments
from conda_jupyter_plugin.core.planning.following import Change
from conda_jupyter_plugin.core.results import Registration, Result
from conda_jupyter_plugin.core.rules import Rules
from conda_jupyter_plugin.core.verbs import add as adding
from conda_jupyter_plugin.core.verbs import remove as removing
from conda_jupyter_plugin.core.verbs import rename as renaming
from conda_jupyter_plugin.core.verbs import sync as syncing
from conda_jupyter_plugin.core.verbs.bringing_about import How
from conda_jupyter_plugin.core.verbs.find import Found
from conda_jupyter_plugin.core.verbs.list import list_kernels

Sample = Callable[[Sequence[Any], int], list[Any]]
"""What the fixture `sample` is: it takes some cases of many."""

MadeOnce = Callable[[str, Callable[[Path], object]], Path]
"""What the fixture `made_once` is: it gives a folder of a name, which something makes where it is missing."""

HISTORY = "==> 2026-11-23 18:03:35 <==\n# cmd: conda create -n opencv\n"
"""What begins an environment's `conda-meta/history`."""

LOGO = b"\x89PNG\r\n\x1a\n a logo"


def python_spec(program: str = "python") -> dict[str, Any]:
    """The kernel.json that ipykernel brings."""
    return {
        "argv": [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True, "supported_encryption": ["curve"]},
        "kernel_protocol_version": "5.5",
    }


def r_spec(program: str = "R") -> dict[str, Any]:
    """The kernel.json that r-irkernel brings."""
    argv = [program, "--slave", "-e", "IRkernel::main()", "--args", "{connection_file}"]
    return {"argv": argv, "display_name": "R", "language": "R"}


def bash_spec(program: str = "bash") -> dict[str, Any]:
    """The kernel.json of a kernel that is neither Python nor R."""
    return {"argv": [program, "{connection_file}"], "display_name": "Bash", "language": "bash"}


def write_spec(folder: Path, spec: object) -> Path:
    """Writes a kernelspec; text is written as it is, anything else as JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    text = spec if isinstance(spec, str) else json.dumps(spec)
    (folder / "kernel.json").write_text(text, encoding="utf-8")
    return folder


def write_program(path: Path, text: str = "#!/bin/sh\n") -> Path:
    """Writes an executable file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)
    return path


def read_json(folder: Path | None) -> dict[str, Any]:
    """Reads a folder's kernel.json."""
    assert folder is not None
    return json.loads((folder / "kernel.json").read_text(encoding="utf-8"))


def snapshot(folder: Path) -> dict[str, tuple[bytes, bool]]:
    """Every file below a folder, by its relative path: its bytes and whether it can be run."""
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), os.access(path, os.X_OK))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def leftovers() -> list[str]:
    """What lies half done in our own folder."""
    names = os.listdir(user_location().workshop)
    return [name for name in names if name.startswith(("staging-", "discarded-"))]


def make_once(folder: Path, make: Callable[[Path], object]) -> Path:
    """Gives a folder that something makes where it is missing: of several processes one, the others wait."""
    is_made = folder.with_name(f"{folder.name}.made")
    with FileLock(folder.with_name(f"{folder.name}.lock")):
        if not is_made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            is_made.touch()
    return folder


def wait_until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Asks again and again until something is so; a busy machine needs long."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{seconds} seconds were not enough"
        time.sleep(0.05)


def mount_or_skip(*command: object) -> None:
    """Mounts a file system by a command, or skips the test: only root may, and not everywhere."""
    try:
        subprocess.run([*map(str, command)], check=True, capture_output=True)
    except OSError:
        pytest.skip(f"{command[0]} is not installed")
    except subprocess.CalledProcessError:
        pytest.skip("nothing can be mounted here")


def places_of(home: Path) -> dict[str, object]:
    """What has to be said of the places around a fresh home, by the name of each setting of Python's."""
    root = home.parent.parent
    system, own = str(root / "usr" / "share" / "jupyter"), str(root / "lab" / "share" / "jupyter")
    return {
        "jupyter_core.paths.SYSTEM_JUPYTER_PATH": [system],
        "jupyter_core.paths.ENV_JUPYTER_PATH": [own],
        "conda_jupyter_plugin.core.jupyter.paths.SYSTEM": (system,),
        "conda_jupyter_plugin.core.jupyter.paths.ENVIRONMENT": own,
        "site.ENABLE_USER_SITE": False,
    }


def stay_in(home: Path) -> None:
    """Has this process look nowhere but in a fresh home, and around it."""
    for name, value in places_of(home).items():
        module, _, attribute = name.rpartition(".")
        setattr(import_module(module), attribute, value)


def open_registry(**changes: Any) -> Registry:
    """Opens the registry anew, as each command does: it remembers what it has read."""
    fields: dict[str, Any] = {
        "location": user_location(),
        "visible": (user_location(), system_location()),
    }
    rules: dict[str, Any] = {
        "activators": {"conda": conda_activation, "venv": activate_virtual_environment},
    }
    rules |= {name: changes.pop(name) for name in list(changes) if name in Rules.__annotations__}
    return Registry(**{**fields, **changes}, rules=Rules(**rules))


def add(
    registry: Registry, environment: Environment, choices: Choices | None = None, *, dry_run: bool = False
) -> Result:
    """Registers an environment, as a dry run of it has foreseen."""
    both = partial(adding.add, environment=environment, choices=choices)
    return both(registry, dry_run=True) if dry_run else as_foreseen(both, registry)


def add_all(registry: Registry, environments: Iterable[Environment], choices: Choices) -> Result:
    """Registers environments, as a dry run of it has foreseen."""
    every = list(environments)

    def both(registry: Registry, *, dry_run: bool) -> Result:
        return adding.add_all(registry, every, choices, How(dry_run))

    return as_foreseen(both, registry)


def remove(targets: Iterable[Found], reason: Reason = Reason.ASKED_FOR, *, dry_run: bool = False) -> Result:
    """Unregisters kernels, as a dry run of it has foreseen."""
    every = list(targets)

    def both(registry: Registry | None, *, dry_run: bool) -> Result:
        again = [Found(found.registry.reread(), found.item) for found in every]
        return removing.remove(again if dry_run else every, reason, dry_run=dry_run)

    return both(None, dry_run=True) if dry_run else as_foreseen(both, None)


def rename(found: Found, choices: Choices) -> Result:
    """Renames a kernel, as a dry run of it has foreseen."""

    def both(registry: Registry, *, dry_run: bool = False) -> Result:
        return renaming.rename(Found(registry, found.item), choices, dry_run=dry_run)

    return as_foreseen(both, found.registry)


def sync(
    registry: Registry,
    new: Sequence[Environment] = (),
    working: Sequence[Environment] = (),
    *,
    dry_run: bool = False,
) -> Result:
    """Brings what is registered in line with what exists, as a dry run of it has foreseen."""

    def both(registry: Registry, *, dry_run: bool) -> Result:
        return syncing.sync(registry, Environments(new, working), How(dry_run))

    return both(registry, dry_run=True) if dry_run else as_foreseen(both, registry)


def follow(registry: Registry, prefix: Path, **change: Any) -> Result:
    """Brings an environment's kernels in line with what it holds now, as a dry run of it has foreseen."""
    return as_foreseen(partial(syncing.follow, prefix=prefix, change=Change(**change)), registry)


def as_foreseen(verb: Callable[..., Result], registry: Any) -> Result:
    """Goes through a verb twice: its dry run writes nothing, and foresees all that is done, or why not."""
    before = _written()
    try:
        foreseen: Result | KernelError = verb(registry and registry.reread(), dry_run=True)
    except KernelError as error:
        foreseen = error
    assert _written() == before, "a dry run has written"
    try:
        done = verb(registry, dry_run=False)
    except KernelError as error:
        assert isinstance(foreseen, Result) or str(foreseen) == str(error)
        raise
    assert isinstance(foreseen, Result), f"a dry run fails: {foreseen}"
    if foreseen.errors == done.errors or {*map(str, foreseen.errors)} == {*map(str, done.errors)}:
        assert _told(foreseen) == _told(done)
    return done


def _told(result: Result) -> list[tuple[Registration, ...]]:
    return [result.registered, result.refreshed, result.removed, result.unchanged]


def _written() -> dict[str, float]:
    """What lies in the user's data folder, and since when."""
    times: dict[str, float] = {}
    for folder, folders, files in os.walk(user_location().data):
        for path in (os.path.join(folder, name) for name in (*folders, *files)):
            # some tests make folders without end
            with suppress(OSError):
                times[path] = os.lstat(path).st_mtime
    return times


def conda_activation(environment: Environment) -> Activation:
    """What conda says about an environment without variables and scripts of its own."""
    return Activation(
        conda=True,
        path=tuple(str(folder) for folder in program_directories(environment)),
        first_path=(str(environment.prefix.parent.parent / "condabin"),),
        variables={
            "CONDA_PREFIX": str(environment.prefix),
            "CONDA_SHLVL": "1",
            "CONDA_DEFAULT_ENV": environment.name,
        },
    )


def hand_made_spec(environment: Environment, display_name: str = "opencv") -> dict[str, Any]:
    """What `ipython kernel install --user --name=opencv` writes, run by an environment's Python."""
    return {**python_spec(str(environment.prefix / "bin" / "python")), "display_name": display_name}


def shown(open_registry: Callable[[], Registry]) -> dict[str, str]:
    """The display names of all kernels that Jupyter sees, by their names."""
    return {row.name: row.display_name for row in list_kernels(open_registry())}


def registration(**fields: Any) -> Registration:
    """A row as a verb returns it, with the given fields changed."""
    values: dict[str, Any] = {
        "name": "opencv",
        "display_name": "Python 3.12 (opencv)",
        "language": "python",
        "path": Path("/data/kernels/opencv"),
        "prefix": Path("/envs/opencv"),
        "environment": "opencv",
        "manager": "conda",
        "managed": True,
        "status": "ok",
        "kernel": "python3",
    }
    return Registration(**{**values, **fields})
