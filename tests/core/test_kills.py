"""A process that is killed, at whatever file operation, leaves every kernel whole for the next one to see."""

import itertools
import os
import shutil
import signal
import sys
from collections.abc import Callable

import pytest

from conda_jupyter_plugin.core import exchange
from conda_jupyter_plugin.core.finding import find_of
from conda_jupyter_plugin.core.listing import list_kernels
from conda_jupyter_plugin.core.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.removal import remove
from conda_jupyter_plugin.core.store import recover
from conda_jupyter_plugin.core.sync import sync
from conda_jupyter_plugin.core.verbs import add

from ..support import snapshot

NAMES = ("opencv", "vision")
"""What the kernel may be called."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="a process is killed after a fork")

_OPERATIONS = ("open", "os.", "shutil.", "tempfile.", "ctypes.")


def die_at(number: int, work: Callable[[], object]) -> bool:
    """Does some work in a process of its own, which is killed before its operation of a number.

    Returns:
        Whether it had that many.
    """
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        assert status in (0, signal.SIGKILL), "it failed by itself"
        return bool(status)
    count = 0

    def watch(event: str, _: object) -> None:
        nonlocal count
        if event.startswith(_OPERATIONS) and event != "os.kill":
            count += 1
            if count > number:
                os.kill(os.getpid(), signal.SIGKILL)

    try:
        sys.addaudithook(watch)
        work()
        os._exit(0)
    finally:
        os._exit(9)


@pytest.fixture
def one_step(request, monkeypatch):
    """Whether the system can swap two folders in one step."""
    if not request.param:
        monkeypatch.setattr(exchange, "_system_call", lambda: None)


def chosen(registry, environment):
    add(registry, environment, Choices(env={"A": "1"}))


def renamed(registry, environment):
    add(registry, environment, Choices(kernel_name="vision"))


def removed(registry, environment):
    remove(find_of(registry, environment.prefix))


def gone(registry, environment):
    sync(registry)


@pytest.mark.parametrize("one_step", [True, False], ids=["one step", "two steps"], indirect=True)
@pytest.mark.parametrize("is_there", ["nothing", "ours", "somebody's", "ours for somebody's"])
@pytest.mark.parametrize("work", [chosen, renamed, removed, gone])
def test_a_kernel_is_as_it_was_or_as_it_is_to_be(
    one_step, is_there, work, hand_made, open_registry, tmp_path
):
    data, kernels = user_location().data, user_location().kernels
    if "somebody's" not in is_there:
        shutil.rmtree(kernels / "opencv")
    if "ours" in is_there:
        add(open_registry(), hand_made)
    if work is gone:
        shutil.rmtree(hand_made.prefix)
    shutil.copytree(data, tmp_path / "before", symlinks=True)
    before = snapshot(kernels)
    work(open_registry(), hand_made)
    after = snapshot(kernels)
    known = [state for whole in (before, after) for name in NAMES if (state := part(whole, name))]

    for number in itertools.count():
        shutil.rmtree(data)
        shutil.copytree(tmp_path / "before", data, symlinks=True)
        killed = die_at(number, lambda: work(open_registry(), hand_made))
        recover(user_location())
        states = [state for name in NAMES if (state := part(snapshot(kernels), name))]
        assert all(state in known for state in states), f"at {number}"
        assert states or not (before and after), f"at {number}"
        assert len(list_kernels(open_registry())) == len(states)
        work(open_registry(), hand_made)
        assert snapshot(kernels) == after, f"at {number}"
        assert not list(user_location().workshop.glob("staging-*")), f"at {number}"
        if not killed:
            break
    assert before == after or number > 10


def part(state, name):
    start = f"{name}/"
    return {path.removeprefix(start): what for path, what in state.items() if path.startswith(start)}
