"""`remove --all`: nothing of ours is left, and what others wrote is as it was."""

import json
import os
import shutil

import pytest

from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.jupyter.locations import system_location

from ..support import bash_spec, hand_made_spec, read_json, snapshot, write_spec


def everything_below(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


@pytest.fixture
def used(make_environment, call, home, kernels, capsys):
    """A user who has done all that leaves something: gives what lay there before it."""
    opencv, _, gone = (make_environment(name) for name in ("opencv", "stats", "gone"))
    write_spec(kernels / "opencv", hand_made_spec(opencv))
    write_spec(kernels / "bash", bash_spec())
    write_spec(kernels / "taken", bash_spec())
    before = snapshot(home)
    call("add")
    call("add", "--kernel-name", "gpu", "--env", "A=1")
    call("add", "-n", "stats", "--system")
    call("add", "-n", "stats", "--jupyter-prefix", str(opencv.prefix))
    call("add", "-n", "stats", "--kernel-name", "taken", "--force")
    call("rename", "taken", "statistics")
    call("add", "-n", "gone")
    shutil.rmtree(gone.prefix)
    call("sync")
    call("add", "-n", "stats", "--kernel-name", "unwanted")
    call("remove", "unwanted")
    capsys.readouterr()
    assert (kernels.parent / ".conda-jupyter-plugin").is_dir()
    return before


def test_nothing_of_ours_is_left_and_originals_are_back(used, call, home, kernels, host):
    assert call("remove", "--all", "--yes") == 0

    assert snapshot(home) == used
    assert sorted(os.listdir(kernels.parent)) == ["kernels"]
    lab = host.folder / "opencv/share/jupyter"
    assert everything_below(lab) == ["kernels", "kernels/python3", "kernels/python3/kernel.json"]
    assert everything_below(system_location().data) in ([], ["kernels"])


def test_it_says_what_goes_and_what_is_back(used, call, capsys):
    call("remove", "--all", "--yes")

    out, err = capsys.readouterr()
    assert "  opencv  ~/.local/share/jupyter/kernels/opencv\n" in out
    assert "  the records in ~/.local/share/jupyter/.conda-jupyter-plugin\n" in out
    assert "Records in ~/.local/share/jupyter/.conda-jupyter-plugin deleted\n" in out
    assert (
        'Kernel "opencv" removed from ~/.local/share/jupyter/kernels/opencv; the original kernelspec' in out
    )
    assert err == "Warning: Restored the original kernelspec taken.\n"


def test_in_json_it_is_one_document(used, call, capsys):
    call("remove", "--all", "--json")

    document = json.loads(capsys.readouterr().out)
    assert sorted(row["name"] for row in document["removed"]) == [
        "gpu", "opencv", "statistics", "stats", "stats",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["--dry-run"], []])
def test_a_dry_run_or_a_no_changes_nothing(used, call, home, host, words):
    before, host.agrees = snapshot(home), bool(words)

    if words:
        assert call("remove", "--all", *words) == 0
    else:
        with pytest.raises(Exception, match="Stopped"):
            call("remove", "--all")
    assert snapshot(home) == before


def test_one_location_alone_can_be_meant(used, call, kernels):
    call("remove", "--all", "--system", "--yes")

    assert not system_location().workshop.exists()
    assert (kernels / "opencv").is_dir() and kernels.parent.joinpath(".conda-jupyter-plugin").is_dir()


def test_notes_go_where_no_kernel_is_left(opencv, call, home, kernels, capsys):
    call("remove", "opencv", "--yes")
    capsys.readouterr()

    call("remove", "--all", "--dry-run")
    told = "Records in ~/.local/share/jupyter/.conda-jupyter-plugin {}deleted\n"
    assert capsys.readouterr().out == told.format("would be ")
    assert call("remove", "--all", "--yes") == 0
    assert capsys.readouterr().out.endswith(f"\n\n{told.format('')}")
    assert snapshot(home) == {}
    assert sorted(os.listdir(kernels.parent)) == ["kernels"]


def test_where_nothing_is_ours_nothing_is_done(call, home, capsys, make_environment, host):
    make_environment()

    host.agrees = False

    assert call("remove", "--all") == 0
    assert (capsys.readouterr().out, snapshot(home)) == ("Nothing to do.\n", {})


def test_it_goes_with_nothing_else_that_names_kernels(opencv, call):
    for words in (["opencv"], ["-n", "opencv"], ["--missing"]):
        with pytest.raises(UsageError):
            call("remove", "--all", *words)


@pytest.mark.parametrize("change", [{"version": 99}, {"prefix": 1}])
def test_what_cannot_be_read_as_ours_is_left_unless_it_is_forced(opencv, call, kernels, capsys, change):
    call("add", "--kernel-name", "gpu")
    spec = read_json(kernels / "gpu")
    spec["metadata"]["conda_jupyter_plugin"] |= change
    write_spec(kernels / "gpu", spec)

    assert call("remove", "--all", "--yes") == 1
    assert "gpu" in capsys.readouterr().err
    assert sorted(os.listdir(kernels)) == ["gpu"]
    assert (kernels.parent / ".conda-jupyter-plugin").is_dir()

    assert call("remove", "--all", "--yes", "--force") == 0
    assert sorted(os.listdir(kernels.parent)) == ["kernels"]


def test_an_original_whose_place_is_taken_is_kept(opencv, call, kernels, capsys):
    originals = kernels.parent / ".conda-jupyter-plugin" / "originals"
    write_spec(originals / "bash", bash_spec())
    write_spec(kernels / "bash", bash_spec())

    assert call("remove", "--all", "--yes") == 1
    assert f"{originals / 'bash'} was left unchanged: another kernel is named bash" in capsys.readouterr().err
    assert everything_below(originals) == ["bash", "bash/kernel.json"]


@pytest.mark.parametrize("name", ["removed", "originals", "stray"])
def test_a_link_in_our_folder_is_not_followed(opencv, call, kernels, home, capsys, name):
    (home / "mine").mkdir()
    (home / "mine" / "file").write_text("mine")
    workshop = kernels.parent / ".conda-jupyter-plugin"
    (workshop / name).symlink_to(home / "mine")

    status = call("remove", "--all", "--yes")

    assert (home / "mine" / "file").read_text() == "mine"
    if name == "originals":
        assert (status, "it is a link. Delete it" in capsys.readouterr().err) == (1, True)
    else:
        assert (status, workshop.exists()) == (0, False)
