"""Nothing here touches the real home."""

import pytest


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home):
    """Every test of this folder runs in a fresh home."""
