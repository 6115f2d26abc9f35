"""Throws hostile inputs at the verbs for a while, and says how many it tried.

usage: python -m tests.fuzz [--seconds SECONDS] [--seed SEED]

Each input is a kernel.json, in an environment or where Jupyter looks, a pyvenv.cfg, a file of stamps or a
thing of the archive, beside a healthy environment. What must hold: no verb ends in an error of its own, the
healthy kernel is seen to, nothing is written elsewhere, and nothing half done is left. Ends with 1 at the
first one that breaks it.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.errors import KernelError
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.jupyter.registry import Registry
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.rules import Rules
from conda_jupyter_plugin.core.verbs.add import add, add_all
from conda_jupyter_plugin.core.verbs.find import find_missing, find_named, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels
from conda_jupyter_plugin.core.verbs.remove import remove

from .hostile import KERNELSPECS, PYVENVS
from .strategies import kernel_jsons, odd_texts, pyvenvs, stamp_files
from .support import python_spec, sync, write_program, write_spec

_KINDS = (
    "kernel.json of an environment",
    "kernel.json where Jupyter looks",
    "pyvenv.cfg",
    "stamps",
    "archive",
)

_ROUND = 50
"""How many inputs are tried before the time is looked at."""

_SELDOM_DEEP = [name for name in KERNELSPECS if name != "folders without end beside it"]


class Playground:
    """A home with a healthy environment and one that is about to be spoilt."""

    def __init__(self, root: Path) -> None:
        self.root = root
        os.environ["HOME"] = str(root / "home")
        for name in ("JUPYTER_DATA_DIR", "JUPYTER_PATH", "XDG_DATA_HOME"):
            os.environ.pop(name, None)
        self.kernels = user_location().kernels

    def renew(self) -> None:
        """Makes everything anew."""
        for path in list(self.root.iterdir()):
            shutil.rmtree(path)
        (self.root / "home").mkdir()
        for name in ("good", "bad"):
            prefix = self.root / "envs" / name
            program = write_program(prefix / "bin" / "python")
            (prefix / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")
            write_spec(prefix / "share/jupyter/kernels/python3", python_spec(str(program)))

    def registry(self) -> Registry:
        """Opens the registry anew, as each command does."""
        return Registry(user_location(), (user_location(),), Rules({"venv": activate_virtual_environment}))

    def check(self, spoil: Callable[[Path], object], name: str) -> None:
        """Goes through the verbs while something is spoilt."""
        self.renew()
        good, bad = (identify(self.root / "envs" / name) for name in ("good", "bad"))
        assert good and bad
        add_all(self.registry(), [good, bad], Choices())
        spoil(self.root)
        outside = _look(self.root / "envs")
        (good.prefix / "share/jupyter/kernels/python3/logo-svg.svg").touch()
        listed = {row.name: row.status for row in list_kernels(self.registry(), [good, bad])}
        assert listed["good"] == "stale", "the healthy one is not listed as it is"
        assert "good" in [row.name for row in sync(self.registry()).refreshed], "it is not refreshed"
        result = add_all(self.registry(), [bad, good], Choices(env={"A": "1"}))
        assert "good" in [row.name for row in result.refreshed], "it is not added"
        with suppress(KernelError):
            add(self.registry(), bad, Choices(kernel_name=name, force=True))
        remove(find_missing(self.registry()))
        remove(find_of(self.registry(), bad.prefix))
        with suppress(KernelError):
            remove([find_named(self.registry(), name)])
        (good.prefix / "share/jupyter/kernels/python3/logo-svg.svg").unlink()
        assert _look(self.root / "envs") == outside, "an environment was written to"
        assert {path.name for path in (self.root / "home").iterdir()} <= {".local"}, (
            "something lies elsewhere"
        )
        assert not list(user_location().workshop.glob("staging-*")), "something half done is left"


def _look(folder: Path) -> set[tuple[str, int, int]]:
    """Every file below a folder with its size and time: some are too large to be read."""
    found = ((path, path.lstat()) for path in folder.rglob("*") if not path.is_dir())
    return {(str(path), status.st_size, status.st_mtime_ns) for path, status in found}


def _run(playground: Playground, count: dict[str, int], number: int) -> None:
    """Tries a round of inputs, which a number stands for."""

    @seed(number)
    @settings(
        max_examples=_ROUND,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def one(data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(_KINDS))
        count[kind] = count.get(kind, 0) + 1
        if kind == "archive":
            name = data.draw(st.sampled_from([*_SELDOM_DEEP, *PYVENVS]))
            make, where = (PYVENVS.get(name), "") if name in PYVENVS else (KERNELSPECS[name], "odd")

            def spoil(root: Path) -> object:
                assert make
                return make(root / "envs/bad" if not where else user_location().kernels / where)
        else:
            content = data.draw({"pyvenv.cfg": pyvenvs, "stamps": stamp_files}.get(kind, kernel_jsons))

            def spoil(root: Path) -> object:
                inside = root / "envs/bad"
                path = {
                    _KINDS[0]: inside / "share/jupyter/kernels/python3/kernel.json",
                    _KINDS[1]: user_location().kernels / "bad/kernel.json",
                    "stamps": user_location().workshop / "stamps.json",
                }.get(kind, inside / "pyvenv.cfg")
                return path.write_bytes(content)

        playground.check(spoil, data.draw(odd_texts))

    one()


def main() -> int:
    """Runs the command; gives its exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    args = parser.parse_args()
    count: dict[str, int] = {}
    root = Path(tempfile.mkdtemp())
    started = time.monotonic()
    try:
        for number in itertools.count(args.seed):
            if time.monotonic() - started > args.seconds:
                break
            _run(Playground(root), count, number)
    except Exception as error:
        print(f"{sum(count.values())} inputs tried, seed {args.seed}: the last one failed.", file=sys.stderr)
        raise error
    finally:
        shutil.rmtree(root, ignore_errors=True)
    for kind, number in sorted(count.items()):
        print(f"{number:8,}  {kind}")
    seconds = time.monotonic() - started
    print(f"{sum(count.values()):8,}  inputs tried in {seconds:.0f} s, seed {args.seed}: none failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
