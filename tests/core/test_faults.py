"""Whatever call fails below the boundary, it is told of the one thing, and all others are seen to."""

import builtins
import errno
import os
import shutil
import sys
from contextlib import contextmanager

import pytest

from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.planning import candidates
from conda_jupyter_plugin.core.planning.adding import Adding
from conda_jupyter_plugin.core.planning.following import Following
from conda_jupyter_plugin.core.planning.removing import Removing
from conda_jupyter_plugin.core.state import stamping, status
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.verbs import add as verbs
from conda_jupyter_plugin.core.verbs import bringing_about, sync
from conda_jupyter_plugin.core.verbs import remove as removal
from conda_jupyter_plugin.core.verbs.add import add
from conda_jupyter_plugin.core.verbs.find import find_missing
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ..support import leftovers, python_spec, snapshot, write_spec

NEVER = 0

_OURS = os.path.join("conda_jupyter_plugin", "core")


class Fault:
    """Makes the call of a number fail, of those that the core makes and gets while it watches."""

    def __init__(self, at):
        self.at, self.calls = at, 0

    @contextmanager
    def watching(self):
        sys.setprofile(self._count)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _count(self, frame, event, called):
        code = frame.f_code
        # Closing a file does so, whatever it says.
        if called is os.close:
            return
        if _OURS not in code.co_filename or code.co_filename.endswith(("log.py", "failures.py")):
            return
        # What a generator does when it is given up is told by Python, to nobody.
        if event == "c_call" or (event == "call" and code.co_name not in ("<genexpr>", "_count")):
            self.calls += 1
            if self.calls == self.at:
                raise (RuntimeError, LookupError, OSError)[self.at % 3](f"fault in {code.co_name}")


@pytest.fixture(params=[False, True], ids=["looked at", "stamped"])
def is_stamped(request, monkeypatch):
    """Whether kernels that were just written have stamps."""
    monkeypatch.setattr(stamping, "_TICK", -(10**18) if request.param else 10**18)
    return request.param


@pytest.fixture
def three(make_environment, open_registry, is_stamped):
    """Three environments, registered."""
    environments = [make_environment(name) for name in ("bad", "good", "well")]
    for environment in environments:
        add(open_registry(), environment)
    return environments


def wrap(monkeypatch, module, name, concerns, fault):
    function = getattr(module, name)

    def call(*args, **options):
        if not concerns(*args):
            return function(*args, **options)
        with fault.watching():
            return function(*args, **options)

    monkeypatch.setattr(module, name, call)


def others_are_told(result):
    """Whether the others were refreshed; the first one reads the place for all of them, which may fail."""
    told = [row.name for row in result.refreshed] + [str(error) for error in result.errors]
    return all(any(name in line for line in told) for name in ("good", "well"))


@pytest.fixture
def fail_at_some(sample):
    """Does something with none, then with one of the calls failing; an attempt gives the number of calls."""

    def go_through(attempt, most):
        calls = attempt(NEVER)
        for at in sample(range(1, calls + 1), most):
            attempt(at)
        return calls

    return go_through


def test_of_a_list(three, open_registry, fail_at_some, is_stamped):
    def attempt(at):
        fault = Fault(at)
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, status, "_judge", lambda _, item: item.name == "bad", fault)
            rows = {row.name: row for row in list_kernels(open_registry())}
        assert {name: row.status for name, row in rows.items() if name != "bad"} == {
            "good": "ok",
            "well": "ok",
        }
        assert (rows["bad"].status == "ok") or (
            rows["bad"].status in ("broken", "stale") and at <= fault.calls
        )
        return fault.calls

    assert fail_at_some(attempt, 50) > (90 if is_stamped else 300)


def test_of_a_sync(three, open_registry, fail_at_some):
    kernels = user_location().kernels

    def attempt(at):
        for environment in three:
            write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": at})
        fault = Fault(at)
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, candidates, "is_as_stamped", lambda _, item: item.name == "bad", fault)
            wrap(patched, Following, "plan", lambda asked, _: asked.prefix.name == "bad", fault)
            wrap(patched, bringing_about, "carry_out", lambda action, _: action.folder.name == "bad", fault)
            result = sync.sync(open_registry())
        assert others_are_told(result), f"at {at}: {result}"
        assert {path.name for path in kernels.iterdir()} == {"bad", "good", "well"}, f"at {at}"
        return fault.calls

    assert fail_at_some(attempt, 50) > 1000


