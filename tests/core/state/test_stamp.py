"""A stamp holds while all is as it was, and is never believed where it is not."""

from __future__ import annotations

import os
import shutil
import sys
import time

import pytest

from conda_jupyter_plugin.core import rules
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices, Provisioner
from conda_jupyter_plugin.core.state import stamp, stamping

from ...support import HISTORY, add, python_spec, r_spec, snapshot, sync, write_program, write_spec
from .listing import stamp_file, stamped, states, without_stamps


@pytest.fixture(params=["conda", "venv"])
def opencv(request, make_environment, open_registry, at_once):
    """A registered environment of files that a stamp looks at."""
    environment = make_environment("opencv", manager=request.param)
    kernel = environment.prefix / "share/jupyter/kernels/python3"
    (kernel / "logo-32x32.png").write_bytes(b"a logo")
    if request.param == "conda":
        variables = environment.prefix / "etc/conda/env_vars.d"
        variables.mkdir(parents=True)
        (variables / "package.json").write_text('{"A": "1"}')
        (environment.prefix / "conda-meta/history").write_text(HISTORY)
        (environment.prefix / "conda-meta/state").write_text("{}")
    add(open_registry(), environment)
    return environment


def keep_size_and_times(path, change):
    """Changes a file in place, and lets its size and times be as before."""
    before = path.stat()
    content = change(path.read_bytes())
    with path.open("r+b") as file:
        file.write(content)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


def test_a_kernel_is_rendered_once_and_no_more_while_all_is_as_it_was(opencv, open_registry, renders):
    for _ in range(2):
        assert states(open_registry) == {"opencv": "ok"}
        assert sync(open_registry()).changes == ()

    assert (renders, stamped()) == ([], ["opencv"])


FILES = {
    "conda": [
        "conda-meta/history",
        "conda-meta/state",
        "etc/conda/env_vars.d/package.json",
        "bin/python",
        "share/jupyter/kernels/python3/kernel.json",
        "share/jupyter/kernels/python3/logo-32x32.png",
    ],
    "venv": [
        "pyvenv.cfg",
        "bin/python",
        "share/jupyter/kernels/python3/kernel.json",
        "share/jupyter/kernels/python3/logo-32x32.png",
    ],
}
EACH_FILE = [
    pytest.param(manager, name, id=f"{manager}-{name}") for manager in FILES for name in FILES[manager]
]


@pytest.mark.parametrize(("opencv", "name"), EACH_FILE, indirect=["opencv"])
@pytest.mark.parametrize("how", ["in place", "by another", "gone"])
def test_a_file_of_the_environment_that_changes_is_seen(opencv, open_registry, renders, name, how):
    path = opencv.prefix / name
    if how == "in place":
        keep_size_and_times(path, lambda content: content[::-1])
    elif how == "by another":
        shutil.copy2(path, path.with_name("another"))
        path.with_name("another").replace(path)
    else:
        path.unlink()

    assert states(open_registry) == without_stamps(open_registry)
    sync(open_registry())
    assert states(open_registry) == without_stamps(open_registry)


@pytest.mark.parametrize(("name", "word"), [("kernel.json", b"Python"), ("start-activated.sh", b"opencv")])
def test_a_file_of_its_own_that_changes_is_seen_though_size_and_times_are_kept(
    opencv, open_registry, kernels, name, word
):
    keep_size_and_times(kernels / "opencv" / name, lambda text: text.replace(word, word[::-1]))

    assert states(open_registry) == {"opencv": "stale"} == without_stamps(open_registry)
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv"]
    assert states(open_registry) == {"opencv": "ok"}


@pytest.mark.parametrize("name", ["kernel.json", "start-activated.sh"])
@pytest.mark.parametrize("fresh", [False, True], ids=["as it was", "just written"])
def test_values_that_others_come_to_read_are_seen(
    make_environment, open_registry, kernels, at_once, monkeypatch, fresh, name
):
    if fresh:
        monkeypatch.setattr(stamping, "_may_change_unseen", lambda found, _: len(found) == 3)
    add(open_registry(), make_environment(), Choices(env={"TOKEN": "secret"}))
    assert (states(open_registry), stamped()) == ({"opencv": "ok"}, ["opencv"])

    (kernels / "opencv" / name).chmod(0o744)

    assert states(open_registry) == {"opencv": "stale"} == without_stamps(open_registry)
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv"]


