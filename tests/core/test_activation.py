import os
import shutil
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.activation import activate_virtual_environment
from conda_jupyter_plugin.core.environment import identify
from conda_jupyter_plugin.core.launcher import FILE_NAME, render_launcher

from ..support import write_program


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


@pytest.mark.parametrize(
    ("script", "prompt"),
    [
        ('VIRTUAL_ENV_PROMPT="(.venv) "', "(.venv) "),
        ("VIRTUAL_ENV_PROMPT='my prompt'", "my prompt"),
        ("VIRTUAL_ENV_PROMPT=mine", "mine"),
        ('    VIRTUAL_ENV_PROMPT=""\nelse\n    VIRTUAL_ENV_PROMPT=$(basename "$VIRTUAL_ENV")', ".venv"),
        ("VIRTUAL_ENV_PROMPT='", ".venv"),
        ("PS1=x", None),
    ],
)
def test_the_prompt_is_what_the_script_sets(environment, script, prompt):
    write_program(environment.prefix / "bin" / "activate", script)

    assert activate_virtual_environment(environment).variables.get("VIRTUAL_ENV_PROMPT") == prompt


TOOLS = {
    "venv": [sys.executable, "-m", "venv", "--without-pip"],
    "prompt": [sys.executable, "-m", "venv", "--without-pip", "--prompt", "my prompt"],
    "virtualenv": [sys.executable, "-m", "virtualenv", "--no-seed", "--quiet"],
    "uv": [sys.executable, "-m", "uv", "venv", "--quiet", "--no-config", "--offline"],
}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")
@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("around", [{}, {"PYTHONHOME": "/usr", "own": "mine"}], ids=["plain", "more"])
def test_a_kernel_sees_what_a_shell_sees_after_activate(tmp_path, tool, around):
    prefix = tmp_path / "opencv"
    subprocess.run([*TOOLS[tool], prefix], check=True, capture_output=True)
    launcher = write_program(
        tmp_path / FILE_NAME, render_launcher(activate_virtual_environment(identify(prefix)), {}).decode()
    )
    env = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), **around}

    def variables(words):
        done = subprocess.run([*words, "-0"], env=env, check=True, capture_output=True, text=True)
        pairs = dict(line.split("=", 1) for line in done.stdout.split("\0") if line)
        # The shell's own bookkeeping, and what only virtualenv's script adds.
        return {name: pairs[name] for name in pairs.keys() - {"_", "PS1", "PWD", "SHLVL", "PKG_CONFIG_PATH"}}

    shell = ["/bin/sh", "-c", f'. "{prefix}/bin/activate"; exec "$@"', "sh"]
    env_program = shutil.which("env")
    assert variables([launcher, env_program]) == variables([*shell, env_program])
