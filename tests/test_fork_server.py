"""A program that runs in a fork of an interpreter behaves as one that an interpreter of its own runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import pytest

from .fork_server import ForkServer

Outcome = tuple[int, str, str]
Run = Callable[..., Outcome]


@pytest.fixture(scope="module")
def forks() -> Iterator[ForkServer]:
    with ForkServer(Path(sys.executable), ["json", "no_such_module"], {}) as server:
        yield server


@pytest.fixture(params=["in a fork", "from its start"])
def run(request: pytest.FixtureRequest, forks: ForkServer, tmp_path: Path) -> Run:
    def run(*arguments: str, text_in: str = "", **variables: str) -> Outcome:
        env = {"PATH": os.defpath, **variables}
        if request.param == "in a fork":
            done = forks.run(*arguments, env=env, text_in=text_in, timeout=60, cwd=tmp_path)
        else:
            words = [sys.executable, *arguments]
            done = subprocess.run(
                words, env=env, input=text_in, capture_output=True, text=True, cwd=tmp_path, check=False
            )
        return done.returncode, done.stdout, done.stderr

    return run


def test_it_has_its_own_arguments_variables_and_folder(run: Run, tmp_path: Path) -> None:
    code = "import os, sys; print(sys.argv, os.environ.get('A'), 'HOME' in os.environ, os.getcwd())"
    assert run("-c", code, "x", "y z", A="ä") == (0, f"['-c', 'x', 'y z'] ä False {tmp_path}\n", "")


def test_it_has_its_own_streams(run: Run) -> None:
    code = "import sys; print(sys.stdin.read()[::-1], file=sys.stderr); print(sys.stdout.isatty())"
    assert run("-c", code, text_in="abc") == (0, "False\n", "cba\n")


def test_a_module_is_run_as_by_its_name(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import sys\nif __name__ == '__main__': print(sys.argv)\n")
    assert run("-m", "mine", "x") == (0, f"[{str(tmp_path / 'mine.py')!r}, 'x']\n", "")


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("import sys; print('a'); sys.exit(3)", (3, "a\n", "")),
        ("import sys; sys.exit('no')", (1, "", "no\n")),
        ("import os, signal; os.kill(os.getpid(), signal.SIGTERM)", (-15, "", "")),
        ("import sys; sys.exit(True)", (1, "", "")),
        ("import sys; sys.exit(-1)", (255, "", "")),
        ("import sys; print('a'); sys.exit()", (0, "a\n", "")),
        ("import sys; print('a'); sys.stdout.close()", (0, "a\n", "")),
        ("import atexit; atexit.register(print, 'last'); print('first')", (0, "first\nlast\n", "")),
        (
            "import threading; threading.Timer(0.2, print, ['last']).start(); print('first')",
            (0, "first\nlast\n", ""),
        ),
    ],
)
def test_it_ends_as_it_would(run: Run, code: str, outcome: Outcome) -> None:
    assert run("-c", code) == outcome


def test_what_goes_at_its_end_is_gone(run: Run, tmp_path: Path) -> None:
    assert run("-c", "import tempfile; folder = tempfile.TemporaryDirectory(dir='.')") == (0, "", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a device that is full")
def test_output_that_cannot_be_written_is_told(forks: ForkServer, tmp_path: Path) -> None:
    code = "import sys; print('a'); sys.exit(3)"
    told = []
    for number, start in enumerate((forks.start, from_its_start)):
        errors = tmp_path / str(number)
        with open(os.devnull) as nothing, open("/dev/full", "w") as full, errors.open("w") as err:
            ended = start("-c", code, env={}, streams=(nothing, full, err)).wait(60)
        told.append((ended, errors.read_text()))

    assert told[0] == told[1]
    assert "No space left" in told[0][1]


def from_its_start(*arguments: str, env: dict[str, str], streams: Sequence[IO[str]]) -> subprocess.Popen[str]:
    given, out, err = streams
    return subprocess.Popen(
        [sys.executable, *arguments], env=env, stdin=given, stdout=out, stderr=err, text=True
    )


def test_what_it_starts_is_its_own_to_wait_for(run: Run) -> None:
    code = "import subprocess; print(subprocess.run(['sh', '-c', 'exit 7']).returncode)"
    assert run("-c", code) == (0, "7\n", "")


def test_one_run_leaves_nothing_to_the_next(forks: ForkServer, tmp_path: Path) -> None:
    def say(code: str) -> str:
        return forks.run("-c", code, env={}, text_in="", timeout=60, cwd=tmp_path).stdout

    assert say("import json, sys; json.left = 1; print('json' in sys.modules)") == "True\n"
    assert say("import json; print(hasattr(json, 'left'))") == "False\n"


def test_one_that_takes_too_long_is_killed(forks: ForkServer, tmp_path: Path) -> None:
    code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(600)"
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run("-c", code, env={}, text_in="", timeout=1, cwd=tmp_path)
    with pytest.raises(ProcessLookupError):
        while True:
            os.kill(int((tmp_path / "pid").read_text()), 0)
