"""What tests of a kernel's state share."""

import pytest

from conda_jupyter_plugin.core.state import draft


@pytest.fixture
def renders(monkeypatch):
    """How often a kernel is rendered to be compared."""
    calls = []
    render = draft.render
    monkeypatch.setattr(draft, "render", lambda *args: calls.append(1) or render(*args))
    return calls
