import io
import json
import shutil
from importlib.metadata import version

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from pip_kernel_hook.main import main

from ..support import bash_spec, write_spec


@pytest.fixture
def environment(make_environment):
    """A virtual environment of a few files."""
    return make_environment(manager="venv")


def registered():
    kernels = user_location().kernels
    return sorted(path.name for path in kernels.iterdir()) if kernels.exists() else []


def answer(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_an_environment_is_registered_by_its_path(environment):
    assert main(["add", str(environment.prefix)]) == 0
    assert registered() == ["opencv"]


def test_without_a_path_it_is_the_active_one(environment, monkeypatch):
    monkeypatch.setenv("VIRTUAL_ENV", str(environment.prefix))

    assert main(["add"]) == 0
    assert registered() == ["opencv"]


def test_without_an_active_one_it_is_the_projects_own(make_environment, monkeypatch, tmp_path):
    make_environment(".venv", manager="venv", parent=tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")

    assert main(["add"]) == 0
    assert registered() == ["project"]


@pytest.mark.parametrize("active", ["/nowhere", "relative", "{file}", "{loop}"])
def test_an_active_one_that_is_none_is_as_if_there_were_none(
    make_environment, monkeypatch, tmp_path, capsys, active
):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    active = active.format(file=tmp_path / "file", loop=tmp_path / "loop")
    monkeypatch.setenv("VIRTUAL_ENV", active)
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")

    assert main(["add"]) == 1
    assert (
        f"VIRTUAL_ENV points to {active}, which is not a readable virtual environment"
        in capsys.readouterr().err
    )
    make_environment(".venv", manager="venv", parent=tmp_path / "project")
    assert main(["add"]) == 0
    assert registered() == ["project"]


def test_a_path_may_be_below_the_home_folder(make_environment, home):
    make_environment(manager="venv", parent=home)

    assert main(["add", "~/opencv"]) == 0


def test_where_there_is_none_that_is_bad_usage(capsys):
    assert main(["add"]) == 2
    assert capsys.readouterr().err == (
        "No active virtual environment, and none found in this folder or its parents (.venv, venv, env)."
        " Activate one, or pass its path.\n"
    )


def test_a_folder_that_is_none_names_the_way_out(home, capsys):
    assert main(["add", "opencv"]) == 1
    assert capsys.readouterr().err == (
        f"{home / 'opencv'} is not a virtual environment. Create one with: pip-kernel create opencv\n"
    )


def test_a_conda_environment_belongs_to_the_other_command(make_environment, capsys):
    prefix = make_environment(manager="conda").prefix

    assert main(["add", str(prefix)]) == 1
    assert capsys.readouterr().err == (
        f"{prefix} is a conda environment. Use: conda kernel add -p {prefix}\n"
    )


def test_an_environment_without_a_kernel_names_the_way_out(make_environment, capsys):
    prefix = make_environment("plain", manager="venv", kernels={}).prefix

    assert main(["add", str(prefix)]) == 1
    assert capsys.readouterr().err == (
        f"Environment plain holds no kernel. Add one with: pip-kernel add {prefix} --install\n"
    )


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["remove", "gone"], 1),
        (["remove"], 2),
        (["remove", "-p", "gone"], 1),
        (["add", "--env", "A"], 2),
        (["add", "--kernel-name", "Open CV"], 2),
        (["add", "--jupyter-prefix", "/gone"], 1),
    ],
)
def test_an_error_is_one_sentence_on_stderr(environment, monkeypatch, capsys, words, status):
    monkeypatch.setenv("VIRTUAL_ENV", str(environment.prefix))

    assert main(words) == status
    output, error = capsys.readouterr()
    assert (output, error.count("\n"), "Traceback" in error) == ("", 1, False)


@pytest.mark.parametrize(
    ("words", "status", "code"),
    [
        (["remove", "gone", "--json"], 1, "kernel_not_found"),
        (["add", "gone", "--json"], 1, "not_an_environment"),
        (["--json"], 2, "usage"),
        (["fly", "--json"], 2, "usage"),
        (["add", "--fly", "--json"], 2, "usage"),
        (["add", "--user", "--system", "--json"], 2, "usage"),
        (["create", "--json"], 2, "usage"),
    ],
)
def test_an_error_in_json_is_one_document(capsys, words, status, code):
    assert exit_status(words) == status

    document = json.loads(capsys.readouterr().out)
    assert (document["success"], document["code"]) == (False, code)


def exit_status(words):
    try:
        return main(words)
    except SystemExit as stopped:
        return stopped.code


@pytest.mark.parametrize("words", [["fly"], ["add", "--fly"], ["create"], ["add", "--user", "--system"]])
def test_bad_usage_ends_with_2(capsys, words):
    assert (exit_status(words), capsys.readouterr().out) == (2, "")


def test_the_version_is_the_distributions(capsys):
    assert exit_status(["--version"]) == 0
    assert capsys.readouterr().out == f"pip-kernel {version('conda-jupyter-plugin')}\n"


