"""A stamp holds while all is as it was, and is never believed where it is not."""

from __future__ import annotations

import json
import os
import shutil

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.planning import draft
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import HISTORY, add, python_spec, sync, write_spec

STAMPS = ".conda-jupyter-plugin/stamps.json"


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


@pytest.fixture
def renders(monkeypatch):
    """How often a kernel is rendered to be compared."""
    calls = []
    render = draft.render
    monkeypatch.setattr(draft, "render", lambda *args: calls.append(1) or render(*args))
    return calls


def states(open_registry):
    return {row.name: row.status for row in list_kernels(open_registry())}


def without_stamps(open_registry):
    """What is listed where everything is looked at."""
    stamps = user_location().data / STAMPS
    aside = stamps.rename(stamps.with_name("aside")) if stamps.exists() else None
    found = states(open_registry)
    if aside:
        aside.rename(stamps)
    return found


def stamped():
    read = json.loads((user_location().data / STAMPS).read_text())["kernels"]
    return sorted(name for name, fields in read.items() if fields[2])


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
