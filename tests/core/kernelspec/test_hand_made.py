import json
import os
import shutil

import pytest

from conda_jupyter_plugin.core.launch.command import launcher_of
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.naming.valid_names import NameTakenError
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    LOGO,
    add,
    follow,
    hand_made_spec,
    python_spec,
    r_spec,
    read_json,
    snapshot,
    sync,
    write_program,
    write_spec,
)


def test_adopting_keeps_what_was_written_by_hand(hand_made, open_registry, kernels):
    before, files = read_json(kernels / "opencv"), snapshot(kernels / "opencv")

    add(open_registry(), hand_made)

    after = read_json(kernels / "opencv")
    command = after["argv"][after["argv"].index(before["argv"][0]) :]
    assert command == before["argv"]
    assert {key: after[key] for key in before if key not in ("argv", "metadata")} == {
        key: before[key] for key in before if key not in ("argv", "metadata")
    }
    assert after["metadata"]["mine"] is True
    left = snapshot(kernels / "opencv")
    assert {name: left[name] for name in files if name != "kernel.json"} == {
        name: files[name] for name in files if name != "kernel.json"
    }
    assert set(left) - set(files) == {"start-activated.sh"}


def test_adopting_adds_activation_and_ownership(hand_made, open_registry, kernels):
    add(open_registry(), hand_made)

    spec = read_json(kernels / "opencv")
    assert launcher_of(spec["argv"]) == kernels / "opencv" / "start-activated.sh"
    assert spec["metadata"]["conda_env_path"] == str(hand_made.prefix)
    assert [row.status for row in list_kernels(open_registry())] == ["ok"]


def test_what_was_adopted_stays_through_a_refresh(hand_made, open_registry, kernels):
    add(open_registry(), hand_made)
    before = snapshot(kernels)

    assert add(open_registry(), hand_made).unchanged
    records = hand_made.prefix / "conda-meta"
    (records / "python-3.12.1-0.json").rename(records / "python-3.13.1-0.json")
    own = hand_made.prefix / "share/jupyter/kernels/python3"
    write_spec(own, {**python_spec(), "interrupt_mode": "signal", "argv": ["python", "-m", "other"]})
    add(open_registry(), hand_made)

    assert snapshot(kernels) == before


def test_what_was_adopted_gets_further_variables_and_keeps_its_own(hand_made, open_registry, kernels):
    add(open_registry(), hand_made, Choices(env={"B": "2"}))

    assert read_json(kernels / "opencv")["env"] == {
        "A": "1",
        "PATH": "/x/bin:$PATH",
        "PRICE": "5$$",
        "TEXT": "$${HOME}",
        "B": "2",
    }


def test_what_was_its_writers_alone_stays_so(hand_made, open_registry, kernels):
    (kernels / "opencv" / "kernel.json").chmod(0o600)

    add(open_registry(), hand_made)
    add(open_registry(), hand_made, Choices(activate=False))

    assert {path.stat().st_mode & 0o077 for path in (kernels / "opencv").iterdir() if path.is_file()} == {0}


def test_what_somebody_wrote_in_his_own_way_is_never_adopted_by_itself(hand_made, open_registry, kernels):
    before = snapshot(kernels)

    follow(open_registry(), hand_made.prefix, new=True)

    assert snapshot(kernels) == before


def test_a_plain_one_is_adopted_by_itself_with_its_own_logo(make_environment, open_registry, kernels):
    environment = make_environment()
    spec = hand_made_spec(environment)
    spec["argv"].insert(1, "-Xfrozen_modules=off")
    write_spec(kernels / "opencv", spec)
    (kernels / "opencv" / "logo-64x64.png").write_bytes(LOGO)

    follow(open_registry(), environment.prefix, new=True)

    after = read_json(kernels / "opencv")
    assert after["argv"][-len(spec["argv"]) :] == spec["argv"]
    assert (after["display_name"], after["metadata"]["debugger"]) == ("opencv", True)
    assert (kernels / "opencv" / "logo-64x64.png").read_bytes() == LOGO