def test_what_is_put_beside_its_own_files_is_seen(opencv, open_registry, kernels):
    (kernels / "opencv" / "kernel.js").touch()

    assert states(open_registry) == {"opencv": "stale"}


@pytest.mark.parametrize(
    "change",
    [
        lambda prefix: write_spec(prefix / "share/jupyter/kernels/another", python_spec()),
        lambda prefix: (prefix / ".condarc").write_text("subdir: osx-arm64\n"),
        lambda prefix: (prefix / "conda-meta/python-3.13.0-0.json").touch(),
        lambda prefix: (prefix / "condabin").mkdir(),
    ],
    ids=["a kernel", "a platform", "a package", "a conda"],
)
@pytest.mark.parametrize("opencv", ["conda"], indirect=True)
def test_what_comes_into_an_environment_is_seen(opencv, open_registry, change, renders):
    change(opencv.prefix)

    assert states(open_registry) == without_stamps(open_registry)
    # Both times, or there is nothing to render any more.
    assert len(renders) in (2, 0) and (renders or states(open_registry) == {"opencv": "broken"})


def test_an_environment_that_came_back_from_a_backup_is_looked_at_and_not_written(
    opencv, open_registry, kernels, renders
):
    backup = opencv.prefix.with_name("backup")
    shutil.copytree(opencv.prefix, backup, symlinks=True)
    shutil.rmtree(opencv.prefix)
    backup.rename(opencv.prefix)
    before = (kernels / "opencv/kernel.json").stat()

    assert (states(open_registry), len(renders)) == ({"opencv": "ok"}, 1)
    assert sync(open_registry()).changes == ()
    del renders[:]
    assert (states(open_registry), renders) == ({"opencv": "ok"}, [])
    assert (kernels / "opencv/kernel.json").stat().st_ino == before.st_ino


def test_a_copy_of_the_whole_home_is_none_of_the_kernels_that_it_is_a_copy_of(
    opencv, open_registry, home, monkeypatch
):
    copy = home.with_name("copy")
    shutil.copytree(home, copy, symlinks=True)
    monkeypatch.setenv("HOME", str(copy))
    if os.environ.get("JUPYTER_DATA_DIR"):
        monkeypatch.setenv("JUPYTER_DATA_DIR", str(copy / user_location().data.relative_to(home)))

    assert user_location().data.is_relative_to(copy)
    assert states(open_registry) == {"opencv": "stale"}


def test_a_link_by_which_its_launcher_is_named_may_go(opencv, open_registry, tmp_path, monkeypatch):
    data = user_location().data
    link = tmp_path / "link"
    link.symlink_to(data)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(link))
    shutil.rmtree(data / "kernels")
    add(open_registry(), opencv)
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(data))
    assert states(open_registry) == {"opencv": "ok"}
    link.unlink()

    assert states(open_registry) == {"opencv": "stale"}


@pytest.fixture
def at(monkeypatch):
    """Lets files have been changed at some time, seen from when they are stamped."""

    def set_to(seconds, *, coarse):
        now = time.time_ns()
        exact = now - int(seconds * 1e9)
        changed = exact // 10**9 * 10**9 if coarse else exact // 10 * 10 + 1
        look = stamp.fingerprint

        def fingerprint(path):
            found = look(path)
            return found and [*found[:3], changed, changed]

        monkeypatch.setattr(stamp, "fingerprint", fingerprint)

    return set_to


@pytest.mark.parametrize(
    ("seconds", "coarse", "is_stamped"),
    [(60, False, True), (0.5, False, True), (0, False, False), (60, True, True), (1, True, False)],
)
def test_what_was_changed_within_a_tick_of_the_file_system_may_change_unseen(
    make_environment, open_registry, at, seconds, coarse, is_stamped
):
    at(seconds, coarse=coarse)

    add(open_registry(), make_environment())

    assert (stamped() == ["opencv"]) is is_stamped


