import json

import pytest

from conda_jupyter_plugin.core.environment.search import environments_below
from pip_kernel_hook.main import main


@pytest.fixture
def made(home, make_environment):
    """Makes environments in given places below the home."""

    def make(*places, **options):
        for place in map(home.joinpath, places):
            make_environment(place.name, manager="venv", parent=place.parent, **options)

    return make


def below(folder):
    return [environment.prefix.relative_to(folder).as_posix() for environment in environments_below(folder)]


def test_every_virtual_environment_is_found(home, made):
    places = [".venv", "a/.tox/py312", "a/b/c/d/venv", "z"]
    made(*places)

    assert below(home) == places


def test_the_folder_itself_may_be_one(home, made):
    made("project", "project/tests/.venv")

    assert below(home / "project") == [".", "tests/.venv"]


@pytest.mark.parametrize("place", ["node_modules/x", ".git/x", "lib/site-packages/x", "__pycache__/x"])
def test_what_holds_many_files_and_no_environments_is_passed_over(home, made, place):
    made(place)

    assert below(home) == []


def test_an_environments_own_folders_are_not_searched(home, made):
    made("venv", "venv/lib/python3.12/x", "venv/bin/x", "venv/project/.venv")

    assert below(home) == ["venv", "venv/project/.venv"]


def test_what_lies_in_condas_environments_is_condas(home, made, make_environment):
    make_environment("base", manager="conda", parent=home)
    made("base/envs/x/.venv")

    assert [one.manager for one in environments_below(home)] == ["conda"]


def test_links_are_not_followed(home, made):
    made("a/.venv")
    (home / "b").symlink_to(home / "a")
    (home / "a" / "loop").symlink_to(home)

    assert below(home) == ["a/.venv"]


def test_a_folder_that_is_none_holds_none(home):
    assert below(home / "nowhere") == []


def test_a_folder_that_is_none_is_bad_input(capsys):
    assert main(["add", "--all", "/nowhere"]) == 1
    assert capsys.readouterr().err == "/nowhere is not a folder. Pass a folder to --all.\n"


def test_all_of_them_are_registered_but_condas_and_what_was_found_is_told(
    home, made, make_environment, capsys
):
    made("a/.venv", "b/.venv")
    made("bare/.venv", kernels={})
    make_environment("base", manager="conda", parent=home)

    assert main(["add", "--all", str(home)]) == 0

    printed, told = capsys.readouterr()
    assert printed.count("registered as") == 2
    assert "No kernel in ~/bare/.venv. Add --install" in printed
    assert told == "Found 3 virtual environments below ~\n"


def test_without_a_folder_it_is_the_current_one(home, made, monkeypatch, capsys):
    made("a/.venv", "b/.venv")
    monkeypatch.chdir(home / "a")

    main(["add", "--all", "--json"])

    document = json.loads(capsys.readouterr().out)
    assert [kernel["name"] for kernel in document["registered"]] == ["a"]


def test_in_json_those_without_a_kernel_are_named(home, made, capsys):
    made("bare/.venv", kernels={})

    assert main(["add", "--all", str(home), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["without_kernel"] == [str(home / "bare" / ".venv")]


def test_quiet_says_nothing(home, made, capsys):
    made("a/.venv")

    assert main(["add", "--all", str(home), "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_dry_run_registers_nothing(home, made, capsys):
    made("a/.venv", "b/.venv")

    main(["add", "--all", str(home), "--dry-run"])

    assert capsys.readouterr().out.count("would be registered") == 2
    assert not (home / ".local").exists()
