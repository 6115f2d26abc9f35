"""A conda to come lacks something that the project uses: that costs its feature, never a command."""

from __future__ import annotations

import pytest
from conda_base import Conda
from conda_checks import Done, environments, registered

# Runs a conda in which one name of one module is gone, as far as the project can see.
WITHOUT = """
import sys
from importlib import import_module
from types import ModuleType

module, name = import_module(sys.argv[1]), sys.argv[2]

class Later(ModuleType):
    def __getattribute__(self, asked):
        if asked == name and sys._getframe(1).f_globals["__name__"].startswith("conda_jupyter_plugin"):
            raise AttributeError(asked)
        return super().__getattribute__(asked)

module.__class__ = Later
from conda.cli.main import main
sys.exit(main(*sys.argv[3:]))
"""

GONE = {
    "conda.plugins.types": (
        *("CondaSubcommand", "CondaSetting", "CondaPreCommand", "CondaPostCommand"),
        "CondaPostTransactionAction",
    ),
    "conda.common.configuration": ("PrimitiveParameter", "CustomValidationError"),
    "conda.core.path_actions": ("Action",),
    "conda.cli.conda_argparse": ("ArgumentParser",),
    "conda.activate": ("PosixActivator",),
    "conda.base.context": ("context", "locate_prefix_by_name"),
    "conda.core.envs_manager": ("list_all_known_prefixes",),
    "conda": ("CondaError",),
}


@pytest.mark.parametrize(
    ("module", "name"), [(module, name) for module, names in GONE.items() for name in names]
)
def test_a_name_that_is_gone_costs_its_feature_alone(conda: Conda, module: str, name: str) -> None:
    done = without(conda, module, name, "create", "-y", "-n", "shell", "bash_kernel")
    assert_as_ever(done)
    assert environments(conda) == ["shell"]
    if done.stderr:
        assert registered(conda) == []

    for words in (("env", "config", "vars", "set", "-n", "shell", "A=b"), ("list", "-n", "shell"), ("info",)):
        assert_as_ever(without(conda, module, name, *words))
    assert_as_ever(without(conda, module, name, "remove", "-y", "--all", "-n", "shell"))
    assert environments(conda) == []


def test_a_name_that_nobody_uses_is_no_loss(conda: Conda) -> None:
    done = without(conda, "conda.plugins.types", "CondaSolver", "create", "-y", "-n", "shell", "bash_kernel")

    assert (done.returncode, done.stderr, registered(conda)) == (0, "", ["shell"])


def without(conda: Conda, module: str, name: str, *words: str) -> Done:
    """Runs a conda command in which the project cannot see a name."""
    return conda.run_code(WITHOUT, module, name, *words)


def assert_as_ever(done: Done) -> None:
    """Checks that a command ended as it should, with one line of ours at most."""
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") <= 1, done.stderr


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("conda.activate", "PosixActivator", ("env", "config", "vars", "set", "-n", "shell", "A=b")),
        ("conda.cli.conda_argparse", "ArgumentParser", ("list", "-n", "shell")),
        ("conda.plugins.types", "CondaSubcommand", ("list", "-n", "shell")),
    ],
)
def test_what_went_wrong_can_be_found_with_vv(
    conda: Conda, module: str, name: str, words: tuple[str]
) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel")

    done = without(conda, module, name, "-vv", *words)

    assert done.returncode == 0
    assert "Skipped:\nTraceback" in done.stderr
    assert f"AttributeError: {name}" in done.stderr or f"cannot import name '{name}'" in done.stderr
    assert "Traceback" not in without(conda, module, name, *words).stderr


@pytest.mark.parametrize(
    ("words", "way_out"),
    [
        (("create", "-y", "-n", "shell", "--kernel"), "conda kernel create"),
        (("install", "-y", "-n", "shell", "--kernel"), "conda kernel add -n ENVIRONMENT --install"),
    ],
)
def test_a_conda_that_lost_the_way_in_is_told_the_other(
    conda: Conda, words: tuple[str], way_out: str
) -> None:
    done = without(conda, "conda.cli.conda_argparse", "ArgumentParser", *words)

    assert done.returncode == 2
    assert (
        f"conda-jupyter-plugin: this version of conda does not accept plugin options for `conda {words[0]}`"
        in done.stderr
    )
    assert f"Use: {way_out}" in done.stderr
    assert "Traceback" not in done.stderr
