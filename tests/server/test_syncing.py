"""Kernels follow what happened behind everybody's back, without a conda."""

import json
import shutil
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs import find as finding
from conda_jupyter_plugin.core.verbs import remove as removal
from conda_jupyter_plugin.core.verbs.add import add
from conda_jupyter_plugin.server.running import CommandError, run_command
from conda_jupyter_plugin.server.syncing import bring_in_line
from conda_jupyter_plugin.server.watching import is_as_it_was

from ..support import HISTORY, python_spec, read_json, write_program
from .conftest import names


@pytest.fixture
def envs(home):
    """A folder of named environments of conda's."""
    return home / ".conda" / "envs"


def test_an_environment_that_was_unpacked_becomes_a_kernel(make_environment, envs):
    make_environment("opencv", parent=envs)

    _, report = bring_in_line([])

    assert names() == ["opencv"]
    assert report["errors"] == []
    assert "registered" in report["done"][0]
    assert bring_in_line([])[1] == {"done": [], "errors": [], "again": False}


def test_one_that_was_removed_loses_it(make_environment, envs):
    opencv = make_environment("opencv", parent=envs)
    bring_in_line([])
    opencv.prefix.rename(envs.parent / "elsewhere")

    bring_in_line([])

    assert names() == []


def test_one_that_comes_back_from_a_backup_has_it_again_with_what_was_chosen(
    make_environment, envs, open_registry
):
    opencv = make_environment("opencv", parent=envs)
    (opencv.prefix / "conda-meta" / "history").write_text(HISTORY)
    bring_in_line([])
    add(open_registry(), opencv, Choices(display_name="Vision"))
    away = opencv.prefix.rename(envs.parent / "elsewhere")
    bring_in_line([])
    away.rename(opencv.prefix)

    bring_in_line([])

    assert read_json(user_location().kernels / "opencv")["display_name"] == "Vision"


def test_one_that_changes_has_it_refreshed(make_environment, envs):
    opencv = make_environment("opencv", parent=envs)
    bring_in_line([])
    spec = opencv.prefix / "share/jupyter/kernels/python3/kernel.json"
    spec.write_text(json.dumps({**json.loads(spec.read_text()), "interrupt_mode": "message"}))

    bring_in_line([])

    assert read_json(user_location().kernels / "opencv")["interrupt_mode"] == "message"


def test_what_somebody_removed_stays_removed(make_environment, envs, open_registry):
    make_environment("opencv", parent=envs)
    bring_in_line([])
    removal.remove([finding.find_named(open_registry(), "opencv")], removal.Reason.ASKED_FOR)

    bring_in_line([])

    assert names() == []


@pytest.mark.parametrize("manager", ["conda", "venv"])
@pytest.mark.parametrize("itself", [True, False])
def test_environments_in_a_folder_of_the_setting_become_kernels(make_environment, tmp_path, manager, itself):
    make_environment("opencv", parent=tmp_path / "team", manager=manager)

    bring_in_line([str(tmp_path / "team" / "opencv") if itself else str(tmp_path / "team")])

    assert names() == ["opencv"]


@pytest.mark.parametrize("manager", ["conda", "venv"])
@pytest.mark.parametrize("backwards", [False, True])
def test_one_that_is_half_there_is_seen_when_the_rest_comes(
    make_environment, tmp_path, envs, manager, backwards
):
    whole = make_environment("whole", {"python3": python_spec()}, manager, parent=tmp_path).prefix
    parts = [path.relative_to(whole) for path in sorted(whole.rglob("*"), reverse=backwards)]
    for number, part in enumerate(parts):
        name = f"opencv-{number}"
        unpack(whole, parts[:number], envs / name)
        seen, _ = bring_in_line([str(envs)])
        is_whole = name in names()
        unpack(whole, parts[number:], envs / name)

        assert is_whole or not is_as_it_was(seen), part
        bring_in_line([str(envs)])
        assert name in names(), part


