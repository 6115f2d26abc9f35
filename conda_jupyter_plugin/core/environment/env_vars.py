"""The variables that an environment's own files tell conda's activation to set.

conda reads them in `activate.py`, `_get_environment_env_vars`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ..errors import UnreadableError
from ..failures import passing_over
from ..system.reading import names_in, read_if_there

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

UNSET = "***unset***"
"""The value of a variable that `conda env config vars unset` takes away."""


def env_var_files(prefix: Path) -> Iterator[tuple[Path, Mapping[str, str]]]:
    """Read the files that set variables; one that is damaged, or cannot be read, sets none.

    Yields:
        Each package's file in `etc/conda/env_vars.d`, then `conda-meta/state`, where `conda env config vars`
        writes and which counts more; with its variables, in capitals as conda exports them.
    """
    folder, state = prefix / "etc" / "conda" / "env_vars.d", prefix / "conda-meta" / "state"
    with passing_over(UnreadableError):
        for name in names_in(folder):
            yield folder / name, _read(folder / name)
    yield state, _read(state, "env_vars")


def _read(path: Path, key: str = "") -> Mapping[str, str]:
    with passing_over(UnreadableError, ValueError, RecursionError):
        read = json.loads(read_if_there(path) or "{}")
        variables = read.get(key) if key and isinstance(read, dict) else read
        pairs = variables.items() if isinstance(variables, dict) else ()
        return {name.upper(): str(value) for name, value in pairs}
    return {}
