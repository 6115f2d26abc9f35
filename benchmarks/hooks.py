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

# Loads conda as a command does, then times what it does for this plugin on every command.
_LOADING = """
import argparse, json, time
import conda.cli.conda_argparse, conda.plugins.types
start = time.perf_counter()
from conda_jupyter_plugin import plugin
subcommand = next(plugin.conda_subcommands())
subcommand.configure_parser(argparse.ArgumentParser())
print(json.dumps((time.perf_counter() - start) * 1000))
"""

# Runs a command of conda's and times the hook behind it.
_HOOK = """
import json, sys, time
from conda_jupyter_plugin import plugin
after, spent = plugin._after, []

def timed(command):
    start = time.perf_counter()
    after(command)
    spent.append((time.perf_counter() - start) * 1000)

plugin._after = timed
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
        loading = [float(run(["-c", _LOADING], env)) for _ in range(runs)]
        changed = [hook((*change, f"A={i}"), env) for i in range(runs)]
        unchanged = [hook((*change, f"A={runs - 1}"), env) for _ in range(runs)]
        ratios = [tax(env) for _ in range(runs)]
    print(f"import and parser, every command    {median(loading):6.2f} ms")
    print(f"hook, the kernel needs no change    {median(unchanged):6.2f} ms")
    print(f"hook, the kernel is written anew    {median(changed):6.2f} ms")
    print(f"conda list, with : without          {median(ratios):6.3f}")


def make_environment(prefix: Path) -> Path:
    """Make an environment with a kernel on disk; it is never started."""
    kernel = prefix / "share" / "jupyter" / "kernels" / "python3"
    for directory in (prefix / "conda-meta", prefix / "bin", kernel):
        directory.mkdir(parents=True)
    (prefix / "conda-meta" / "history").touch()
    (prefix / "bin" / "python").symlink_to(sys.executable)
    argv = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(spec))
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
