"""What a user sees in a terminal of 80 columns: the two commands that the README begins with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conda_base import Conda
from rich.text import Text
from terminal import Terminal, as_picture

pytestmark = pytest.mark.conda

# A package in conda's plan.
_PACKAGE = re.compile(r"  (\S+) +\S+::\S+$")


@pytest.fixture
def user(new_user: Callable[[Path, Path], Conda], tmp_path: Path) -> Conda:
    """A user whose environments lie below the home folder, as an installer puts them."""
    return new_user(tmp_path, tmp_path / "home" / "miniforge3" / "envs")


def test_creating_an_environment_and_listing_its_kernel(
    user: Conda, python: str, pictures: Path | None
) -> None:
    terminal = Terminal(user)
    created = terminal.type(f"conda create -n opencv --kernel python={python}", answer="y")
    listed = terminal.type("conda kernel list")

    plan = "\n".join(line.plain for line in created)
    assert "::ipykernel-" in plan
    assert (
        'Kernel "opencv" registered as "Python '
        f'{python} (opencv)" in ~/.local/share/jupyter/kernels/opencv' in plan.replace("\n", "")
    )
    told = [line.plain for line in listed]
    assert [line.split()[0] for line in told[1:3]] == ["NAME", "opencv"]
    assert told[2].endswith("ok")
    if pictures:
        kept = list(_shortened([*created, *listed]))
        (pictures / "terminal.svg").write_text(as_picture(kept), "utf-8")


def _shortened(lines: list[Text]) -> Iterator[Text]:
    """Leaves out what conda downloads, most of what it installs, and what else this machine has."""
    downloads = folded = False
    for line in lines:
        downloads = line.plain.startswith("The following packages") or (
            downloads and not line.plain.startswith("The following NEW")
        )
        package = _PACKAGE.match(line.plain)
        if downloads or line.plain.endswith("not managed"):
            continue
        if package is None or package[1] in ("python", "ipykernel"):
            yield line
        elif not folded:
            yield Text("  ...")
        folded = package is not None
