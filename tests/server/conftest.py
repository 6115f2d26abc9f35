"""Nothing here touches the real home."""

import pytest


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home, monkeypatch):
    """Every test of this folder runs in a fresh home, and finds no conda."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
