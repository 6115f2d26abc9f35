"""`python -m conda_jupyter_plugin.server.process [FOLDER ...]`: sees to what has changed.

How things were the last time comes on its standard input, nothing at the first time. Where all is as it was
it prints nothing; else a line of JSON, and behind it how things are.
"""

from __future__ import annotations

import gc
import json
import sys
from typing import TYPE_CHECKING

from .watching import is_as_it_was

if TYPE_CHECKING:
    from collections.abc import Sequence


def look_and_sync(folders: Sequence[str]) -> None:
    """Look, and bring kernels in line where something has changed.

    Args:
        folders: The folders whose environments become kernels too.
    """
    earlier = json.loads(sys.stdin.buffer.read() or b"{}")
    if earlier and is_as_it_was(earlier):
        return
    from .syncing import bring_in_line

    seen, report = bring_in_line(folders, earlier)
    sys.stdout.write(f"{json.dumps(report)}\n{json.dumps(seen)}")


if __name__ == "__main__":
    # What a short process makes is gone with it.
    gc.disable()
    look_and_sync(sys.argv[1:])
