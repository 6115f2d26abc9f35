"""Makes one chosen call of the project's code fail, in a conda that runs as always.

A `.pth` file in the copied base imports this at the interpreter's start. Where `KERNEL_FAULT_AT` names the
number N, the N-th call of a function below the guard of the hooks raises; a file that it names in
`KERNEL_FAULT_LOG` gets the number of calls that there were.
"""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path
from types import FrameType
from typing import Any

# The guard itself, and what conda calls before it: declarations without a step that could fail.
_OUTSIDE = ("plugin.py", "hooks.py", "transaction.py", "flag.py", "settings.py")

# Read once: the project takes the environment away while conda works an activation out.
_AT = int(os.environ.get("KERNEL_FAULT_AT", "0"))
_LOG = os.environ.get("KERNEL_FAULT_LOG", "")

_calls = 0


def _count(frame: FrameType, event: str, _: Any) -> None:
    global _calls
    code = frame.f_code
    ours = "conda_jupyter_plugin" in code.co_filename and not code.co_filename.endswith(_OUTSIDE)
    if event == "call" and ours and code.co_name != "<module>":
        _calls += 1
        if _calls == _AT:
            raise RuntimeError(f"fault in {code.co_name}")


def _log() -> None:
    # A Python that conda starts besides has no call of ours.
    if _calls:
        Path(_LOG).write_text(str(_calls))


if _AT:
    sys.setprofile(_count)
    atexit.register(_log)
