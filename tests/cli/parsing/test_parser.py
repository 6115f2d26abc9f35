import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
def test_every_verb_is_known(parse, verb):
    assert parse(verb).verb == verb


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
@pytest.mark.parametrize("option", ["--user", "--system", "--json", "--quiet", "--jupyter-prefix=x"])
def test_options_that_mean_the_same_everywhere_are_everywhere(parse, verb, option):
    assert parse(verb, option).verb == verb


@pytest.mark.parametrize("option", ["--dry-run", "--yes"])
def test_options_for_changes_are_where_something_changes(parse, option):
    assert [parse(verb, option).verb for verb in ("add", "remove", "sync")] == ["add", "remove", "sync"]
    for words in (["list"], ["info", "opencv"], ["check"]):
        with pytest.raises(SystemExit):
            parse(*words, option)


@pytest.mark.parametrize("verb", ["add", "remove"])
def test_force_is_where_something_can_be_forced(parse, verb):
    assert parse(verb, "--force").kernel_force


def test_several_names_can_be_removed(parse):
    assert parse("remove", "opencv", "stats").names == ["opencv", "stats"]


@pytest.mark.parametrize(
    "words",
    [
        ["fly"],
        ["add", "--user", "--system"],
        ["add", "--activate", "--no-activate"],
        ["add", "--fly"],
        ["list", "--system", "--jupyter-prefix=x"],
    ],
)
def test_bad_usage_ends_with_2(parse, words):
    with pytest.raises(SystemExit) as caught:
        parse(*words)

    assert caught.value.code == 2


def test_bad_usage_can_be_one_json_document(parse, capsys):
    with pytest.raises(SystemExit) as caught:
        parse("add", "--user", "--system", as_json=True)

    out, err = capsys.readouterr()
    document = json.loads(out)
    assert (caught.value.code, err) == (2, "")
    assert (document["success"], document["code"]) == (False, "usage")
    assert document["hint"] == "See `folder kernel add --help`."


@pytest.mark.parametrize("verb", ["add", "remove", "list", "sync"])
def test_help_shows_an_example(parse, capsys, verb):
    with pytest.raises(SystemExit) as caught:
        parse(verb, "--help")

    assert caught.value.code == 0
    assert f"Examples:\n  folder kernel {verb}" in capsys.readouterr().out


PYTHONS = [f"3.{minor}" for minor in range(10, 15)]


def run_python(version, *words):
    """Runs a Python by its version, whoever has put it on PATH."""
    env = {**os.environ, "PYENV_VERSION": version}
    command = [f"python{version}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=env)


@pytest.fixture(params=PYTHONS)
def python(request):
    """Each supported Python that is here: their argparse modules differ in what may stand where."""
    if not shutil.which(f"python{request.param}") or run_python(request.param, "-c", "").returncode:
        pytest.skip(f"there is no Python {request.param}")
    return request.param


ORDERS = {
    "add --install .venv": {"paths": [".venv"], "install": True},
    "add .venv --install": {"paths": [".venv"], "install": True},
    "add --display-name CV .venv --env A=1 --env B=2": {
        "paths": [".venv"],
        "kernel_display_name": "CV",
        "kernel_env": ["A=1", "B=2"],
    },
    "add a --install b": {"paths": ["a", "b"], "install": True},
    "add --dry-run": {"paths": [], "dry_run": True},
    "remove a -y b --user c": {"names": ["a", "b", "c"], "yes": True, "kernel_location": "user"},
    "remove --json a b": {"names": ["a", "b"], "json": True},
    "remove -p .venv -y": {"names": [], "prefix": ".venv", "yes": True},
    "create --python 3.12 nb numpy": {"path": "nb", "python": "3.12", "requirements": ["numpy"]},
    "create nb --display-name CV numpy -q pandas --force": {
        "path": "nb",
        "kernel_display_name": "CV",
        "requirements": ["numpy", "pandas"],
        "quiet": True,
        "kernel_force": True,
    },
    "create nb": {"path": "nb", "requirements": []},
}


def test_options_stand_before_between_and_behind_the_other_words(python):
    root = Path(__file__).parents[3]
    code = (
        "import json, sys; sys.path.insert(0, sys.argv[1])\n"
        "import conda_jupyter_plugin; conda_jupyter_plugin.__version__ = 'not installed there'\n"
        "from pip_kernel_hook.main import build_parser\n"
        "parsed = {line: vars(build_parser().parse_args(line.split())) for line in json.loads(sys.argv[2])}\n"
        "print(json.dumps(parsed))"
    )
    finished = run_python(python, "-W", "error", "-c", code, str(root), json.dumps(list(ORDERS)))

    assert finished.stderr == ""
    parsed = json.loads(finished.stdout)
    assert {line: {key: parsed[line][key] for key in ORDERS[line]} for line in ORDERS} == ORDERS