def test_of_a_removal(three, open_registry, fail_at_some):
    kept = user_location().data.parent / "kept"
    shutil.copytree(user_location().data, kept)
    for environment in three:
        shutil.rmtree(environment.prefix)

    def attempt(at):
        shutil.rmtree(user_location().data)
        shutil.copytree(kept, user_location().data)
        fault = Fault(at)
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, Removing, "plan", lambda asked, _: asked.item.name == "bad", fault)
            wrap(patched, bringing_about, "carry_out", lambda action, _: action.folder.name == "bad", fault)
            result = removal.remove(find_missing(open_registry()))
        assert {"good", "well"} <= {row.name for row in result.removed}, f"at {at} {result.errors}"
        assert len(result.removed) + len(result.errors) == 3, f"at {at}"
        return fault.calls

    assert fail_at_some(attempt, 30) > 150


def test_of_adding_all(three, open_registry, fail_at_some):
    def attempt(at):
        fault = Fault(at)
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, Adding, "plan", lambda asked, _: asked.environment.name == "bad", fault)
            wrap(patched, bringing_about, "carry_out", lambda action, _: action.folder.name == "bad", fault)
            result = verbs.add_all(open_registry(), three, Choices(env={"AT": str(at)}))
        assert others_are_told(result), f"at {at}: {result}"
        return fault.calls

    assert fail_at_some(attempt, 50) > 1000


def test_of_preparing_many(make_environment, open_registry, fail_at_some):
    environments = [make_environment(name) for name in ("bad", "good", "well")]

    def attempt(at):
        shutil.rmtree(user_location().data, ignore_errors=True)
        fault = Fault(at)
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, store, "_prepare", lambda *_: True, fault)
            result = verbs.add_all(open_registry(), environments, Choices())
        assert (len(result.registered), result.errors) == (3, ()) or "fault in" in str(result.errors), at
        assert {row.status for row in list_kernels(open_registry())} <= {"ok"}, at
        assert leftovers() == []
        return fault.calls

    assert fail_at_some(attempt, 50) > 150


@pytest.mark.parametrize("name", ["_stamps_made", "save_stamps"])
def test_of_keeping_stamps(three, open_registry, fail_at_some, name):
    def attempt(at):
        fault = Fault(at)
        for environment in three:
            write_spec(environment.prefix / "share/jupyter/kernels/python3", {**python_spec(), "new": at})
        with pytest.MonkeyPatch.context() as patched:
            wrap(patched, bringing_about, name, lambda *_: True, fault)
            result = sync.sync(open_registry())
        assert ({row.name for row in result.refreshed}, result.errors) == ({"bad", "good", "well"}, ()), at
        assert {row.status for row in list_kernels(open_registry())} == {"ok"}, at
        return fault.calls

    assert fail_at_some(attempt, 50) > 30


class Disk:
    """Makes one of the calls that look at the disk fail, as a bad disk does."""

    def __init__(self, at, number):
        self.at, self.number, self.calls = at, number, 0

    def failing(self, function):
        def call(*args, **options):
            self.calls += 1
            if self.calls == self.at:
                raise OSError(self.number, os.strerror(self.number), str(args[0]) if args else None)
            return function(*args, **options)

        return call

    @contextmanager
    def watching(self):
        with pytest.MonkeyPatch.context() as patched:
            for name in ("stat", "lstat", "listdir", "scandir", "open", "access", "readlink", "statvfs"):
                patched.setattr(os, name, self.failing(getattr(os, name)))
            patched.setattr(builtins, "open", self.failing(open))
            yield


@pytest.mark.parametrize("number", [errno.EIO, errno.EACCES])
def test_of_a_disk_nothing_is_deleted_for_and_nothing_else_hidden(
    three, open_registry, number, fail_at_some, is_stamped
):
    kernels = user_location().kernels
    before = snapshot(kernels)

    def attempt(at):
        disk = Disk(at, number)
        registry = open_registry()
        with disk.watching():
            result = sync.sync(registry)
            rows = list_kernels(open_registry())
            unread = open_registry().unreadable()
        assert snapshot(kernels).keys() == before.keys(), f"at {at}: {result}"
        assert result.removed == (), f"at {at}"
        assert {row.name for row in rows} == {"bad", "good", "well"} or not rows, f"at {at}"
        assert sum(row.status != "ok" for row in rows) <= 1 or unread, f"at {at}: {rows}"
        sync.sync(open_registry())
        assert [row.status for row in list_kernels(open_registry())] == ["ok"] * 3, f"at {at}"
        return disk.calls

    assert fail_at_some(attempt, 50) > (90 if is_stamped else 300)