STARTING_OTHERS = {
    "bash -c": [
        "bash",
        "-c",
        "source activate opencv && exec python -m ipykernel_launcher -f {connection_file}",
    ],
    "bash -c, quoted": ["bash", "-c", 'source "/opt/conda/bin/activate" "opencv"; exec python -m ipykernel'],
    "kernda": ["bash", "-c", 'source "P/bin/activate" "P" && exec "P/bin/python" -m ipykernel_launcher'],
    "its own bash": ["P/bin/bash", "-c", "exec P/bin/python -m ipykernel_launcher -f {connection_file}"],
    "conda run": ["/opt/conda/bin/conda", "run", "-n", "opencv", "python", "-m", "ipykernel_launcher"],
    "a script of the site's": ["/site/start", "--prefix=P", "{connection_file}"],
}


@pytest.fixture
def started_otherwise(make_environment, kernels, request):
    """An environment, and a kernelspec for it that something else than one of its programs starts."""
    environment = make_environment()
    argv = [word.replace("P/", f"{environment.prefix}/") for word in STARTING_OTHERS[request.param]]
    argv = [
        word.replace('"P"', f'"{environment.prefix}"').replace("=P", f"={environment.prefix}")
        for word in argv
    ]
    write_program(environment.prefix / "bin" / "bash")
    write_spec(kernels / "opencv", {**python_spec(), "argv": argv})
    return environment


@pytest.mark.parametrize("started_otherwise", STARTING_OTHERS, indirect=True)
def test_what_cannot_be_activated_as_it_is_is_left_alone(started_otherwise, open_registry, kernels):
    before = snapshot(kernels)

    with pytest.raises(NameTakenError, match="--kernel-name"):
        add(open_registry(), started_otherwise)
    follow(open_registry(), started_otherwise.prefix, new=True)
    sync(open_registry(), [started_otherwise])

    assert snapshot(kernels) == before
    assert [row.managed for row in list_kernels(open_registry())] == [False]


@pytest.mark.parametrize("started_otherwise", STARTING_OTHERS, indirect=True)
def test_beside_what_is_left_alone_another_can_be_added(started_otherwise, open_registry, kernels):
    before = snapshot(kernels / "opencv")

    add(open_registry(), started_otherwise, Choices(kernel_name="cv"))

    assert snapshot(kernels / "opencv") == before
    assert read_json(kernels / "cv")["argv"][-4:-2] == ["-m", "ipykernel_launcher"]


@pytest.mark.parametrize("link", ["the folder", "the file"])
@pytest.mark.parametrize("into", ["the environment", "a project"])
def test_a_link_to_a_kernelspec_that_is_kept_elsewhere_stays_one(
    make_environment, open_registry, kernels, tmp_path, link, into
):
    environment = make_environment()
    kept = write_spec(tmp_path / "project" / "opencv", hand_made_spec(environment))
    if into == "the environment":
        kept = environment.prefix / "share/jupyter/kernels/python3"
    linked = kernels / "opencv" if link == "the folder" else kernels / "opencv" / "kernel.json"
    linked.parent.mkdir(parents=True)
    linked.symlink_to(kept if link == "the folder" else kept / "kernel.json")

    with pytest.raises(NameTakenError):
        add(open_registry(), environment)
    if into == "the environment":
        follow(open_registry(), environment.prefix, new=True)
        assert os.listdir(kernels) == ["opencv"]

    assert linked.is_symlink()


def test_what_has_more_than_files_beside_it_is_left_alone(make_environment, open_registry, kernels, tmp_path):
    environment = make_environment()
    write_spec(kernels / "opencv", hand_made_spec(environment))
    (kernels / "opencv" / "static").symlink_to(tmp_path)

    with pytest.raises(NameTakenError):
        add(open_registry(), environment)

    assert (kernels / "opencv" / "static").is_symlink()


