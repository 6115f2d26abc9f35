"""Made-up packages of the channel: kernels that are no Python, and things that are no kernel.

They are small, so that an environment with one of them is made in a moment. They do not run.
"""

from __future__ import annotations

import json
import shutil

from channel import PLACEHOLDER, SUBDIR, Channel, add_package

FOREIGN_SUBDIR = "osx-arm64"
"""A platform whose programs do not run here."""

_PROGRAM = f"#!/bin/sh\necho {PLACEHOLDER}\n"


def add_made_up_packages(channel: Channel) -> None:
    """Adds R with its kernel, a Bash and a xeus kernel, one that is broken, and `tool`, which is no kernel.

    Args:
        channel: Where to; never the cached one.
    """
    add_package(channel, "r-base", "4.4.1", {"bin/R": _PROGRAM})
    r_kernel = kernelspec("R", "R", f"{PLACEHOLDER}/bin/R")
    add_package(channel, "r-irkernel", "1.3.2", {_path("ir"): r_kernel}, depends=["r-base"])
    logo = {_path("bash", "logo-64x64.png"): b"\x89PNG"}
    add_package(channel, "bash_kernel", "0.9", {_path("bash"): kernelspec("Bash", "bash", "bash"), **logo})
    xeus_kernel = {_path("xcpp17"): kernelspec("C++17", "C++", "bin/xcpp"), "bin/xcpp": _PROGRAM}
    add_package(channel, "xeus-cling", "0.15", xeus_kernel)
    add_package(channel, "broken_kernel", "1.0", {_path("broken"): '{"argv": ['})
    add_package(channel, "tool", "2.0", {"bin/tool": _PROGRAM})
    _offer_elsewhere(channel, "bash_kernel-0.9-0.conda")


def kernelspec(display_name: str, language: str, *argv: str) -> str:
    """Writes a kernel.json.

    Args:
        display_name: Its name to show.
        language: Its language.
        *argv: Its command, to which the connection file is added.
    """
    spec = {"argv": [*argv, "{connection_file}"], "display_name": display_name, "language": language}
    return json.dumps(spec)


def _path(kernel: str, file: str = "kernel.json") -> str:
    return f"share/jupyter/kernels/{kernel}/{file}"


def _offer_elsewhere(channel: Channel, package: str) -> None:
    folder = channel.root / FOREIGN_SUBDIR
    folder.mkdir()
    shutil.copy2(channel.root / SUBDIR / package, folder / package)
    packages = {package: channel.packages[package] | {"subdir": FOREIGN_SUBDIR}}
    repodata = {"info": {"subdir": FOREIGN_SUBDIR}, "packages": {}, "packages.conda": packages}
    (folder / "repodata.json").write_text(json.dumps(repodata), "utf-8")
