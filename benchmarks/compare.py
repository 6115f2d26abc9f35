"""What this project costs beside what a user would take instead: one table of ratios, taken in one run.

usage: python benchmarks/compare.py [--conda CONDA] [--prefix PREFIX] [--rounds ROUNDS] [--largest COUNT]

Run it with a Python that has this project with its `test` extra. CONDA is the `conda` program of a base that
has this project, without which what needs conda is left out; PREFIX is an environment with ipykernel, that
base where none is given. Each round takes the two sides of a line in turn, so that a slow moment of the
machine meets both; the ratio is the median of the rounds' ratios. Other projects' kernelspec managers are
taken from the package index, into a folder of their own, where it has them.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import start_up

Measure = Callable[[], float]

_MANAGERS = {
    "nb_conda_kernels": ("nb_conda_kernels.manager", "CondaKernelSpecManager"),
    "nb_venv_kernels": ("nb_venv_kernels.manager", "VEnvKernelSpecManager"),
}
"""Those that look for environments whenever Jupyter lists its kernels."""

# Asks for every kernelspec, as a Jupyter server does when a page is loaded.
_ASK = """
import sys
from importlib import import_module
getattr(import_module(sys.argv[1]), sys.argv[2])().get_all_specs()
"""

# What a command needs at most, in the kilobytes that Linux counts in; macOS counts bytes.
_MEMORY = (
    "import resource, subprocess, sys; subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True); "
)
_MEMORY += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"


class Bench:
    """A home of its own, with environments that are a few files; whatever is measured happens there."""

    def __init__(self, root: Path, rounds: int) -> None:
        self.root, self.rounds = root, rounds
        os.environ |= {"HOME": str(root / "home"), "JUPYTER_PATH": "", "PYTHONDONTWRITEBYTECODE": ""}
        for name in ("JUPYTER_DATA_DIR", "XDG_DATA_HOME", "VIRTUAL_ENV", "CONDA_PREFIX", "CONDA_EXE"):
            os.environ.pop(name, None)
        # The server would also register the environments of a conda that it finds there.
        folders = os.environ["PATH"].split(os.pathsep)
        os.environ["PATH"] = os.pathsep.join(path for path in folders if not Path(path, "conda").exists())
        self.data = root / "home" / ".local" / "share" / "jupyter"
        self.data.mkdir(parents=True)
        self.own = (sys.executable, "-m", "pip_kernel_hook")
        self.jupyter = (sys.executable, "-m", "jupyter_client.kernelspecapp")
        self.by_hand = (sys.executable, "-m", "ipykernel", "install", "--user", "--name")

    def environment(self, name: str) -> Path:
        """Make a virtual environment of a few files, as this Python's own."""
        prefix = self.root / "envs" / name
        kernel = prefix / "share" / "jupyter" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        (prefix / "bin").mkdir()
        (prefix / "bin" / "python").symlink_to(os.path.realpath(sys.executable))
        version = ".".join(map(str, sys.version_info[:3]))
        home = os.path.dirname(os.path.realpath(sys.executable))
        (prefix / "pyvenv.cfg").write_text(f"home = {home}\nversion = {version}\n")
        argv = [str(prefix / "bin" / "python"), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
        (kernel / "logo-64x64.png").write_bytes(os.urandom(2000))
        return prefix

    def forget(self) -> None:
        """Take every registered kernel away."""
        shutil.rmtree(self.data)
        self.data.mkdir()

    def compare(self, what: str, instead: str, ours: Measure, other: Measure, *, unit: str = "ms") -> None:
        """Measure two ways in turn, and print a line."""
        if self.rounds > 1:
            ours(), other()
        pairs = [(ours(), other()) for _ in range(self.rounds)]
        one, two = (median(pair[side] for pair in pairs) for side in (0, 1))
        self.line(what, instead, one, two, median(pair[0] / pair[1] for pair in pairs), unit)

    def line(
        self, what: str, instead: str, one: float, two: float, ratio: float | None = None, unit: str = "ms"
    ) -> None:
        """Print a line of the table; the ratio is that of the two where none is given."""
        sides = f"{what:32} {one:9,.1f} {unit}   {instead:32} {two:9,.1f} {unit}"
        print(f"{sides}   {one / two if ratio is None else ratio:6.2f}", flush=True)


def run(*words: object, env: dict[str, str] | None = None) -> float:
    """Run a command; give the milliseconds that it took."""
    begin = time.perf_counter()
    subprocess.run([*map(str, words)], check=True, capture_output=True, env=env)
    return (time.perf_counter() - begin) * 1000


def memory(*words: object) -> float:
    """Run a command; give the megabytes that it needed at most."""
    command = [sys.executable, "-c", _MEMORY, *map(str, words)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return int(told) / (1024 if sys.platform == "linux" else 1024 * 1024)


def compare_single(bench: Bench) -> None:
    """Add one kernel."""
    prefix = bench.environment("opencv")

    def ours() -> float:
        bench.forget()
        return run(*bench.own, "add", prefix)

    bench.compare("pip-kernel add", "ipykernel install", ours, partial(run, *bench.by_hand, "opencv"))
    bench.forget()
    run(*bench.own, "add", prefix)
    bench.compare(
        "pip-kernel sync, 1 kernel",
        "jupyter kernelspec list",
        partial(run, *bench.own, "sync"),
        partial(run, *bench.jupyter, "list"),
    )


def compare_start_up(bench: Bench) -> None:
    """What a command takes beside the bare interpreter, with a few kernels there, as a shell starts it."""
    for number in range(6):
        run(*bench.own, "add", bench.environment(f"few-{number}"))
    program = shutil.which("pip-kernel", path=os.path.dirname(sys.executable))
    own = (program,) if program else bench.own
    unchanged = ("add", bench.root / "envs" / "few-0")
    bare, by_hand = partial(run, sys.executable, "-c", "pass"), partial(run, *bench.by_hand, "few")
    for words in (("--version",), ("list",), unchanged):
        ours = partial(run, *own, *words)
        bench.compare(f"pip-kernel {words[0]}, 6 kernels", "the bare interpreter", ours, bare)
    bench.compare("pip-kernel add, unchanged", "ipykernel install", partial(run, *own, *unchanged), by_hand)


def compare_managers(bench: Bench, conda: Path | None) -> None:
    """List the kernels of twenty environments, by this project's kernelspecs and by other managers."""
    for number in range(20):
        bench.environment(f"listed/opencv-{number}")
    run(*bench.own, "add", "--all", bench.root / "envs" / "listed")
    usual = ("jupyter_client.kernelspec", "KernelSpecManager")
    ours = partial(run, sys.executable, "-c", _ASK, *usual)
    for name, manager in _MANAGERS.items():
        folder = bench.root / name
        installing = [sys.executable, "-m", "pip", "install", "--target", str(folder), "--no-deps", name]
        if subprocess.run(installing, capture_output=True, check=False).returncode:
            print(f"{name} is left out: the package index does not have it")
        elif name == "nb_conda_kernels" and not conda:
            print(f"{name} is left out: it needs --conda")
        else:
            search = f"{conda.parent}{os.pathsep}{os.environ['PATH']}" if conda else os.environ["PATH"]
            there = {**os.environ, "PYTHONPATH": str(folder), "PATH": search}
            other = partial(run, sys.executable, "-c", _ASK, *manager, env=there)
            bench.compare("list of 20 environments' kernels", name, ours, other)


def compare_many(bench: Bench, largest: int) -> None:
    """Add, list and bring in line more and more kernels; what each costs must not grow."""
    few = partial(run, *bench.own, "add", bench.root / "envs" / "few-0")
    among_few = few()
    bench.forget()
    listing, syncing = partial(run, *bench.own, "list"), partial(run, *bench.own, "sync")
    usual = partial(run, *bench.jupyter, "list")
    registered: list[Path] = []
    for count in (count for count in (10, 100, 1_000, 10_000) if count <= largest):
        new = [bench.environment(f"many/opencv-{number}") for number in range(len(registered), count)]
        registered += new
        spent = run(*bench.own, "add", "--all", "--quiet", bench.root / "envs" / "many")
        if count == 1_000:
            compare_new(bench, spent, len(new))
        shown = f"{count:,} kernels"
        bench.compare(f"pip-kernel list, {shown}", "jupyter kernelspec list", listing, usual)
        bench.compare(f"pip-kernel sync, {shown}", f"pip-kernel list, {shown}", syncing, listing)
    among_many = partial(run, *bench.own, "add", registered[0])
    among_many()
    bench.line(f"add among {len(registered):,}, unchanged", "add among 6, unchanged", among_many(), among_few)
    compare_server(bench, listing, len(registered))
    usual = partial(memory, *bench.jupyter, "list")
    for verb in ("list", "sync"):
        what = f"memory: {verb} of {len(registered):,}"
        needed = partial(memory, *bench.own, verb)
        bench.compare(what, "memory: jupyter kernelspec list", needed, usual, unit="MB")


def compare_new(bench: Bench, spent: float, count: int) -> None:
    """What registering many at once costs beside doing so one by one, and beside writing the same files."""
    by_hand = run(*bench.by_hand, "by-hand") * count
    shutil.rmtree(bench.data / "kernels" / "by-hand")
    bench.line(f"add of {count} kernels at once", f"ipykernel install, {count} times", spent, by_hand)
    kernels = bench.data / "kernels"
    copying = f"cp -r {kernels} {bench.root / 'copies'} && sync"
    copied = run("sh", "-c", copying) * count / len(os.listdir(kernels))
    bench.line(f"add of {count} kernels at once", "cp -r of the same, and sync", spent, copied)


def compare_server(bench: Bench, listing: Measure, count: int) -> None:
    """What it costs the Jupyter server's extension to find that nothing has changed."""
    command = (sys.executable, "-m", "conda_jupyter_plugin.server.process", bench.root / "envs")
    told = subprocess.run(command, input=b"", capture_output=True, check=True, cwd=bench.root).stdout
    seen = told.partition(b"\n")[2]

    def look() -> float:
        begin = time.perf_counter()
        subprocess.run(command, input=seen, capture_output=True, check=True, cwd=bench.root)
        return (time.perf_counter() - begin) * 1000

    bench.compare(f"the server looks at {count:,}", f"pip-kernel list, {count:,} kernels", look, listing)


def compare_conda(bench: Bench, conda: Path, prefix: Path) -> None:
    """What conda's own commands cost with the plugin, and what a kernel's start costs."""
    without = {**os.environ, "CONDA_NO_PLUGINS": "true"}
    bare = partial(run, conda, "list", env=without)
    bench.compare("conda list", "conda list, no plugins at all", partial(run, conda, "list"), bare)
    names = start_up.write_kernels(bench.root / "start", conda, prefix)
    os.environ["JUPYTER_PATH"] = str(bench.root / "start" / "share" / "jupyter")
    ours = partial(_start, names.pop(start_up.OURS))
    for way, name in names.items():
        bench.compare("start of an activated kernel", f"start: {way}", ours, partial(_start, name))


def _start(name: str) -> float:
    return start_up.start(name) * 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conda", type=Path)
    parser.add_argument("--prefix", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--largest", type=int, default=10_000)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        bench = Bench(Path(root), args.rounds)
        print(f"{'this project':47} {'instead':47} ratio")
        compare_single(bench)
        compare_start_up(bench)
        compare_managers(bench, args.conda)
        compare_many(bench, args.largest)
        if args.conda:
            compare_conda(bench, args.conda, args.prefix or args.conda.parent.parent)


if __name__ == "__main__":
    main()
