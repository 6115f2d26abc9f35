"""Takes the pictures of the documentation anew, of a real conda, JupyterLab and Notebook.

usage: python -m tests.pictures [FOLDER]

They are what the tests see: it runs those, and has them keep it in FOLDER, `docs/pictures` by default.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[1]
TESTS = [str(PROJECT / "tests" / "integration" / name) for name in ("test_browser.py", "test_terminal.py")]


def main() -> int:
    """Run the tests that see what there is to be shown; 0 where they pass."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "docs" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return pytest.main(["-n", "0", "--pictures", str(folder.resolve()), *TESTS])


if __name__ == "__main__":
    sys.exit(main())
