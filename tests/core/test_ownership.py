import json
import shutil

import pytest

from conda_jupyter_plugin.core.environment import canonical
from conda_jupyter_plugin.core.errors import NameTakenError
from conda_jupyter_plugin.core.launcher import launcher_of
from conda_jupyter_plugin.core.locations import user_location
from conda_jupyter_plugin.core.sync import follow
from conda_jupyter_plugin.core.verbs import add

from ..support import hand_made_spec, snapshot, write_spec


@pytest.fixture
def hand_made(home, make_environment):
    """An environment, and a kernelspec that its user wrote for it in a way of his own."""
    environment = make_environment()
    spec = hand_made_spec(environment)
    spec["argv"].append("--matplotlib=inline")
    spec |= {"interrupt_mode": "message", "own": 1, "metadata": {"mine": True}, "env": {"A": "1"}}
    folder = write_spec(user_location().kernels / "opencv", spec)
    (folder / "kernel.js").write_text("// mine")
    return environment


def registered():
    return json.loads((user_location().kernels / "opencv" / "kernel.json").read_text())


def test_adopting_keeps_what_was_written_by_hand(hand_made, open_registry):
    add(open_registry(), hand_made)

    spec = registered()
    assert spec["argv"][-1] == "--matplotlib=inline"
    assert (spec["interrupt_mode"], spec["own"], spec["env"]) == ("message", 1, {"A": "1"})
    assert spec["metadata"]["mine"] is True
    assert (user_location().kernels / "opencv" / "kernel.js").read_text() == "// mine"


def test_adopting_adds_what_it_lacked(hand_made, open_registry):
    add(open_registry(), hand_made)

    spec = registered()
    assert launcher_of(spec["argv"]) == user_location().kernels / "opencv" / "start-activated.sh"
    assert spec["display_name"] == "Python 3.12 (opencv)"
    assert spec["metadata"]["conda_env_path"] == str(hand_made.prefix)


def test_adopting_keeps_references_to_other_variables(hand_made, open_registry):
    written = user_location().kernels / "opencv" / "kernel.json"
    env = {"PATH": "/x/bin:${PATH}", "LIBS": "$LIBS:/y", "PRICE": "5$$", "TEXT": "$${HOME}"}
    written.write_text(json.dumps({**json.loads(written.read_text()), "env": env}))

    add(open_registry(), hand_made)

    assert registered()["env"] == {**env, "LIBS": "${LIBS}:/y"}


def test_what_was_adopted_stays_through_a_refresh(hand_made, open_registry):
    add(open_registry(), hand_made)
    before = snapshot(user_location().kernels)

    assert add(open_registry(), hand_made).unchanged
    (hand_made.prefix / "conda-meta" / "python-3.12.1-0.json").rename(
        hand_made.prefix / "conda-meta" / "python-3.13.1-0.json"
    )
    add(open_registry(), hand_made)

    assert registered()["display_name"] == "Python 3.13 (opencv)"
    assert registered()["argv"][-1] == "--matplotlib=inline"
    assert set(snapshot(user_location().kernels)) == set(before)


def test_what_somebody_wrote_in_his_own_way_is_never_adopted_by_itself(hand_made, open_registry):
    before = snapshot(user_location().kernels)

    follow(open_registry(), hand_made.prefix, new=True)

    assert snapshot(user_location().kernels) == before


@pytest.mark.parametrize("thing", ["folder", "file"])
def test_what_is_no_kernelspec_is_not_replaced_either(home, make_environment, open_registry, thing):
    occupied = user_location().kernels / "opencv"
    (occupied if thing == "folder" else occupied.parent).mkdir(parents=True)
    (occupied / "notes.txt" if thing == "folder" else occupied).write_text("precious")
    before = snapshot(user_location().kernels)

    with pytest.raises(NameTakenError, match="is no kernelspec"):
        add(open_registry(), make_environment())

    assert snapshot(user_location().kernels) == before


def test_a_program_beside_the_kernelspec_is_the_environments(home, make_environment, open_registry):
    environment = make_environment(kernels={"own": {"argv": ["{resource_dir}/run", "{connection_file}"]}})
    program = environment.prefix / "share/jupyter/kernels/own/run"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)

    result = add(open_registry(), environment)

    assert [row.status for row in result.registered] == ["ok"]
    assert registered()["argv"][-2:] == [str(program), "{connection_file}"]
    assert (user_location().kernels / "opencv" / "run").exists()


def test_what_was_adopted_follows_a_rename(hand_made, open_registry, make_environment):
    written = user_location().kernels / "opencv" / "kernel.json"
    spec = json.loads(written.read_text())
    spec["argv"].append(f"--data={hand_made.prefix}/share:{hand_made.prefix}-2/share")
    written.write_text(json.dumps({**spec, "env": {"GDAL_DATA": f"{hand_made.prefix}/share/gdal"}}))
    add(open_registry(), hand_made)
    renamed = make_environment("vision")
    shutil.rmtree(hand_made.prefix)

    former = {canonical(renamed.prefix): hand_made.prefix}
    follow(open_registry(former=former), renamed.prefix, new=True)

    assert not (user_location().kernels / "opencv").exists()
    assert (user_location().kernels / "vision" / "kernel.js").read_text() == "// mine"
    moved = json.loads((user_location().kernels / "vision" / "kernel.json").read_text())
    assert moved["argv"][-1] == f"--data={renamed.prefix}/share:{hand_made.prefix}-2/share"
    assert moved["env"] == {"GDAL_DATA": f"{renamed.prefix}/share/gdal"}
