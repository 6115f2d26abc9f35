"""Loads what comes after a command before one that changes the environment that all of it is in.

`conda install -n base python=3.13` takes away the standard library that is running, `conda remove -n base
conda-jupyter-plugin` the project itself: what is not loaded by then cannot be loaded any more.
"""

from __future__ import annotations

from contextlib import suppress
from importlib import import_module

_OURS = (
    *("settings", "cli.report", "cli.table"),
    *("conda_api.activation", "conda_api.batch_scripts", "conda_api.install"),
    *("conda_host.changed_environments", "conda_host.following", "flag.flagged_command"),
    *("core.jupyter.registry", "core.launch.launcher", "core.launch.provisioning"),
    *("core.state.judging", "core.storage.staging", "core.verbs.sync"),
)

# What these import when they are used.
_OTHERS = (
    *("conda.activate", "conda.core.envs_manager", "conda.core.prefix_data"),
    *("jupyter_core.paths", "platformdirs", "filelock"),
    *("_strptime", "platform", "pwd", "random", "shutil", "site", "string", "sysconfig", "tempfile"),
)


def load_everything() -> None:
    """Load all that follows a command, and what it reads of its own files."""
    for name in _OURS:
        import_module(f"conda_jupyter_plugin.{name}")
    for name in _OTHERS:
        # Which of them there is depends on versions and systems.
        with suppress(ImportError):
            import_module(name)
    from ..core.launch.launcher import read_scripts

    read_scripts()
