"""Nothing here touches the real home."""

from pathlib import Path

import pytest

from conda_jupyter_plugin.core.locations import user_location


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home):
    """Every test of this folder runs in a fresh home."""


@pytest.fixture
def kernels(home: Path) -> Path:
    """The user's folder of kernelspecs."""
    return user_location().kernels
