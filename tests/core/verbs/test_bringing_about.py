import json
import shutil

from conda_jupyter_plugin.core.actions import Plan, Reason, Write
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.planning.adding import Adding
from conda_jupyter_plugin.core.planning.removing import Removing
from conda_jupyter_plugin.core.verbs.bringing_about import How, bring_about

from ...support import add, read_json, snapshot


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


def test_a_plan_that_finds_all_in_line_changes_nothing(open_registry, make_environment):
    environment = make_environment()
    add(open_registry(), environment)

    plan = adding(environment).plan([open_registry()])

    assert [isinstance(action, Write) and action.unchanged for action in plan.actions] == [True]
    assert (plan.changes, plan.locations) == ((), set())
    assert Plan.merged([plan, Plan()]) == plan
