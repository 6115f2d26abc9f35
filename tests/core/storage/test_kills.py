"""A process that is killed, at whatever system call, leaves every kernel whole for the next one to see."""

import shutil

import pytest

from conda_jupyter_plugin.core.actions import Reason
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.storage.store import recover
from conda_jupyter_plugin.core.system import exchange
from conda_jupyter_plugin.core.verbs.find import everything, find_all, find_of
from conda_jupyter_plugin.core.verbs.list import list_kernels
from conda_jupyter_plugin.core.verbs.remove import clear_all

from ...stops import needs_strace, steps_of, stop_at
from ...support import add, leftovers, open_registry, remove, rename, snapshot, sync

NAMES = ("opencv", "vision")
"""What the kernel may be called."""

pytestmark = needs_strace

KILLED, FAILING = "signal=SIGKILL", "error=EBUSY"


def chosen(environment):
    add(open_registry(), environment, Choices(env={"A": "1"}))


def renamed(environment):
    add(open_registry(), environment, Choices(kernel_name="vision"))


def titled(environment):
    add(open_registry(), environment, Choices(display_name="Other"))


def removed(environment):
    remove(find_of(open_registry(), environment.prefix))


def gone(_):
    sync(open_registry())


def moved(environment):
    sync(open_registry(), [identify(environment.prefix.with_name("vision"))])


def without_the_one_step(work, environment):
    exchange._system_call = lambda: None
    work(environment)


def known_states(before, after):
    return [state for whole in (before, after) for name in NAMES if (state := part(whole, name))]


@pytest.mark.parametrize(
    ("how", "one_step"),
    [(KILLED, True), (KILLED, False), (FAILING, True)],
    ids=["killed", "killed, without the one step", "failing"],
)
@pytest.mark.parametrize("is_there", ["nothing", "ours", "somebody's", "ours for somebody's"])
@pytest.mark.parametrize("work", [chosen, renamed, removed, gone, moved])
def test_a_kernel_is_as_it_was_or_as_it_is_to_be(
    how, one_step, is_there, work, hand_made, apart, sample, monkeypatch, tmp_path
):
    words = (work, hand_made) if one_step else (without_the_one_step, work, hand_made)
    if not one_step:
        monkeypatch.setattr(exchange, "_system_call", lambda: None)
    data, kernels = user_location().data, user_location().kernels
    if "somebody's" not in is_there:
        shutil.rmtree(kernels / "opencv")
    if "ours" in is_there:
        add(open_registry(), hand_made)
    if work is gone:
        shutil.rmtree(hand_made.prefix)
    if work is moved:
        hand_made.prefix.rename(hand_made.prefix.with_name("vision"))
    shutil.copytree(data, tmp_path / "before", symlinks=True)
    before = snapshot(kernels)
    steps = steps_of(apart, *words)
    after = snapshot(kernels)
    known = known_states(before, after)
    assert before == after or len(steps) > 10

    for step in sample(steps, 6):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        stop_at(step, how, apart, *words)
        recover(user_location())
        states = [state for name in NAMES if (state := part(snapshot(kernels), name))]
        assert all(state in known for state in states), step
        assert states or not (before and after), step
        assert len(list_kernels(open_registry())) == len(states)
        if work is removed and not states and before:
            # Nobody who did not ask brings it back.
            sync(open_registry(), [hand_made])
            assert snapshot(kernels) == after, step
        work(hand_made)
        assert snapshot(kernels) == after, step
        assert not leftovers(), step


@pytest.mark.parametrize("how", [KILLED, FAILING, "error=ENOSPC"])
def test_what_somebody_wrote_comes_back_whatever_stopped_before(how, hand_made, apart, sample, tmp_path):
    data, kernels = user_location().data, user_location().kernels
    original = snapshot(kernels)
    add(open_registry(), hand_made)
    shutil.copytree(data, tmp_path / "before", symlinks=True)

    for step in sample(steps_of(apart, titled, hand_made), 6):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        stop_at(step, how, apart, titled, hand_made)
        recover(user_location())
        list_kernels(open_registry())
        remove(find_of(open_registry(), hand_made.prefix))
        assert snapshot(kernels) == original, step
        assert not leftovers(), step


def called_anew(_):
    for found in everything(open_registry()):
        if found.item.name == "opencv" and found.item.owner:
            rename(found, Choices(kernel_name="vision"))


def cleared(_):
    registry = open_registry()
    clear_all(registry.locations, remove(find_all(registry, []), Reason.ALL))


@pytest.mark.parametrize("how", [KILLED, FAILING])
def test_a_rename_that_is_stopped_loses_nothing_and_is_done_by_the_next(
    how, hand_made, apart, sample, tmp_path
):
    data, kernels = user_location().data, user_location().kernels
    add(open_registry(), hand_made, Choices(env={"A": "1"}))
    shutil.copytree(data, tmp_path / "before", symlinks=True)
    steps = steps_of(apart, called_anew, hand_made)
    after = snapshot(kernels)

    for step in sample(steps, 8):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        stop_at(step, how, apart, called_anew, hand_made)
        recover(user_location())
        assert 1 <= len(list_kernels(open_registry())) <= len(NAMES), step
        sync(open_registry())
        assert all(row.status == "ok" for row in list_kernels(open_registry())), step
        if not (kernels / "vision").exists():
            called_anew(hand_made)
        assert snapshot(kernels).items() >= after.items(), step
        assert not leftovers(), step


@pytest.mark.parametrize("how", [KILLED, FAILING])
def test_the_removal_of_everything_is_done_by_the_next_whatever_stopped_it(
    how, hand_made, apart, sample, tmp_path
):
    data, kernels = user_location().data, user_location().kernels
    original = snapshot(kernels)
    add(open_registry(), hand_made)
    add(open_registry(), hand_made, Choices(kernel_name="vision"))
    remove([found for found in everything(open_registry()) if found.item.name == "vision"])
    shutil.copytree(data, tmp_path / "before", symlinks=True)
    steps = steps_of(apart, cleared, hand_made)
    assert len(steps) > 10

    for step in sample(steps, 8):
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        stop_at(step, how, apart, cleared, hand_made)
        recover(user_location())
        cleared(hand_made)
        assert snapshot(kernels) == original, step
        assert [path.name for path in data.iterdir()] == ["kernels"], step


def part(state, name):
    start = f"{name}/"
    return {path.removeprefix(start): what for path, what in state.items() if path.startswith(start)}
