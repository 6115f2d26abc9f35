"""Kernels are written, replaced and removed as a whole wherever their folder lies."""

import json
import os
import shutil
import subprocess

import pytest

from conda_jupyter_plugin.core.errors import LocationError
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.verbs.find import find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import LOGO, add, mount_or_skip, read_json, remove, snapshot, sync


@pytest.fixture
def on(request, hand_made, kernels, tmp_path):
    """Lets the folder of kernels, with one that somebody made by hand, lie on another file system."""
    elsewhere, data, kind = tmp_path / "elsewhere", user_location().data, request.param
    point = kernels
    if kind == "link":
        elsewhere = request.getfixturevalue("other_disk")
        shutil.move(kernels, elsewhere / "kernels")
        kernels.symlink_to(elsewhere / "kernels")
        point = None
    elif kind == "tmpfs":
        shutil.copytree(kernels, elsewhere)
        mount_or_skip("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", kernels)
        shutil.copytree(elsewhere, kernels, dirs_exist_ok=True)
    elif kind == "bind":
        shutil.copytree(kernels, elsewhere)
        mount_or_skip("mount", "--bind", elsewhere, kernels)
    else:
        point = data
        base = request.getfixturevalue("other_disk")
        shutil.copytree(data, base / "lower")
        for name in ("upper", "work"):
            (base / name).mkdir()
        layers = f"lowerdir={base}/lower,upperdir={base}/upper,workdir={base}/work"
        mount_or_skip("mount", "-t", "overlay", "-o", layers, "overlay", data)
    yield kind
    if point:
        subprocess.run(["umount", "--lazy", point], check=True)


@pytest.fixture
def other_disk(tmp_path):
    """A folder on another file system than the test's own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount_or_skip("mount", "-t", "tmpfs", "tmpfs", folder)
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


KINDS = ["link", "tmpfs", "bind", "overlay"]


@pytest.mark.parametrize("on", KINDS, indirect=True)
def test_a_kernel_comes_changes_and_goes_on_any_file_system(on, hand_made, open_registry, kernels):
    before = snapshot(kernels)

    assert [row.name for row in add(open_registry(), hand_made).registered] == ["opencv"]
    assert [row.status for row in list_kernels(open_registry())] == ["ok"]
    again = add(open_registry(), hand_made, Choices(env={"A": "1"}))
    assert [row.name for row in again.refreshed] == ["opencv"]
    assert read_json(kernels / "opencv")["env"]["A"] == "1"
    removed = remove(find_of(open_registry(), hand_made.prefix))

    assert (len(removed.removed), removed.errors) == (1, ())
    assert snapshot(kernels) == before
    assert [path.name for path in kernels.iterdir()] == ["opencv"]
    assert not list(user_location().workshop.glob("staging-*"))


@pytest.mark.parametrize("on", ["overlay"], indirect=True)
def test_what_an_image_brings_follows_its_environment(on, make_environment, open_registry, kernels, tmp_path):
    environment = make_environment("other")
    (environment.prefix / "share/jupyter/kernels/python3/logo-64x64.png").write_bytes(LOGO)
    add(open_registry(), environment)
    # As if the image had been made with it: it lies in a lower layer then.
    base = tmp_path / "disk"
    subprocess.run(["umount", user_location().data], check=True)
    shutil.copytree(base / "upper", tmp_path / "image")
    for name in ("upper2", "work2"):
        (base / name).mkdir()
    layers = f"lowerdir={tmp_path}/image:{base}/lower,upperdir={base}/upper2,workdir={base}/work2"
    mount_or_skip("mount", "-t", "overlay", "-o", layers, "overlay", user_location().data)

    spec = environment.prefix / "share/jupyter/kernels/python3/kernel.json"
    spec.write_text(json.dumps({**json.loads(spec.read_text()), "new": 1}))
    result = sync(open_registry())
    assert ([row.name for row in result.refreshed], result.errors) == (["other"], ())
    assert read_json(kernels / "other")["new"] == 1
    shutil.rmtree(environment.prefix)
    result = sync(open_registry())

    assert ([row.name for row in result.removed], result.errors) == (["other"], ())
    assert not (kernels / "other").exists()


@pytest.mark.parametrize("on", ["tmpfs"], indirect=True)
def test_a_full_disk_leaves_every_kernel_whole(on, hand_made, open_registry, kernels):
    add(open_registry(), hand_made)
    before = snapshot(kernels)
    (hand_made.prefix / "share/jupyter/kernels/python3/logo-svg.svg").write_bytes(os.urandom(3_000_000))
    add_by_hand = open_registry()

    with pytest.raises(LocationError, match="No space left"):
        for name in map(str, range(3)):
            add(add_by_hand, hand_made, Choices(kernel_name=f"cv{name}", spec={}, env={"X": "x" * 900_000}))

    assert part_of(kernels, "opencv") == before
    assert {path.name for path in kernels.iterdir()} <= {"opencv", "cv0", "cv1", "cv2"}
    assert {row.status for row in list_kernels(open_registry())} <= {"ok", "stale"}


def part_of(kernels, name):
    return {path: what for path, what in snapshot(kernels).items() if path.startswith(f"{name}/")}
