"""`python -m conda_jupyter_plugin.server.api.command PLACES VERB [WORD ...]`: the process of a task.

PLACES are the arguments of `ServerHost`, as JSON. It prints one JSON document, and its progress on stderr.
It ends as by Ctrl-C when its standard input ends.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ...cli.documents import failure_as_json, print_json
from ...cli.interruptions import interruptible
from ...core.errors import KernelError
from ...core.system.refusals import SystemCallError
from .children import end_with_standard_input
from .dispatch import dispatch
from .host import ServerHost

if TYPE_CHECKING:
    from collections.abc import Sequence


def run_task(places: str, words: Sequence[str]) -> int:
    """Run a verb; print its errors as it prints its results.

    Returns:
        The exit status.
    """
    try:
        return dispatch(words, ServerHost(**json.loads(places)))
    except KernelError as error:
        failure = error
    except OSError as error:
        failure = SystemCallError(error)
    print_json(failure_as_json(failure))
    return failure.exit_status


if __name__ == "__main__":
    with interruptible(as_json=True):
        end_with_standard_input()
        sys.exit(run_task(sys.argv[1], sys.argv[2:]))