def test_what_r_registers_itself_by_is_adopted(make_environment, open_registry, kernels):
    environment = make_environment("stats", kernels={"ir": r_spec()}, python=None, r="4.4")
    program = write_program(environment.prefix / "lib" / "R" / "bin" / "R")
    spec = {**r_spec(str(program)), "display_name": "Statistics"}
    write_spec(kernels / "stats", spec)

    add(open_registry(), environment)

    after = read_json(kernels / "stats")
    assert after["argv"][-len(spec["argv"]) :] == spec["argv"]
    assert after["display_name"] == "Statistics"


def test_an_interpreter_that_is_gone_is_the_environments_next_one(make_environment, open_registry, kernels):
    environment = make_environment()
    older = write_program(environment.prefix / "bin" / "python3.11")
    spec = {**hand_made_spec(environment), "interrupt_mode": "message"}
    spec["argv"][0] = str(older)
    write_spec(kernels / "opencv", spec)
    add(open_registry(), environment)
    assert str(older) in read_json(kernels / "opencv")["argv"]

    older.unlink()
    sync(open_registry())

    assert str(environment.prefix / "bin" / "python") in read_json(kernels / "opencv")["argv"]
    assert [row.status for row in list_kernels(open_registry())] == ["ok"]


def test_a_wrapper_that_is_gone_is_said_to_be(hand_made, open_registry):
    add(open_registry(), hand_made)
    (hand_made.prefix / "bin" / "wrapper").unlink()

    (row,) = list_kernels(open_registry())

    assert (row.status, row.reason) == ("broken", f"its program {hand_made.prefix}/bin/wrapper is gone")


@pytest.mark.parametrize("thing", ["folder", "file"])
def test_what_is_no_kernelspec_is_not_replaced_either(kernels, make_environment, open_registry, thing):
    occupied = kernels / "opencv"
    (occupied if thing == "folder" else occupied.parent).mkdir(parents=True)
    (occupied / "notes.txt" if thing == "folder" else occupied).write_text("precious")
    before = snapshot(kernels)

    with pytest.raises(NameTakenError, match="is not a kernelspec"):
        add(open_registry(), make_environment())

    assert snapshot(kernels) == before


def test_a_program_beside_the_kernelspec_is_the_environments(kernels, make_environment, open_registry):
    environment = make_environment(kernels={"own": {"argv": ["{resource_dir}/run", "{connection_file}"]}})
    program = write_program(environment.prefix / "share/jupyter/kernels/own/run")

    result = add(open_registry(), environment)

    assert [row.status for row in result.registered] == ["ok"]
    assert read_json(kernels / "opencv")["argv"][-2:] == [str(program), "{connection_file}"]
    assert (kernels / "opencv" / "run").exists()


def test_what_was_adopted_follows_a_rename(hand_made, open_registry, make_environment, kernels):
    spec = read_json(kernels / "opencv")
    spec["argv"].append(f"--data={hand_made.prefix}/share:{hand_made.prefix}-2/share")
    spec["env"] = {"GDAL_DATA": f"{hand_made.prefix}/share/gdal"}
    (kernels / "opencv" / "kernel.json").write_text(json.dumps(spec))
    add(open_registry(), hand_made)
    renamed = make_environment("vision")
    write_program(renamed.prefix / "bin" / "wrapper")
    shutil.rmtree(hand_made.prefix)

    follow(open_registry(), renamed.prefix, previous=hand_made.prefix, new=True)

    assert os.listdir(kernels) == ["vision"]
    assert (kernels / "vision" / "kernel.js").read_text() == "// mine"
    moved = read_json(kernels / "vision")
    assert moved["argv"][-1] == f"--data={renamed.prefix}/share:{hand_made.prefix}-2/share"
    assert str(renamed.prefix / "bin" / "wrapper") in moved["argv"]
    assert moved["env"] == {"GDAL_DATA": f"{renamed.prefix}/share/gdal"}
