"""Each benchmark runs to its end: with numbers so small that its figures say nothing."""

from __future__ import annotations

import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest
from conda_base import Conda, clean_environ, run
from front_end import CHROMIUM
from project import PROJECT


def benchmark(name: str, home: Path, *words: object, python: object = sys.executable) -> list[str]:
    """Runs a benchmark in a home of its own, and gives the lines that it printed."""
    command = [str(python), str(PROJECT / "benchmarks" / f"{name}.py"), *map(str, words)]
    return run(command, clean_environ() | {"HOME": str(home)}).stdout.splitlines()


def test_what_it_costs_beside_what_one_would_take_instead(guest: Conda, opencv: Path) -> None:
    conda = ("--conda", guest.prefix / "bin" / "conda", "--prefix", opencv)
    head, *lines = benchmark("compare", guest.home, "--rounds", 1, "--largest", 100, *conda)

    assert head.split() == ["this", "project", "instead", "ratio"]
    told = Counter(line.split("  ")[0] for line in lines)
    assert told["pip-kernel list, 100 kernels"] == told["memory: sync of 100"] == told["conda list"] == 1
    assert told["start of an activated kernel"] == 3
    assert all(float(line.split()[-1]) > 0 for line in lines if "is left out" not in line)


def test_what_many_kernels_cost(tmp_path: Path) -> None:
    lines = benchmark("scale", tmp_path, "--counts", 1, "--rounds", 1)

    assert any(line.startswith("the extension looks") for line in lines)
    assert any(line.startswith("list of kernels, with it") for line in lines)


def test_what_a_kernels_start_costs_in_detail(guest: Conda, opencv: Path) -> None:
    lines = benchmark("start_up", guest.home, guest.prefix / "bin/conda", opencv, 1)

    assert [line for line in lines if line.startswith("this project's launcher")]


def test_what_the_hooks_cost(guest: Conda) -> None:
    lines = benchmark("hooks", guest.home, 1, python=guest.python)

    assert [line.split("  ")[0] for line in lines] == [
        "all declarations, every command",
        "hooks, where there is no kernel",
        "hooks, the kernel needs no change",
        "hooks, the kernel is written anew",
        "conda list, with : without",
    ]


def test_what_the_front_end_costs(tmp_path: Path) -> None:
    if not any(map(shutil.which, CHROMIUM)):
        pytest.skip("there is no Chromium on PATH (on Debian: apt install chromium)")
    head, line = benchmark("page", tmp_path, 1)

    assert head.split() == ["with", "it", "without", "ratio"]
    assert float(line.split()[-1]) > 0
