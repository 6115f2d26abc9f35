"""What each verb loads: that is most of what a short command takes."""

import json
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.verbs.add import add

# What `python -c pass` has not loaded, and any verb may load.
FOR_ALL = {
    *("argparse", "gettext", "locale"),
    *("json", "json.decoder", "json.encoder", "json.scanner"),
    *("collections", "collections.abc", "contextlib", "copyreg", "enum", "functools", "gc", "itertools"),
    *("keyword", "operator", "re", "reprlib", "shlex", "signal", "types", "typing", "unicodedata", "zlib"),
    *("fnmatch", "glob", "grp", "ipaddress", "ntpath", "pathlib", "urllib", "urllib.parse"),  # pathlib's
    *("errno", "fcntl", "filecmp", "math", "pwd", "struct", "time", "warnings"),
}
FOR_WRITING = {"bisect", "bz2", "ctypes", "ctypes._endian", "lzma", "random", "shutil", "tempfile", "weakref"}

# Of ours, what only a verb that writes has something to do in.
OF_WRITING = {
    *("system.lock", "planning.writing", "verbs.add", "verbs.sync"),
    *("storage.staging", "storage.store", "storage.swapping"),
}

_COUNTING = """
import sys
before = set(sys.modules)
sys.argv = ["pip-kernel", *sys.argv[1:]]
from pip_kernel_hook.program import run
try:
    status = run()
finally:
    print(*sorted(set(sys.modules) - before), file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture
def loaded(home, make_environment, open_registry, at_once):
    """Says what modules a command line loads, where a kernel is registered."""
    environment = make_environment(manager="venv")
    add(open_registry(), environment)

    def loaded(*words):
        words = [str(environment.prefix) if word == "PREFIX" else word for word in words]
        command = [sys.executable, "-c", _COUNTING, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return set(done.stderr.splitlines()[-1].split())

    return loaded


def of_others(modules):
    ours = ("conda_jupyter_plugin", "pip_kernel_hook")
    # What a module keeps to itself is loaded with it; before 3.11, re's was beside it.
    inner = ("_", "re.", "sre_", "pathlib.", "importlib", "typing.")
    names = {name for name in modules if not name.startswith((*ours, *inner))}
    return names - set(sys.builtin_module_names)


@pytest.mark.parametrize(
    ("words", "further"),
    [
        (["list"], set()),
        (["list", "--json"], set()),
        (["add", "PREFIX"], set()),
        (["add", "PREFIX", "--json"], set()),
        (["sync"], set()),
        (["remove", "opencv", "--yes"], FOR_WRITING),
        (["add", "PREFIX", "--env", "A=1"], FOR_WRITING),
    ],
)
def test_a_verb_loads_what_it_needs_and_no_library(loaded, words, further):
    assert of_others(loaded(*words)) <= FOR_ALL | further


def test_a_list_loads_nothing_that_writes(loaded):
    modules = {name.partition(".core.")[2] for name in loaded("list") if ".core." in name}
    folders = {name.partition(".")[0] for name in modules if "." in name}

    assert modules & OF_WRITING == set()
    assert len(modules - folders) < 45


def test_the_version_loads_nothing(loaded):
    expected = {"conda_jupyter_plugin", "pip_kernel_hook", "pip_kernel_hook.program"}

    for option in ("--version", "-V"):
        assert {name for name in loaded(option) if name not in ("__future__", "gc")} == expected


def test_where_jupyter_has_other_rules_jupyter_is_asked(loaded, monkeypatch):
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")

    assert "jupyter_core.paths" in loaded("list")


def test_what_is_read_is_read_once(home, make_environment, open_registry):
    environment = make_environment(manager="venv")
    add(open_registry(), environment)
    code = (
        "import json, sys\nfrom collections import Counter\ncounted = Counter()\n"
        "def watch(event, args):\n"
        "    if event == 'open' and str(args[0]).endswith(('kernel.json', 'pyvenv.cfg', '.png')):\n"
        "        counted[str(args[0])] += 1\n"
        "sys.addaudithook(watch)\n"
        "from pip_kernel_hook.main import main\n"
        "main(sys.argv[1:])\n"
        "print(json.dumps(counted), file=sys.stderr)\n"
    )
    for words in (["list"], ["add", str(environment.prefix)]):
        command = [sys.executable, "-c", code, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        counted = json.loads(done.stderr.splitlines()[-1])
        assert {path: count for path, count in counted.items() if count > 1 and "kernel.json" in path} == {}
