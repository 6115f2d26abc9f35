"""The file system, kept at bay: reading what others wrote, paths, permissions, folders held open, locks."""

from __future__ import annotations

import os
import sys

WINDOWS = os.name == "nt"
MACOS = sys.platform == "darwin"
"""The operating system; read it as `system.WINDOWS`, so that tests can replace it."""
