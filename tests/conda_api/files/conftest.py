"""A conda that lies in the home folder, made of a few files."""

import pytest


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home, monkeypatch):
    """Every test of this folder runs in a fresh home, and finds no conda but its own."""
    monkeypatch.setenv("PATH", "/nowhere")


@pytest.fixture
def conda(home):
    """The base environment of a conda that was installed in the usual place."""
    prefix = home / "miniforge3"
    for folder in ("condabin", "conda-meta", "envs", "bin"):
        (prefix / folder).mkdir(parents=True)
    for program in ("conda", "python"):
        (prefix / "bin" / program).touch()
    return prefix
