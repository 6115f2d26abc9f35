import os
import shutil
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.launch.command import FILE_NAME, start_with
from conda_jupyter_plugin.core.launch.launcher import render_launcher
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment


@pytest.fixture
def environment(make_environment):
    return make_environment(".venv", manager="venv")


def test_the_environments_programs_come_first(environment):
    assert activate_virtual_environment(environment).path == (str(environment.prefix / "bin"),)


def test_the_environment_is_named_as_the_active_one(environment):
    variables = activate_virtual_environment(environment).variables

    assert variables["VIRTUAL_ENV"] == str(environment.prefix)


def test_the_prompt_is_the_folders_name(environment):
    assert activate_virtual_environment(environment).variables["VIRTUAL_ENV_PROMPT"] == ".venv"


def test_another_pythons_home_is_left(environment):
    assert "PYTHONHOME" in activate_virtual_environment(environment).unset


def test_it_does_not_take_the_place_of_a_conda_environment(environment):
    assert not activate_virtual_environment(environment).conda


TOOLS = {
    "venv": [sys.executable, "-m", "venv", "--without-pip"],
    "prompt": [sys.executable, "-m", "venv", "--without-pip", "--prompt", "my prompt"],
    "virtualenv": [sys.executable, "-m", "virtualenv", "--no-seed", "--quiet"],
    "virtualenv-prompt": [
        sys.executable,
        "-m",
        "virtualenv",
        "--no-seed",
        "--quiet",
        "--prompt",
        "$5 'here'",
    ],
    "uv": [sys.executable, "-m", "uv", "venv", "--quiet", "--no-config", "--offline"],
    "uv-prompt": [
        sys.executable,
        "-m",
        "uv",
        "venv",
        "--quiet",
        "--no-config",
        "--offline",
        "--prompt",
        "a b",
    ],
}
OF_A_TOOL = (
    'export PKG_CONFIG_PATH="$VIRTUAL_ENV/lib/pkgconfig:${PKG_CONFIG_PATH-}" TOOL="$PATH"\nunset own\n'
)


@pytest.fixture
def variables(tmp_path):
    """The variables of a program, started by a launcher or by a shell that has activated an environment."""

    def variables(prefix, around, *, activated_by_hand=False):
        launcher = tmp_path / FILE_NAME
        launcher.write_bytes(render_launcher(activate_virtual_environment(identify(prefix)), {}))
        words = [*start_with(launcher), shutil.which("env")]
        if activated_by_hand:
            words = ["/bin/bash", "-c", f'. "{prefix}/bin/activate"; exec "$@"', "bash", words[-1]]
        env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **around}
        done = subprocess.run([*words, "-0"], env=env, check=True, capture_output=True, text=True)
        pairs = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
        return {name: pairs[name] for name in pairs.keys() - {"_", "PWD", "SHLVL"}}

    return variables


@pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    "around",
    [{}, {"PYTHONHOME": "/usr", "own": "mine", "PKG_CONFIG_PATH": "/x", "TCL_LIBRARY": "/x", "PS1": "$ "}],
    ids=["plain", "more"],
)
def test_a_kernel_sees_what_a_shell_sees_after_activate(tmp_path, variables, tool, around):
    prefix = tmp_path / "opencv"
    subprocess.run([*TOOLS[tool], prefix], check=True, capture_output=True)

    assert variables(prefix, around) == variables(prefix, around, activated_by_hand=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")
def test_what_a_tool_writes_into_its_script_counts(tmp_path, variables):
    prefix = tmp_path / "opencv"
    subprocess.run([*TOOLS["venv"], prefix], check=True, capture_output=True)
    with (prefix / "bin/activate").open("a") as script:
        script.write(OF_A_TOOL)

    seen = variables(prefix, {"own": "mine"})

    assert seen["TOOL"].startswith(f"{prefix}/bin:")
    assert seen == variables(prefix, {"own": "mine"}, activated_by_hand=True)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")
def test_an_environment_that_was_moved_is_activated_where_it_is(tmp_path, variables):
    subprocess.run([*TOOLS["venv"], tmp_path / "opencv"], check=True, capture_output=True)
    moved = (tmp_path / "opencv").rename(tmp_path / "vision")

    seen = variables(moved, {"PYTHONHOME": "/usr"})

    assert (seen["VIRTUAL_ENV"], seen["PATH"]) == (str(moved), f"{moved}/bin:/usr/bin:/bin")
    assert "PYTHONHOME" not in seen
