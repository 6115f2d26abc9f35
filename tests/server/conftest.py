"""Nothing here touches the real home."""

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home, monkeypatch):
    """Every test of this folder runs in a fresh home, and finds no conda."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")


def names():
    """The kernels that are registered."""
    folder = user_location().kernels
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []
