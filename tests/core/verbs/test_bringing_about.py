import errno
import json
import shutil

import pytest

from conda_jupyter_plugin.core.actions import Plan, Reason, Write
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.planning.adding import Adding
from conda_jupyter_plugin.core.planning.removing import Removing
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.verbs import bringing_about
from conda_jupyter_plugin.core.verbs.bringing_about import How, bring_about

from ...support import add, leftovers, read_json, snapshot, write_spec


class Overtaken:
    """A request between whose plan and the lock another process is at work."""

    about = "opencv"

    def __init__(self, asked, meanwhile):
        self.asked, self.meanwhile = asked, meanwhile

    def is_new(self, registries):
        return False

    def plan(self, registries):
        plan = self.asked.plan(registries)
        if self.meanwhile:
            meanwhile, self.meanwhile = self.meanwhile, None
            meanwhile()
        return plan


def adding(environment, **choices):
    return Adding(environment, user_location(), Choices(**choices))


def test_a_name_that_was_taken_meanwhile_is_planned_around(open_registry, make_environment, tmp_path):
    theirs, ours = (make_environment(parent=tmp_path / folder) for folder in ("a", "b"))
    asked = Overtaken(adding(ours), lambda: add(open_registry(), theirs))

    done = bring_about([open_registry()], [asked], How())

    assert [row.name for row in done.result().registered] == ["b-opencv"]
    assert read_json(user_location().kernels / "opencv")["metadata"]["conda_env_path"] == str(theirs.prefix)


def test_what_was_removed_meanwhile_is_removed_by_nobody_again(open_registry, make_environment):
    add(open_registry(), make_environment())
    registry = open_registry()
    folder = registry.inventory.get("opencv").folder
    asked = Removing(registry.inventory.get("opencv"), registry.location, Reason.ASKED_FOR)

    done = bring_about([registry], [Overtaken(asked, lambda: shutil.rmtree(folder))], How())

    assert (done.result().removed, done.result().errors) == ((), ())


def test_what_somebody_else_put_there_meanwhile_stays(open_registry, make_environment):
    add(open_registry(), make_environment())
    registry = open_registry()
    item = registry.inventory.get("opencv")
    theirs = json.dumps({"argv": ["/bin/true"], "display_name": "Theirs", "language": "python"})
    asked = Removing(item, registry.location, Reason.ASKED_FOR)

    overtaken = Overtaken(asked, lambda: (item.folder / "kernel.json").write_text(theirs))
    done = bring_about([registry], [overtaken], How())

    assert done.result().removed == ()
    assert (item.folder / "kernel.json").read_text() == theirs


def test_each_request_is_planned_upon_what_the_last_one_leaves(open_registry, make_environment, tmp_path):
    two = [make_environment(parent=tmp_path / folder) for folder in ("a", "b")]
    before = snapshot(tmp_path)

    done = bring_about([open_registry()], [adding(environment) for environment in two], How(dry_run=True))

    assert [row.name for row in done.result(dry_run=True).registered] == ["opencv", "b-opencv"]
    assert snapshot(tmp_path) == before


@pytest.fixture
def many(make_environment):
    """Requests for environments that are not registered."""
    return [adding(make_environment(f"opencv-{number}")) for number in range(5)]


@pytest.fixture
def flushed(monkeypatch):
    """How many files the disk is waited for at a time."""
    numbers = []
    flush = store.flush

    def counting(folder, paths):
        numbers.append(len(paths))
        flush(folder, paths)

    monkeypatch.setattr(store, "flush", counting)
    return numbers


def test_what_is_new_is_planned_once_and_waits_for_the_disk_together(
    open_registry, many, flushed, monkeypatch
):
    planned = []
    plan = Adding.plan
    monkeypatch.setattr(Adding, "plan", lambda self, *args: planned.append(self) or plan(self, *args))

    done = bring_about([open_registry()], many, How())

    assert [row.name for row in done.result().registered] == [f"opencv-{number}" for number in range(5)]
    assert (planned, flushed) == (many, [10])
    assert leftovers() == []


def test_of_many_each_is_whole_before_it_has_its_place(open_registry, many, monkeypatch):
    """Some are in their places, and for others the disk has been waited for."""
    monkeypatch.setattr(bringing_about, "_TOGETHER", 2)
    seen = []
    put = store._put_prepared

    def watching(prepared, kernels, name):
        seen.append((sorted(prepared.names()), sorted(kernels.names())))
        return put(prepared, kernels, name)

    monkeypatch.setattr(store, "_put_prepared", watching)

    bring_about([open_registry()], many, How())

    assert seen[:3] == [
        (["opencv-0", "opencv-1"], []),
        (["opencv-1"], ["opencv-0"]),
        (["opencv-2", "opencv-3"], ["opencv-0", "opencv-1"]),
    ]


@pytest.mark.parametrize("failing", ["fill", "flush", "_make_new"])
def test_where_they_cannot_be_written_together_each_is_written_apart(
    open_registry, many, monkeypatch, failing
):
    calls = []
    function = getattr(store, failing)

    def fail_once(*args, **options):
        calls.append(1)
        if len(calls) == 1:
            raise OSError(errno.EIO, "bad disk")
        return function(*args, **options)

    monkeypatch.setattr(store, failing, fail_once)

    done = bring_about([open_registry()], many, How())

    assert (len(done.result().registered), done.result().errors, leftovers()) == (5, (), [])


def test_one_that_cannot_be_put_in_its_place_stops_no_other(open_registry, many, monkeypatch):
    put = store._put_prepared

    def failing(prepared, kernels, name):
        if name == "opencv-1":
            raise OSError(errno.EIO, "bad disk")
        return put(prepared, kernels, name)

    monkeypatch.setattr(store, "_put_prepared", failing)

    result = bring_about([open_registry()], many, How()).result()

    assert [row.name for row in result.registered] == ["opencv-0", "opencv-2", "opencv-3", "opencv-4"]
    assert (len(result.errors), leftovers()) == (1, [])


def test_what_somebody_else_puts_there_in_the_meantime_is_kept(open_registry, many, kernels, monkeypatch):
    prepare = store._prepare
    theirs = {"argv": ["/bin/true"], "display_name": "Theirs", "language": "python"}

    def preparing(*args):
        prepare(*args)
        write_spec(kernels / "opencv-1", theirs)

    monkeypatch.setattr(store, "_prepare", preparing)

    bring_about([open_registry()], many, How())

    assert read_json(user_location().workshop / "originals" / "opencv-1") == theirs


def test_a_plan_that_finds_all_in_line_changes_nothing(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment)

    plan = adding(environment).plan([open_registry()])

    assert [isinstance(action, Write) and action.unchanged for action in plan.actions] == [True]
    assert (plan.changes, plan.locations) == ((), set())
    assert Plan.merged([plan, Plan()]) == plan
