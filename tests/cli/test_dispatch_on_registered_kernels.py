import json
import shutil

import pytest

from conda_jupyter_plugin.core.errors import (
    KernelError,
    KernelNotFoundError,
)

from ..support import bash_spec, python_spec, write_spec


def registered(kernels):
    return sorted(path.name for path in kernels.iterdir()) if kernels.exists() else []


@pytest.mark.parametrize("words", [["opencv"], ["-n", "opencv"]])
def test_remove_unregisters_and_says_so(opencv, call, capsys, kernels, words):
    assert call("remove", *words) == 0
    assert 'Kernel "opencv" removed from ' in capsys.readouterr().out
    assert registered(kernels) == []


def test_remove_takes_the_kernels_of_an_environment_that_is_gone(opencv, call, kernels):
    shutil.rmtree(opencv.prefix)

    assert call("remove", "-n", "opencv") == 0
    assert registered(kernels) == []


def test_remove_takes_the_missing_ones(opencv, make_environment, call, kernels):
    make_environment("stats")
    call("add", "-n", "stats")
    shutil.rmtree(opencv.prefix)

    call("remove", "--missing")

    assert registered(kernels) == ["stats"]


def test_nothing_missing_is_nothing_to_do(opencv, call, capsys):
    assert call("remove", "--missing") == 0
    assert capsys.readouterr().out == "Nothing to do.\n"


def test_remove_asks_and_stops_where_the_answer_is_no(opencv, host, call, capsys, kernels):
    host.agrees = False

    with pytest.raises(KernelError):
        call("remove", "opencv")

    assert "The following kernels will be removed" in capsys.readouterr().out
    assert registered(kernels) == ["opencv"]


def test_remove_does_not_ask_in_a_dry_run(opencv, host, call, kernels):
    host.agrees = False

    assert call("remove", "opencv", "--dry-run") == 0
    assert registered(kernels) == ["opencv"]


def test_one_wrong_name_removes_none(opencv, call, kernels):
    with pytest.raises(KernelNotFoundError):
        call("remove", "opencv", "gone")

    assert registered(kernels) == ["opencv"]


def test_a_name_given_twice_is_removed_once(opencv, call):
    assert call("remove", "opencv", "opencv") == 0


def test_force_removes_what_is_not_managed(call, kernels):
    write_spec(kernels / "bash", bash_spec())

    call("remove", "bash", "--force")

    assert registered(kernels) == []


def test_remove_in_json_is_one_document(opencv, call, capsys):
    call("remove", "opencv", "--json")

    document = json.loads(capsys.readouterr().out)
    assert [kernel["name"] for kernel in document["removed"]] == ["opencv"]


def test_remove_looks_only_where_it_is_told_to(opencv, call, kernels):
    with pytest.raises(KernelNotFoundError):
        call("remove", "opencv", "--system")

    assert registered(kernels) == ["opencv"]


def test_list_shows_managed_and_other_kernels(opencv, call, capsys, kernels):
    write_spec(kernels / "bash", bash_spec())

    assert call("list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [(line.split()[0], line.split("  ")[-1].strip()) for line in lines[1:]] == [
        ("opencv", "ok"),
        ("bash", "ok, not managed"),
    ]


def test_list_shows_what_could_be_registered(make_environment, call, capsys):
    make_environment()

    call("list", "--available", "--json")

    (kernel,) = json.loads(capsys.readouterr().out)["kernels"]
    assert (kernel["name"], kernel["status"], kernel["path"]) == ("opencv", "unregistered", None)


def test_list_shows_the_kernels_of_a_given_place_too(opencv, call, capsys, tmp_path):
    write_spec(tmp_path / "other/share/jupyter/kernels/bash", bash_spec())

    call("list", "--json", "--jupyter-prefix", str(tmp_path / "other"))

    kernels = json.loads(capsys.readouterr().out)["kernels"]
    assert [kernel["name"] for kernel in kernels] == ["opencv", "bash"]


def test_sync_refreshes_and_says_so(opencv, call, capsys):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": 1})

    assert call("sync") == 0
    assert 'Kernel "opencv" refreshed as' in capsys.readouterr().out


def test_sync_in_json_is_one_document(opencv, call, capsys):
    shutil.rmtree(opencv.prefix)

    assert call("sync", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert ([kernel["name"] for kernel in document["removed"]], document["success"]) == (["opencv"], True)


def test_sync_that_cannot_mend_something_ends_with_1(opencv, call, capsys):
    write_spec(opencv.prefix / "share/jupyter/kernels/python3", "{")

    assert call("sync", "--json") == 1
    assert json.loads(capsys.readouterr().out)["success"] is False