def unpack(packed, parts, prefix):
    prefix.mkdir(parents=True, exist_ok=True)
    for part in parts:
        if (packed / part).is_dir():
            (prefix / part).mkdir(parents=True, exist_ok=True)
        else:
            (prefix / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(packed / part, prefix / part)


def test_a_virtual_environment_becomes_none_by_itself_and_is_followed(
    make_environment, tmp_path, open_registry
):
    stats = make_environment("stats", manager="venv", parent=tmp_path / "work")
    bring_in_line([])
    assert names() == []

    add(open_registry(), stats)
    stats.prefix.rename(tmp_path / "elsewhere")
    bring_in_line([])

    assert names() == []


@pytest.mark.parametrize(
    ("auto", "expected"), [("off", []), ("named", ["opencv"]), ("all", ["bare", "opencv"])]
)
def test_what_conda_is_configured_to_do_counts(make_environment, envs, home, tmp_path, auto, expected):
    make_environment("opencv", parent=envs)
    bare = make_environment("bare", parent=tmp_path / "bare")
    (home / ".conda" / "environments.txt").write_text(f"{bare.prefix}\n")
    (home / ".condarc").write_text(f"plugins: {{kernel_auto: {auto}}}\n")

    bring_in_line([])

    assert names() == expected


def test_one_that_cannot_be_registered_is_told_and_stops_no_other(make_environment, envs):
    make_environment("opencv", parent=envs)
    broken = make_environment("broken", parent=envs)
    bring_in_line([])
    (broken.prefix / "share/jupyter/kernels/python3/kernel.json").write_text("{")
    make_environment("stats", parent=envs)

    _, report = bring_in_line([])

    assert names() == ["broken", "opencv", "stats"]
    assert len(report["errors"]) == 1
    assert "broken" in report["errors"][0]


def process(told=b""):
    command = [sys.executable, "-m", "conda_jupyter_plugin.server.process"]
    return subprocess.run(command, input=told, capture_output=True, check=True).stdout


def test_the_process_does_nothing_where_nothing_has_changed(make_environment, envs):
    make_environment("opencv", parent=envs)

    report, _, seen = process().partition(b"\n")

    assert json.loads(report)["done"]
    # What it has just written is no reason to do it again.
    assert process(seen) == b""


def test_what_it_has_removed_itself_is_no_change(make_environment, envs):
    prefix = make_environment("opencv", parent=envs).prefix
    process()
    shutil.rmtree(prefix)

    assert names() == ["opencv"]
    report, _, seen = process().partition(b"\n")
    assert (json.loads(report)["errors"], names()) == ([], [])
    assert process(seen) == b""


def test_the_process_loads_next_to_nothing_to_find_that_out(make_environment, envs):
    make_environment("opencv", parent=envs)
    seen = process().partition(b"\n")[2]
    code = (
        "import sys; from conda_jupyter_plugin.server.process import look_and_sync as look; look([]);"
        " print(*sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], input=seen, capture_output=True, check=True)

    own = {name for name in done.stdout.decode().split() if name.startswith("conda_jupyter_plugin.")}
    of_server = {f"server{name}" for name in ("", ".process", ".watching")}
    assert own == {
        f"conda_jupyter_plugin.{name}"
        for name in (*of_server, "core", "core.system", "core.system.fingerprint")
    }


@pytest.fixture
def make_conda(home):
    """Makes a conda that has the plugin, and is listed: its Python says that it ran."""

    def make_conda(root):
        ran = root.parent / "ran"
        write_program(root / "bin" / "python", f'#!/bin/sh\necho "$@" >{ran}\n')
        write_program(root / "condabin" / "conda")
        for folder in ("conda-meta", "lib/python3.12/site-packages/conda_jupyter_plugin-9.dist-info"):
            (root / folder).mkdir(parents=True)
        (home / ".conda").mkdir()
        (home / ".conda" / "environments.txt").write_text(f"{root}/envs/x\n")
        return ran

    return make_conda


def test_a_conda_of_this_users_sees_to_its_own(make_conda, own_folder):
    ran = make_conda(own_folder / "conda")

    assert bring_in_line([])[1] == {"done": [], "errors": [], "again": False}

    assert ran.read_text() == "-I -m conda kernel sync --quiet\n"


@pytest.mark.parametrize("place", [".", "bin/python", "condabin"])
def test_one_that_somebody_else_can_change_is_not_run(make_conda, own_folder, place):
    ran = make_conda(own_folder / "conda")
    (own_folder / "conda" / place).chmod(0o777)

    _, report = bring_in_line([])

    culprit = (own_folder / "conda" / place).resolve()
    assert report["errors"] == [f"{own_folder}/conda was not run, because other users can change {culprit}."]
    assert not ran.exists()


def test_a_folder_of_the_setting_that_is_not_there_is_told(tmp_path):
    _, report = bring_in_line([str(tmp_path / "team")])

    assert report["errors"] == [f"The folder {tmp_path}/team in `KernelSync.folders` does not exist."]
    assert not report["again"]


def test_what_could_not_be_written_is_to_be_tried_again(make_environment, envs):
    make_environment("opencv", parent=envs)
    user_location().data.parent.mkdir(parents=True)
    user_location().data.write_text("in the way")

    _, report = bring_in_line([])

    assert report["again"]
    assert len(report["errors"]) == 1


def test_what_is_registered_in_the_meantime_is_followed(make_environment, tmp_path, open_registry):
    bring_in_line([])
    seen, _ = bring_in_line([])
    two = make_environment("two", manager="venv", parent=tmp_path / "work")

    add(open_registry(), two)
    assert not is_as_it_was(seen)
    seen, _ = bring_in_line([])
    assert is_as_it_was(seen)
    two.prefix.rename(tmp_path / "away")

    assert not is_as_it_was(seen)
    bring_in_line([])
    assert names() == []


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.kill(os.getpid(), 9)", "was ended by SIGKILL."),
        ("raise OSError('no space left.')", "failed: OSError: no space left."),
        ("raise SystemExit(3)", "failed with status 3."),
    ],
)
def test_how_a_program_ended_is_told(code, said):
    with pytest.raises(CommandError) as caught:
        run_command([sys.executable, "-c", code], cwd="/")

    assert str(caught.value).endswith(f"` {said}")


def test_what_a_pattern_leaves_out_becomes_no_kernel_and_keeps_one_that_it_has(
    make_environment, envs, home, open_registry
):
    (home / ".condarc").write_text("plugins: {kernel_exclude: [build-*, '*/scratch/*']}\n")
    for name in ("opencv", "build-1", "build-2"):
        kept = make_environment(name, parent=envs)
    make_environment("stats", parent=home / "scratch")
    add(open_registry(), kept)

    bring_in_line([str(home / "scratch")])

    assert names() == ["build-2", "opencv"]
