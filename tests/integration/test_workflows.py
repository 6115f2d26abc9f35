"""What the public workflows do, as far as it can be done on this machine."""

from __future__ import annotations

import re

import pytest
from conda_base import Conda, run
from project import PROJECT
from ruamel.yaml import YAML

WORKFLOWS = sorted((PROJECT / ".github" / "workflows").glob("*.yml"))

needs_repository = pytest.mark.skipif(not WORKFLOWS, reason="a source distribution has no workflows")


@pytest.mark.conda
def test_the_life_of_a_kernel(conda: Conda, python: str) -> None:
    run([str(PROJECT / ".ci" / "kernel-life"), f"python={python}"], conda.shell_variables(), cwd=conda.home)

    assert not list(conda.kernels_dir.iterdir())


@needs_repository
def test_every_action_is_pinned_to_a_commit() -> None:
    used = re.findall(r"uses: (.+)", "".join(path.read_text("utf-8") for path in WORKFLOWS))

    assert len(used) > 5
    assert [one for one in used if not re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v[\d.]+", one)] == []


@needs_repository
def test_every_supported_python_is_tested() -> None:
    matrix = YAML(typ="safe").load(PROJECT / ".github" / "workflows" / "tests.yml")["jobs"]["pythons"]
    declared = (PROJECT / "pyproject.toml").read_text("utf-8")

    assert matrix["strategy"]["matrix"]["python"] == re.findall(r":: (3\.\d+)\"", declared)