@pytest.mark.parametrize("words", [["--help"], ["create", "--help"], ["add", "--help"]])
def test_help_is_offered(capsys, words):
    assert exit_status(words) == 0
    assert "pip-kernel" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["\n", "y\n", "Yes\n"])
def test_a_kernel_is_removed_where_the_answer_is_yes(environment, monkeypatch, text):
    main(["add", str(environment.prefix)])
    answer(monkeypatch, text)

    assert main(["remove", "opencv"]) == 0
    assert registered() == []


def test_a_kernel_stays_where_the_answer_is_no(environment, monkeypatch):
    main(["add", str(environment.prefix)])
    answer(monkeypatch, "n\n")

    assert exit_status(["remove", "opencv"]) == 0
    assert registered() == ["opencv"]


def test_a_kernel_stays_where_nobody_answers(environment, monkeypatch, capsys):
    main(["add", str(environment.prefix)])
    answer(monkeypatch, "")

    assert main(["remove", "opencv"]) == 1
    assert "Add --yes to proceed without a question." in capsys.readouterr().err
    assert registered() == ["opencv"]


@pytest.mark.parametrize("option", ["--yes", "--json"])
def test_nothing_is_asked_where_it_is_agreed_already(environment, monkeypatch, option):
    main(["add", str(environment.prefix)])
    answer(monkeypatch, "")

    assert main(["remove", "opencv", option]) == 0


def test_the_kernels_of_an_environment_that_is_gone_are_removed_by_its_path(environment):
    main(["add", str(environment.prefix)])
    shutil.rmtree(environment.prefix)

    assert main(["remove", "-p", str(environment.prefix), "--yes"]) == 0
    assert registered() == []


def test_the_list_shows_the_kernels_that_jupyter_sees(environment, capsys):
    write_spec(user_location().kernels / "bash", bash_spec())
    main(["add", str(environment.prefix)])
    capsys.readouterr()

    assert main(["list", "--json"]) == 0
    kernels = json.loads(capsys.readouterr().out)["kernels"]
    assert [(kernel["name"], kernel["manager"]) for kernel in kernels] == [("opencv", "venv"), ("bash", None)]


def test_the_active_environments_unregistered_kernels_are_available(environment, monkeypatch, capsys):
    monkeypatch.setenv("VIRTUAL_ENV", str(environment.prefix))

    main(["list", "--available", "--json"])

    kernels = json.loads(capsys.readouterr().out)["kernels"]
    assert ("opencv", "unregistered") in [(kernel["name"], kernel["status"]) for kernel in kernels]


def test_the_module_is_the_same_command(run_in, home):
    finished = run_in(home, "pip_kernel_hook", "--version")

    assert finished.stdout == f"pip-kernel {version('conda-jupyter-plugin')}\n"


def test_the_modules_exit_status_is_the_commands(run_in, home):
    assert run_in(home, "pip_kernel_hook", "remove", "gone").returncode == 1


def test_what_went_wrong_can_be_found(run_in, home):
    command = ["pip_kernel_hook", "add", "nowhere"]
    short = run_in(home, *command)
    long = run_in(home, *command, PIP_KERNEL_DEBUG="1")

    assert short.stderr.count("\n") == 1
    assert "Traceback" in long.stderr and long.stderr.endswith(short.stderr)
    assert (long.returncode, long.stdout) == (short.returncode, short.stdout)


@pytest.mark.parametrize("words", [[], ["help"], ["help", "add"]])
def test_the_bare_command_and_help_print_the_help(capsys, words):
    assert exit_status(words) == 0
    assert capsys.readouterr().out.startswith("usage: pip-kernel")


@pytest.mark.parametrize(
    ("words", "guess"),
    {
        "lsit": "Did you mean list?",
        "create": "the following arguments are required: PATH\n",
        "create x -p 3.12": "(did you mean --python?)",
        "create -n opencv": "(pass the environment's path without -n)",
        "add -n opencv": "(pass the environment's path without -n)",
        "add .venv --name opencv": "did you mean --kernel-name or",
        "add .venv --sys-prefix": "(did you mean --jupyter-prefix?)",
        "remove opencv --forse": "(did you mean --force?)",
        "uninstall -f opencv": "(did you mean --yes or --force?)",
    }.items(),
)
def test_a_near_miss_is_answered_with_what_was_probably_meant(capsys, words, guess):
    assert exit_status(words.split()) == 2
    assert guess in capsys.readouterr().err


def test_a_variable_stands_for_an_option_that_is_not_given(environment, monkeypatch, tmp_path):
    (tmp_path / "lab").mkdir()
    monkeypatch.setenv("PIP_KERNEL_JUPYTER_PREFIX", str(tmp_path / "lab"))

    assert main(["add", str(environment.prefix)]) == 0
    assert (registered(), (tmp_path / "lab/share/jupyter/kernels/opencv").is_dir()) == ([], True)
    assert main(["add", str(environment.prefix), "--user"]) == 0
    assert registered() == ["opencv"]


