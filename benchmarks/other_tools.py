"""What Jupyter takes to list its kernels, with this project's kernelspecs and with other projects' managers.

usage: python benchmarks/other_tools.py [--environments COUNT] [--rounds ROUNDS]

Run it with a Python that has this project, jupyter_client and what is to be compared: nb_conda_kernels (with
`conda` on PATH), nb_venv_kernels, in any combination. Each way is a process of its own that asks for every
kernelspec, as a Jupyter server does when a page is loaded; the ways take turns, and the table has medians.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from compare import Bench, run

MANAGERS = {
    "jupyter_client": ("jupyter_client.kernelspec", "KernelSpecManager"),
    "nb_conda_kernels": ("nb_conda_kernels.manager", "CondaKernelSpecManager"),
    "nb_venv_kernels": ("nb_venv_kernels.manager", "VEnvKernelSpecManager"),
}

_ASK = """
import sys
from importlib import import_module
manager = getattr(import_module(sys.argv[1]), sys.argv[2])()
manager.get_all_specs()
"""


def main() -> None:
    """Print a line for each manager that is installed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--environments", type=int, default=20, metavar="COUNT", help="20 by default")
    parser.add_argument("--rounds", type=int, default=5, help="5 by default")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), options.rounds)
        for number in range(options.environments):
            bench.environment(f"opencv-{number}")
        run(*bench.own, "add", "--all", bench.root / "envs")
        ways = {name: way for name, way in MANAGERS.items() if find_spec(name)}
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds + 1):
            for name, way in ways.items():
                times[name].append(run(sys.executable, "-c", _ASK, *way))
        least = median(times["jupyter_client"][1:])
        for name, taken in times.items():
            print(f"{name:20} {median(taken[1:]):9,.0f} ms   {median(taken[1:]) / least:6.2f}")


if __name__ == "__main__":
    main()
