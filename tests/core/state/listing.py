"""What is listed with stamps and without them, and which kernels have one."""

import json

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.verbs.list import list_kernels


def stamp_file():
    return user_location().workshop / "stamps.json"


def states(open_registry):
    return {row.name: row.status for row in list_kernels(open_registry())}


def without_stamps(open_registry):
    """What is listed where everything is looked at."""
    stamps = stamp_file()
    aside = stamps.rename(stamps.with_name("aside")) if stamps.exists() else None
    found = states(open_registry)
    if aside:
        aside.rename(stamps)
    return found


def stamped():
    """The names of the kernels that have a stamp."""
    read = json.loads(stamp_file().read_text())["kernels"]
    return sorted(name for name, fields in read.items() if fields[2])
