"""What ends the program ends it in a line or none, and never in a traceback."""

import errno
import gc
import os
import subprocess
import sys
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.add import add
from conda_jupyter_plugin.core.verbs.list import list_kernels
from pip_kernel_hook import program as program_module

from ..conftest import needs_root
from ..support import read_json, snapshot

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes as POSIX has them")

# Sends the process a signal at one of the operations that Python tells of, from the program's first on.
_SIGNALLING = """
import os, sys
number, at, count = int(os.environ["SIGNAL"]), int(os.environ["AT"]), 0

def watch(event, args):
    global count
    if count or (event == "import" and args[0] == "pip_kernel_hook.main"):
        count += 1
        if count == at:
            os.kill(os.getpid(), number)

sys.addaudithook(watch)
import atexit
atexit.register(lambda: print(count, file=open(os.environ["COUNT"], "w")))
"""


@pytest.fixture
def program(home, tmp_path):
    """Runs the program; gives its exit status, and what it said on stderr."""
    site = tmp_path / "site"
    site.mkdir()

    def run(*words, stdout=subprocess.DEVNULL, **variables):
        extra = {"PYTHONPATH": os.pathsep.join([str(site), str(Path(__file__).parents[2])])}
        command = [sys.executable, "-m", "pip_kernel_hook", *map(str, words)]
        done = subprocess.run(
            command,
            env={**os.environ, **extra, **variables},
            stdout=stdout,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stderr

    def interrupted(*words, signal, at):
        (site / "sitecustomize.py").write_text(_SIGNALLING)
        return run(*words, SIGNAL=str(int(signal)), AT=str(at), COUNT=str(tmp_path / "count"))

    run.interrupted = interrupted
    run.count = tmp_path / "count"
    return run


@pytest.mark.parametrize("signal", [2, 15, 1], ids=["Ctrl-C", "SIGTERM", "SIGHUP"])
def test_a_signal_at_any_moment_ends_it_in_a_line_or_none(program, make_environment, open_registry, signal):
    environment = make_environment(manager="venv")
    add(open_registry(), environment, Choices(env={"A": ""}))
    before = snapshot(user_location().kernels)
    assert program.interrupted("add", environment.prefix, "--env", "A=1", signal=signal, at=0)[0] == 0
    after, whole = snapshot(user_location().kernels), int(program.count.read_text())
    outcomes = set()

    for at in range(2, whole, whole // 40):
        add(open_registry(), environment, Choices(env={"A": ""}))
        program.count.unlink(missing_ok=True)
        outcome = program.interrupted("add", environment.prefix, "--env", "A=1", signal=signal, at=at)
        outcomes.add(outcome)
        assert outcome in ((128 + signal, ""), (128 + signal, "Interrupted.\n")), f"at {at}"
        assert [row.status for row in list_kernels(open_registry())] == ["ok"]

    assert whole > 500 and before != after
    assert len(outcomes) == 2


@pytest.mark.parametrize("first", ["C", "C.UTF-8"])
def test_a_kernel_is_the_same_in_every_locale(program, make_environment, first):
    environment = make_environment("opencv-é", manager="venv")
    locales = {"C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}}
    locales["C.UTF-8"] = {"LC_ALL": "C.UTF-8", "PYTHONUTF8": "0"}

    assert program("add", environment.prefix, **locales[first]) == (0, "")

    spec = read_json(user_location().kernels / "opencv-e")
    assert spec["display_name"] == "Python 3.12 (opencv-é)"
    assert f"{environment.prefix}/bin/python" in spec["argv"]
    before = snapshot(user_location().kernels)
    for locale in locales.values():
        assert program("sync", **locale) == (0, "")
        assert program("add", environment.prefix, **locale) == (0, "")
    assert snapshot(user_location().kernels) == before


@pytest.mark.parametrize("shown", ["Père", "日本 🎄"])
def test_a_display_name_in_utf8_is_taken_as_such_in_every_locale(program, make_environment, shown):
    environment = make_environment(manager="venv")
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    assert program("add", environment.prefix, "--display-name", shown, **locale) == (0, "")

    assert read_json(user_location().kernels / "opencv")["display_name"] == shown


def test_a_relative_data_folder_is_made_absolute(program, make_environment, tmp_path, monkeypatch):
    environment = make_environment(manager="venv")
    monkeypatch.chdir(tmp_path)

    assert program("add", environment.prefix, JUPYTER_DATA_DIR="data") == (0, "")

    launcher = read_json(tmp_path / "data" / "kernels" / "opencv")["argv"][-6]
    assert launcher == str(tmp_path / "data" / "kernels" / "opencv" / "start-activated.sh")


def test_what_nobody_reads_is_no_failure(program):
    reading, writing = os.pipe()
    os.close(reading)

    assert program("list", "--json", stdout=writing) == (0, "")
    assert program("--help", stdout=writing) == (0, "")


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["sync"], ["--help"], ["--version"]])
def test_a_full_disk_is_a_failure_in_a_line(program, words):
    with open("/dev/full", "w") as full:
        status, told = program(*words, stdout=full)

    assert status == 1
    assert "Traceback" not in told and told.count("\n") <= 1


@pytest.mark.parametrize(
    "words",
    [
        ["list", "\x1b[31m"],
        ["\x1b[31m"],
        ["add", "/x\x1b[31m"],
        ["remove", "\x07"],
        ["list", "--\x1b]0;x\x07"],
    ],
)
def test_what_a_terminal_would_obey_is_escaped(program, words):
    status, told = program(*words)

    assert status in (1, 2)
    assert "\x1b" not in told and "\x07" not in told
    assert "\\x1b" in told or "\\x07" in told


def shell(script, *words, **variables):
    """Runs the program by a shell's line, in which it is `"$@"`; gives its status and what it said."""
    around = {"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = ["/bin/sh", "-c", script, "sh", sys.executable, "-m", "pip_kernel_hook", *map(str, words)]
    done = subprocess.run(
        command,
        env={**around, **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_where_nothing_can_be_typed_nobody_has_answered(home, make_environment, open_registry):
    add(open_registry(), make_environment(manager="venv"))

    status, said = shell('"$@" <&-', "remove", "opencv", HOME=str(home))

    assert status == 1
    assert said.endswith("No answer to the question. Add --yes to proceed without a question.\n")
    assert (user_location().kernels / "opencv").exists()


def test_without_memory_it_says_so_or_works(home):
    # Compiled by now: the compiler has errors of its own where there is no memory.
    assert shell('"$@"', "list", HOME=str(home))[0] == 0

    for kilobytes in range(14_000, 20_000, 125):
        status, said = shell(f'ulimit -v {kilobytes}; ulimit -t 5; exec "$@"', "list", HOME=str(home))

        # Python without memory can turn in a circle while it loads a module, or end before the program.
        if status >= 0:
            assert "program.py" not in said, said
            assert status == 0 or "memory" in said.lower()
    assert status == 0


@pytest.fixture
def run_and_raise(monkeypatch):
    """Runs the program's outermost part around what raises an error; gives its exit status."""

    def run(error):
        def fail():
            raise error

        monkeypatch.setattr(program_module, "_run", fail)
        monkeypatch.setattr(gc, "disable", lambda: None)
        monkeypatch.setattr(sys, "argv", ["pip-kernel", "list"])
        return program_module.run()

    return run


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("libz.so.1: failed to map segment from shared object"),
        SystemError("error return without exception set"),
        SystemError("<function _find_and_load> returned NULL without setting an exception"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_each_way_in_which_python_says_that_memory_is_lacking_is_known(run_and_raise, capsys, error):
    assert run_and_raise(error) == 1
    assert capsys.readouterr().err == "There is not enough memory to run pip-kernel.\n"


@pytest.mark.parametrize(
    "error", [OSError(errno.EIO, "Input/output error"), ImportError("x"), SystemError("x")]
)
def test_what_is_no_lack_of_memory_is_not_told_as_one(run_and_raise, error):
    with pytest.raises(type(error)):
        run_and_raise(error)


@pytest.mark.parametrize("words", [["add", "opencv"], ["create", "x"], ["add", "--all"]])
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_a_working_folder_that_is_gone_is_told(home, words, how):
    script = 'mkdir "$HOME/gone"; cd "$HOME/gone"; rmdir "$HOME/gone"; exec "$@"'

    status, said = shell(script, *words, *how, HOME=str(home))

    assert status == 1
    assert "The current folder no longer exists. Change to another folder." in said
    assert "Errno" not in said and "Traceback" not in said


@needs_root
@pytest.mark.parametrize("words", [["list"], ["sync"], ["create", "made"], ["remove", "x", "--yes"]])
@pytest.mark.parametrize("platform", [{}, {"JUPYTER_PLATFORM_DIRS": "1"}])
def test_without_a_home_nothing_is_done(open_folder, words, platform):
    # The effective user stays root, who may look where the interpreter lies.
    code = "import os, sys; os.setreuid(4242, 0); from pip_kernel_hook.program import run; sys.exit(run())"

    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        env={"PATH": "/usr/bin:/bin", **platform},
        cwd=open_folder,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (
        1,
        "HOME is not set, and this user has no home folder. Set HOME, or JUPYTER_DATA_DIR to a folder.\n",
    )
    assert os.listdir(open_folder) == []
