"""What many kernels cost: listing, syncing, and a Jupyter server that follows them.

usage: python benchmarks/scale.py [--counts COUNT,...] [--rounds ROUNDS] [--picture FILE]

Run it with a Python that has this project, and jupyter_server beside it; a picture needs matplotlib too. Each
kernel is that of a virtual environment of a few files, all of them in a folder that the server's extension is
told to watch. The limit is what it takes to read each kernel.json and to look at seven files of each kernel.
The second table has what a server's answers take while kernels are brought in line, with the extension and
without: two servers, asked in turn.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.error import URLError
from urllib.request import urlopen

from compare import Bench, run

_PROCESS = (sys.executable, "-m", "conda_jupyter_plugin.server.process")
_OFF = "--KernelSync.enabled=False"
_ANSWERS = 200

# What no list of kernels with their states can do without.
_LIMIT = """
import json, os, sys
for entry in os.scandir(sys.argv[1]):
    with open(f"{entry.path}/kernel.json", "rb") as file:
        spec = json.loads(file.read())
    prefix = spec["metadata"]["conda_jupyter_plugin"]["prefix"]
    own = f"{prefix}/share/jupyter/kernels/python3"
    paths = [entry.path, f"{entry.path}/start-activated.sh", prefix, f"{prefix}/pyvenv.cfg"]
    for path in (*paths, f"{prefix}/bin/python", own, f"{own}/kernel.json"):
        os.stat(path)
"""

LISTING, SYNCING, JUPYTER = "pip-kernel list", "pip-kernel sync, nothing to do", "jupyter kernelspec list"
LOOKING, LIMIT = "the extension looks: nothing has changed", "the limit: read one file, look at seven"
DRAWN = (LISTING, SYNCING, LOOKING, JUPYTER, LIMIT)


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--counts", default="100,1000,10000", help="100,1000,10000 by default")
    parser.add_argument("--rounds", type=int, default=3, help="3 by default")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="where to draw it, as SVG or PNG")
    options = parser.parse_args()
    counts = [int(word) for word in options.counts.split(",")]
    print(f"{'':44}{''.join(f'{count:>12,}' for count in counts)}   kernels")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.rounds)
        columns = []
        for count in counts:
            make_environments(bench, count)
            columns.append(measure(bench))
        for line in columns[0]:
            print(f"{line:44}{''.join(f'{column[line]:>9,.0f} ms' for column in columns)}")
        print(f"\n{'answers of the server while it syncs':44}{'median':>12}{'slowest':>12}")
        for line, (usual, slowest) in answers(bench).items():
            print(f"{line:44}{usual:>9.1f} ms{slowest:>9.1f} ms")
    if options.picture:
        draw(counts, columns, options.picture)


def draw(counts: Sequence[int], columns: Sequence[Mapping[str, float]], file: Path) -> None:
    """Draw what grows with the kernels, both axes logarithmic."""
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(7, 4.5), layout="constrained")
    for line in DRAWN:
        style = {LIMIT: ":", JUPYTER: "--"}.get(line, "-")
        axes.loglog(counts, [column[line] / 1000 for column in columns], style, marker="o", label=line)
    axes.set(xlabel="kernels", ylabel="seconds")
    axes.grid(which="both", alpha=0.3)
    axes.legend(frameon=False)
    figure.savefig(file)


def make_environments(bench: Bench, count: int) -> None:
    """Make environments of a few files until there are as many."""
    for number in range(count):
        if not (bench.root / "envs" / f"opencv-{number}").exists():
            bench.environment(f"opencv-{number}")


def measure(bench: Bench) -> dict[str, float]:
    """Take every line for as many kernels as there are, in milliseconds."""
    command = (*_PROCESS, str(bench.root / "envs"))

    def process(known: bytes) -> tuple[float, bytes]:
        begin = time.perf_counter()
        told = subprocess.run(command, input=known, capture_output=True, check=True, cwd=bench.root).stdout
        return 1000 * (time.perf_counter() - begin), told.partition(b"\n")[2]

    registering, seen = process(b"")

    def usual(*command: object) -> float:
        return median(run(*command) for _ in range(bench.rounds))

    return {
        "registered, most of them for the first time": registering,
        LISTING: usual(*bench.own, "list"),
        SYNCING: usual(*bench.own, "sync"),
        JUPYTER: usual(*bench.jupyter, "list"),
        LIMIT: usual(sys.executable, "-c", _LIMIT, bench.data / "kernels"),
        LOOKING: median(process(seen)[0] for _ in range(bench.rounds)),
        "the extension syncs: one may have changed": median(process(b"")[0] for _ in range(bench.rounds)),
        "server's start, extension off": median(start(bench, _OFF) for _ in range(bench.rounds)),
        "server's start, extension on": median(start(bench) for _ in range(bench.rounds)),
    }


def start(bench: Bench, *options: str) -> float:
    """Take how long a server needs until it answers, in milliseconds."""
    begin = time.perf_counter()
    with serving(bench, *options):
        return 1000 * (time.perf_counter() - begin)


def answers(bench: Bench) -> dict[str, tuple[float, float]]:
    """Take what a small answer takes while kernels are brought in line, and while nothing is done."""
    with serving(bench, _OFF) as without, serving(bench) as syncing:
        touched = next((bench.root / "envs").iterdir()) / "pyvenv.cfg"
        times: dict[str, list[float]] = {"without the extension": [], "with it": []}
        lists: dict[str, list[float]] = {"list of kernels, without": [], "list of kernels, with it": []}
        sides = list(zip((without, syncing), times, lists, strict=True))
        for _ in range(bench.rounds):
            for address, one, other in sides:
                os.utime(touched)
                # It asks for the list, and so wakes the extension where there is one.
                lists[other].append(ask(address, "api/kernelspecs"))
                times[one] += (ask(address, "api") for _ in range(_ANSWERS))
    return {name: (median(taken), max(taken)) for name, taken in (times | lists).items()}


def ask(address: str, path: str) -> float:
    """Take what an answer takes, in milliseconds."""
    begin = time.perf_counter()
    with urlopen(f"{address}/{path}") as answer:  # noqa: S310 - the server that was started here
        json.load(answer)
    return 1000 * (time.perf_counter() - begin)


@contextmanager
def serving(bench: Bench, *options: str) -> Iterator[str]:
    """Run a Jupyter server until the context ends, and give its address once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    fixed = ["--no-browser", "--allow-root", "--IdentityProvider.token=", f"--ServerApp.port={port}"]
    watched = f"--KernelSync.folders={bench.root / 'envs'}"
    command = [sys.executable, "-m", "jupyter_server", *fixed, watched, *options]
    server = subprocess.Popen(command, cwd=bench.root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        while True:
            try:
                ask(f"http://127.0.0.1:{port}", "api")
                break
            except URLError:
                time.sleep(0.01)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
