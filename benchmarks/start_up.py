"""How long a kernel takes to start: activated by this project's launcher, and in other ways.

usage: python benchmarks/start_up.py CONDA PREFIX [ROUNDS]

CONDA is the `conda` program of a base that has this project, PREFIX an environment with ipykernel; run it
with a Python that has jupyter_client. In every round each way starts one kernel, in turn: a slow moment of
the machine meets all of them. The table shows the median over the rounds, and that of the ratio to the
bare, unactivated kernelspec in the same round.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from jupyter_client.manager import KernelManager

BARE, OURS = "bare kernelspec, not activated", "this project's launcher"


def main() -> None:
    """Print the table."""
    conda, prefix = Path(sys.argv[1]), Path(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 15
    with tempfile.TemporaryDirectory() as folder:
        os.environ["JUPYTER_PATH"] = str(Path(folder, "share", "jupyter"))
        names = write_kernels(Path(folder), conda, prefix)
        if rounds > 1:
            for name in names.values():
                start(name)
        times = [{way: start(name) for way, name in names.items()} for _ in range(rounds)]
    for way in names:
        ratio = median(one[way] / one[BARE] for one in times)
        print(f"{way:32} {median(one[way] for one in times) * 1000:7.0f} ms  {ratio:6.3f}")


def write_kernels(folder: Path, conda: Path, prefix: Path) -> dict[str, str]:
    """Write a kernelspec for each way to start the environment's Python; give their names."""
    command = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    profile = shlex.quote(str(conda.parent.parent / "etc" / "profile.d" / "conda.sh"))
    sourcing = f'. {profile}; conda activate {shlex.quote(str(prefix))}; exec "$@"'
    ways = {
        BARE: command,
        "a script that sources activate": ["bash", "-c", sourcing, "runner", *command],
        "conda run": [str(conda), "run", "-p", str(prefix), "--no-capture-output", *command],
    }
    names = {}
    for number, (way, argv) in enumerate(ways.items()):
        names[way] = f"way{number}"
        kernel = folder / "share" / "jupyter" / "kernels" / names[way]
        kernel.mkdir(parents=True)
        (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "language": "python"}))
    add = ["kernel", "add", "-p", str(prefix), "--jupyter-prefix", folder, "--kernel-name", "ours"]
    subprocess.run([conda, *add], check=True, capture_output=True)
    return {BARE: names.pop(BARE), OURS: "ours", **names}


def start(name: str) -> float:
    """Start a kernel and stop it again; give the seconds until it answered."""
    manager = KernelManager(kernel_name=name)
    begin = time.perf_counter()
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    client = manager.blocking_client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    seconds = time.perf_counter() - begin
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    return seconds


if __name__ == "__main__":
    main()
