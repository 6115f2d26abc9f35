"""What the plugin costs conda's own commands, in milliseconds; run with the Python of a base that has it.

usage: /path/to/base/bin/python benchmarks/hooks.py [RUNS]

Each figure is taken in fresh interpreters, in turn with and without the plugin, so that a slow moment of the
machine meets both. The median is printed, and the ratio of the whole commands.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

# Loads conda as a command does, then times all that it does for this plugin on every command: the import, the
# subcommand with its parser, the settings, and what comes before and after a command.
_LOADING = """
import argparse, json, sys, time
import conda.cli.conda_argparse, conda.cli.main_list, conda.plugins.types
from conda.base.context import context
context.plugin_manager
for name in [name for name in sys.modules if name.startswith("conda_jupyter_plugin")]:
    del sys.modules[name]
parser = argparse.ArgumentParser()
start = time.perf_counter()
from conda_jupyter_plugin import plugin
next(plugin.conda_subcommands()).configure_parser(parser)
for declare in (plugin.conda_settings, plugin.conda_pre_commands, plugin.conda_post_commands):
    list(declare())
print(json.dumps((time.perf_counter() - start) * 1000))
"""

# Runs a command of conda's and times the hooks around it.
_HOOK = """
import json, sys, time
from conda_jupyter_plugin import conda_host
spent = []

def timed(hook):
    def call(command):
        start = time.perf_counter()
        hook(command)
        spent.append((time.perf_counter() - start) * 1000)
    return call

conda_host.before, conda_host.after = timed(conda_host.before), timed(conda_host.after)
from conda.cli.main import main
main(*sys.argv[1:])
print(json.dumps(sum(spent)))
"""


def main() -> None:
    """Print the table."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "HOME": folder, "CONDA_ENVS_DIRS": f"{folder}/envs"}
        prefix = make_environment(Path(folder, "envs", "opencv"))
        change = ("env", "config", "vars", "set", "-p", str(prefix))
        plain = make_environment(Path(folder, "envs", "plain"), kernel=False)
        apart = {**env, "HOME": f"{folder}/apart"}
        setting = ("env", "config", "vars", "set", "-p", str(plain))
        without = [hook((*setting, f"A={i}"), apart) for i in range(runs)]
        loading = [float(run(["-c", _LOADING], env)) for _ in range(runs)]
        changed = [hook((*change, f"A={i}"), env) for i in range(runs)]
        unchanged = [hook((*change, f"A={runs - 1}"), env) for _ in range(runs)]
        ratios = [tax(env) for _ in range(runs)]
    print(f"all declarations, every command      {median(loading):6.2f} ms")
    print(f"hooks, where there is no kernel      {median(without):6.2f} ms")
    print(f"hooks, the kernel needs no change    {median(unchanged):6.2f} ms")
    print(f"hooks, the kernel is written anew    {median(changed):6.2f} ms")
    print(f"conda list, with : without           {median(ratios):6.3f}")


def make_environment(prefix: Path, *, kernel: bool = True) -> Path:
    """Make an environment on disk, with a kernel that is never started or without one."""
    for directory in (prefix / "conda-meta", prefix / "bin"):
        directory.mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    if not kernel:
        return prefix
    (prefix / "bin" / "python").symlink_to(sys.executable)
    folder = prefix / "share" / "jupyter" / "kernels" / "python3"
    folder.mkdir(parents=True)
    argv = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
    (folder / "kernel.json").write_text(json.dumps(spec))
    return prefix


def run(words: list[str], env: dict[str, str]) -> str:
    """Run this interpreter and give what it printed."""
    done = subprocess.run([sys.executable, *words], env=env, check=True, capture_output=True, text=True)
    return done.stdout


def hook(words: tuple[str, ...], env: dict[str, str]) -> float:
    """Run a command of conda's and give the milliseconds that the hook behind it took."""
    return float(run(["-c", _HOOK, *words], env).splitlines()[-1])


def tax(env: dict[str, str]) -> float:
    """Time `conda list` with and without plugins, one right after the other."""
    seconds = []
    for words in (["list"], ["--no-plugins", "list"]):
        start = time.perf_counter()
        run(["-m", "conda", *words], env)
        seconds.append(time.perf_counter() - start)
    return seconds[0] / seconds[1]


if __name__ == "__main__":
    main()