def test_times_in_the_future_tell_nothing(make_environment, open_registry, at):
    at(-3600, coarse=False)

    add(open_registry(), make_environment())

    assert stamped() == []


def test_what_was_just_written_is_told_by_what_it_holds(
    make_environment, open_registry, kernels, monkeypatch
):
    """Its folder and its files, three in all, may change at the very time at which they were written."""
    monkeypatch.setattr(stamping, "_may_change_unseen", lambda found, _: len(found) == 3)
    add(open_registry(), make_environment())
    launcher, look = kernels / "opencv/start-activated.sh", stamp.fingerprint
    monkeypatch.setattr(
        stamp, "fingerprint", lambda path: [0] if path.startswith(str(kernels)) else look(path)
    )
    assert (states(open_registry), stamped()) == ({"opencv": "ok"}, ["opencv"])

    launcher.write_bytes(launcher.read_bytes().replace(b"opencv", b"vcnepo"))

    assert states(open_registry) == {"opencv": "stale"}


def test_nothing_is_written_again_while_a_stamp_holds(opencv, open_registry):
    before = snapshot(user_location().data), (stamp_file()).stat().st_ino

    add(open_registry(), opencv)
    sync(open_registry())

    assert (snapshot(user_location().data), (stamp_file()).stat().st_ino) == before


@pytest.mark.parametrize("manager", ["conda", "venv"])
def test_a_stamp_of_other_rules_is_none_unless_the_kernel_is_left_to_them(
    make_environment, open_registry, at_once, renders, manager
):
    add(open_registry(), make_environment(manager=manager))
    other = {"conda": "{environment} now", "venv": "{environment} now"}

    assert states(lambda: open_registry(templates=other)) == {"opencv": "stale"}
    del renders[:]
    assert states(lambda: open_registry(activators={})) == {"opencv": "ok"}
    assert states(lambda: open_registry(activators={}, templates=other)) == {"opencv": "ok"}
    assert renders == []


def test_another_release_believes_no_stamp(opencv, open_registry, renders, monkeypatch):
    monkeypatch.setattr(rules, "__version__", "99.0")

    states(open_registry)

    assert renders == [1]


@pytest.mark.parametrize("copies", [False, True], ids=["links", "copies"])
def test_the_interpreter_that_an_environment_was_made_with_is_watched(
    make_environment, open_registry, at_once, tmp_path, copies
):
    base = write_program(tmp_path / "base" / "python3")
    environment = make_environment(manager="venv")
    (environment.prefix / "pyvenv.cfg").write_text(f"home = {base.parent}\nversion = 3.12.1\n")
    if not copies:
        (environment.prefix / "bin/python").unlink()
        (environment.prefix / "bin/python").symlink_to(base)
    add(open_registry(), environment)
    assert stamped() == ["opencv"]

    shutil.rmtree(base.parent)

    assert states(open_registry) == {"opencv": "broken"} == without_stamps(open_registry)


def test_one_of_two_kernels_that_is_removed_is_missed_though_the_other_is_as_it_was(
    make_environment, open_registry, at_once, kernels
):
    environment = make_environment(r="4.3", kernels={"python3": {}, "ir": r_spec()})
    add(open_registry(), environment)
    assert stamped() == ["opencv", "opencv-ir"]

    shutil.rmtree(kernels / "opencv-ir")

    assert [row.name for row in sync(open_registry()).registered] == ["opencv-ir"]


NOT_PLAIN = {
    "by hand": Choices(spec={**python_spec(sys.executable), "display_name": "Mine"}),
    "by a provisioner": Choices(provisioner=Provisioner("local-provisioner")),
}


@pytest.mark.parametrize("choices", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_depends_on_more_than_the_environments_files_is_looked_at(
    make_environment, open_registry, at_once, choices
):
    add(open_registry(), make_environment(), choices)

    assert stamped() == []
