"""How a provisioner starts a kernel: with the kernel's command, or with the provisioner's program.

A provisioner takes kernel.json's command and runs it somewhere else. Those of Gateway Provisioners want a
program of theirs in it, which brings the kernel's connection back.
https://gateway-provisioners.readthedocs.io/en/stable/
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from ..dataclass import dataclass, field
from ..environment.environment import environment_around, python_of
from ..rendered import RenderedFile
from ..system.reading import read_if_there
from .command import start_anywhere_with, start_plainly_with, start_with

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..models import Activation, Kernel, Provisioner
    from ..rendered import Rendered

PACKAGE = "gateway_provisioners"
"""The package whose provisioners have programs of their own, in its folder `kernel-launchers`."""

_HERE = "local-provisioner"
_ON_HOSTS = "distributed-provisioner"
_ON_YARN = "yarn-provisioner"

# Programs that run beside Jupyter, and have a container start the kernel of its image.
_IN_CONTAINERS = {
    "docker-provisioner": ("docker", "launch_docker.py"),
    "docker-swarm-provisioner": ("docker", "launch_docker.py"),
    "kubernetes-provisioner": ("kubernetes", "launch_kubernetes.py"),
    "spark-operator-provisioner": ("operators", "launch_custom_resource.py"),
}
# Those that become the kernel, by what the kernel's own command starts.
_ON_A_HOST = {"ipykernel": ("python", "launch_ipykernel.py"), "IRkernel": ("R", "launch_IRkernel.R")}

# Settings that are lists, which that engine's own variables and commands take as text with commas.
_LISTS = {_ON_HOSTS: ("remote_hosts",)}

_PLACEHOLDERS = ("kernel-id", "port-range", "response-address", "public-key", "transport-encryption")


@dataclass(frozen=True)
class Launch:
    """A provisioner's way to start a kernel.

    Attributes:
        name: The provisioner's name.
        program: The engine's own program, as it is beside kernel.json; None for the kernel's own command.
        python: What runs it; None for the environment's own program.
        files: The engine's files, by their paths beside kernel.json.
    """

    name: str
    program: Path | None = None
    python: Path | None = None
    files: Mapping[str, RenderedFile] = field(default_factory=dict)

    @property
    def takes_activation(self) -> bool:
        """Whether its command is the kernel's own, and not one that asks for a container."""
        return self.python is None

    def command(self, own: Sequence[str]) -> list[str]:
        """Write the command, of which a provisioner replaces the placeholders."""
        if self.program is None:
            return list(own)
        first = Path(self.python or own[0])
        if self.program.suffix == ".R":
            first = first.with_name("Rscript")
        known = self.files[f"scripts/{self.program.name}"].source
        text = (known and read_if_there(known)) or ""
        options = [name for name in _PLACEHOLDERS if f"--{name}" in text]
        words = (word for name in options for word in (f"--{name}", f"{{{name.replace('-', '_')}}}"))
        return [str(first), str(self.program), *words]

    def start_with(self, launcher: Path, activation: Activation) -> tuple[str, ...]:
        """Write the words that activate the environment where the kernel runs."""
        if self.name == _HERE:
            return start_with(launcher)
        if self.program is not None:
            # The engine's program is beside it, and this engine's shell gets its words unquoted.
            return start_plainly_with(launcher)
        return start_anywhere_with(launcher, activation)


def launch_by(provisioner: Provisioner, kernel: Kernel, folder: Path) -> Launch:
    """Work out how a provisioner starts a kernel.

    Args:
        folder: Where its kernelspec will lie.

    Returns:
        By the engine's own program where it has one for such a kernel, else by the kernel's own command.
    """
    name = provisioner.name
    kind = _IN_CONTAINERS.get(name) or (_on_a_host(kernel) if name == _ON_HOSTS else None)
    if kind is None:
        return Launch(name)
    sources = _programs(provisioner.launchers, kind[0]) or _programs_beside(folder)
    files = {f"scripts/{source.name}": RenderedFile(source=source) for source in sources}
    if f"scripts/{kind[1]}" not in files:
        return Launch(name)
    python = _python_beside(provisioner.launchers) if name in _IN_CONTAINERS else None
    return Launch(name, folder / "scripts" / kind[1], python, files)


def settled_config(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Give a provisioner's settings as it takes them: a list where it wants one."""
    return {
        key: value.split(",") if key in _LISTS.get(name, ()) and isinstance(value, str) else value
        for key, value in config.items()
    }


def lacks_program(provisioner: Provisioner, rendered: Rendered) -> bool:
    """Whether an engine starts kernels by a program of its own, which is not among a kernelspec's files."""
    needs = provisioner.name in (*_IN_CONTAINERS, _ON_HOSTS, _ON_YARN)
    return needs and not any(name.startswith("scripts/launch_") for name in rendered.files)


def _on_a_host(kernel: Kernel) -> tuple[str, str] | None:
    words = " ".join(map(str, kernel.spec["argv"]))
    return next((kind for module, kind in _ON_A_HOST.items() if module in words), None)


def _programs(launchers: Path | None, kind: str) -> list[Path]:
    """The engine's programs of a kind, and what several kinds share."""
    if launchers is None:
        return []
    # Some have a stand-in of what is shared, which that replaces.
    kinds = (kind, "shared") if kind in {folder for folder, _ in _ON_A_HOST.values()} else (kind,)
    return [path for engine_kind in kinds for path in _files_in(launchers / engine_kind / "scripts")]


def _programs_beside(folder: Path) -> list[Path]:
    """The previous program of the provisioner, kept if the provisioner is missing here."""
    return _files_in(folder / "scripts")


def _files_in(folder: Path) -> list[Path]:
    try:
        return [Path(entry) for entry in sorted(os.scandir(folder), key=os.fspath) if entry.is_file()]
    except OSError:
        return []


def _python_beside(launchers: Path | None) -> Path:
    # In `site-packages`, so it is a folder deeper than programs are.
    environment = environment_around(launchers.parent) if launchers else None
    return python_of(environment) if environment else Path("python")