def test_what_a_variable_says_is_checked_as_its_option_is(monkeypatch, capsys):
    monkeypatch.setenv("PIP_KERNEL_TIMEOUT", "soon")

    assert exit_status(["check", "opencv"]) == 2
    assert "argument --timeout: must be a positive number of seconds, not soon" in capsys.readouterr().err


def test_several_environments_are_registered_at_once(make_environment, capsys):
    prefixes = [str(make_environment(name, manager="venv").prefix) for name in ("opencv", "stats")]

    assert main(["add", *prefixes]) == 0
    assert registered() == ["opencv", "stats"]
    assert capsys.readouterr().out.count(" registered as ") == 2


def test_of_several_one_that_holds_no_kernel_stops_no_other(make_environment, capsys):
    prefixes = [
        str(make_environment("plain", manager="venv", kernels={}).prefix),
        str(make_environment("opencv", manager="venv").prefix),
    ]

    assert main(["add", *prefixes]) == 1
    assert registered() == ["opencv"]
    assert "Environment plain holds no kernel. Add one with: " in capsys.readouterr().err


@pytest.mark.parametrize("words", [["gone"], ["--kernel-name", "cv"], ["--display-name", "CV"]])
def test_of_several_nothing_is_registered_where_the_words_are_wrong(environment, home, words):
    other = shutil.copytree(environment.prefix, home / "other")

    assert main(["add", str(environment.prefix), str(other), *words]) != 0
    assert registered() == []


@pytest.mark.parametrize("words", [["remove", "opnecv"], ["info", "opnecv"], ["check", "open"]])
def test_a_mistyped_kernel_is_answered_with_the_nearest(environment, capsys, words):
    main(["add", str(environment.prefix)])

    assert main(words) == 1
    assert "Did you mean opencv? `pip-kernel list` shows" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["add"], ["remove", "-p"], ["check", "-p"]])
def test_a_mistyped_environment_is_answered_with_the_nearest(environment, capsys, words):
    assert main([*words, str(environment.prefix.with_name("opnecv"))]) == 1
    assert "Did you mean opencv?" in capsys.readouterr().err


def test_info_shows_the_kernels_of_an_environment(environment, monkeypatch, capsys):
    main(["add", str(environment.prefix)])
    capsys.readouterr()
    monkeypatch.setenv("VIRTUAL_ENV", str(environment.prefix))

    assert main(["info", "-p", str(environment.prefix), "--json"]) == 0
    assert [kernel["name"] for kernel in json.loads(capsys.readouterr().out)["kernels"]] == ["opencv"]
    assert main(["info", "--json"]) == 0
    assert [kernel["name"] for kernel in json.loads(capsys.readouterr().out)["kernels"]] == ["opencv"]


@pytest.mark.parametrize(
    "words", [["--exclude", "build-*", "--exclude", "*/work/tmp/*"], ["--exclude=build-*", "--exclude=tmp-*"]]
)
def test_all_leaves_out_what_a_pattern_fits(make_environment, home, capsys, words):
    for name in ("opencv", "build-1", "tmp/tmp-2"):
        make_environment(name, manager="venv", parent=home / "work")

    assert main(["add", "--all", str(home / "work"), *words]) == 0
    assert registered() == ["opencv"]


def test_a_variable_leaves_out_the_same_each_time(make_environment, home, monkeypatch):
    for name in ("opencv", "build-1", "old"):
        make_environment(name, manager="venv", parent=home / "work")
    monkeypatch.setenv("PIP_KERNEL_EXCLUDE", "build-* old")

    assert main(["add", "--all", str(home / "work")]) == 0
    assert registered() == ["opencv"]


@pytest.mark.parametrize("words", [["remove"], ["info"], ["check"], ["rename"]])
def test_an_environment_in_place_of_a_kernel_is_answered_with_its_kernels(
    environment, monkeypatch, capsys, words
):
    main(["add", str(environment.prefix), "--kernel-name", "cv"])
    monkeypatch.chdir(environment.prefix.parent)
    further = ["vision"] if words == ["rename"] else []

    assert main([*words, "opencv", *further]) == 1
    assert "There is no kernel named opencv. Did you mean cv?" in capsys.readouterr().err


def test_a_name_is_answered_where_the_working_folder_is_gone(environment, monkeypatch, capsys, tmp_path):
    main(["add", str(environment.prefix)])
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()

    assert main(["remove", "opnecv"]) == 1
    assert "Did you mean opencv?" in capsys.readouterr().err


def test_a_variable_names_the_interpreter(monkeypatch, capsys, home):
    monkeypatch.setenv("PIP_KERNEL_PYTHON", "no-such-python")

    assert main(["create", str(home / "opencv")]) == 2
    assert "no-such-python" in capsys.readouterr().err
