"""The way in for `--kernel`: where it is gone, conda works on; where it is there, it costs nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conda_base import Conda
from conda_checks import Done, environments, registered

from conda_jupyter_plugin.core.jupyter.locations import system_location

# Condas to come, in which an option can no longer be added the way it is: the parser's class cannot be
# changed, conda parses by another method, or the finished parser does not show its commands.
LATER_CONDAS = {
    "a parser class that cannot be changed": """
class Sealed(type):
    def __setattr__(cls, name, value):
        raise TypeError("cannot set %r of immutable type" % name)

class Parser(conda_argparse.ArgumentParser, metaclass=Sealed):
    pass
""",
    "another method that parses": """
class Parser(conda_argparse.ArgumentParser):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.parse_args = super().parse_args
""",
    "a parser that does not show what it holds": """
class Parser(conda_argparse.ArgumentParser):
    def __getattribute__(self, name):
        caller = sys._getframe(1).f_globals["__name__"]
        if name == "_actions" and caller.startswith("conda_jupyter_plugin"):
            raise AttributeError(name)
        return super().__getattribute__(name)
""",
}

WITHOUT_WAY_IN = """
import sys
from conda.cli import conda_argparse
{parser}
conda_argparse.ArgumentParser = Parser
from conda.cli.main import main
sys.exit(main())
"""

LOADED = """
import sys
from conda.cli.main import main
try:
    status = main()
finally:
    print(*sorted(sys.modules), sep="\\n", file=sys.stderr)
sys.exit(status)
"""


def run_code(conda: Conda, code: str, *words: str) -> Done:
    return replace(conda, forks=None).run_code(code, *words)


def assert_refused(done: Done) -> None:
    """Checks that conda itself does not know the flag."""
    assert done.returncode == 2
    assert "unrecognized arguments: --kernel" in done.stderr
    assert "Traceback" not in done.stderr


def ours(modules: list[str]) -> set[str]:
    return {
        module for module in modules if module.split(".")[0] in ("conda_jupyter_plugin", "pip_kernel_hook")
    }


@pytest.fixture(params=list(LATER_CONDAS.values()), ids=list(LATER_CONDAS))
def later_conda(request: pytest.FixtureRequest) -> str:
    """Code that runs conda without the way in."""
    return WITHOUT_WAY_IN.format(parser=request.param)


def test_without_the_way_in_conda_does_not_know_the_flag(conda: Conda, later_conda: str) -> None:
    assert_refused(run_code(conda, later_conda, "create", "-y", "-n", "shell", "--kernel", "bash_kernel"))
    assert environments(conda) == registered(conda) == []


def test_without_the_way_in_conda_works_on(conda: Conda, later_conda: str) -> None:
    done = run_code(conda, later_conda, "create", "-y", "-n", "shell", "bash_kernel")
    assert (done.returncode, done.stderr) == (0, "")
    assert (environments(conda), registered(conda)) == (["shell"], ["shell"])


def test_without_the_way_in_help_is_condas_own(conda: Conda, later_conda: str) -> None:
    done = run_code(conda, later_conda, "create", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--clone" in done.stdout
    assert "--kernel" not in done.stdout


def test_without_the_way_in_conda_kernel_create_remains(conda: Conda, later_conda: str) -> None:
    done = run_code(conda, later_conda, "kernel", "create", "-y", "-n", "shell", "bash_kernel")
    assert done.returncode == 0, done.stderr
    assert registered(conda) == ["shell"]


def test_without_plugins_conda_does_not_know_the_flag(conda: Conda) -> None:
    words = ("create", "-y", "-n", "shell", "--kernel", "bash_kernel")
    assert_refused(conda.run("--no-plugins", *words, check=False))
    assert environments(conda) == []


@pytest.mark.parametrize("command", ["remove -n x", "update -n x", "list", "search tool", "env list", "info"])
def test_other_commands_do_not_know_the_flag(conda: Conda, command: str) -> None:
    done = conda.run(*command.split(), "--kernel", check=False)
    assert done.returncode == 2
    assert "--kernel" in done.stderr


@pytest.mark.parametrize("command", ["list", "info", "env list", "search tool", "create --help"])
def test_a_command_without_kernels_loads_next_to_nothing(conda: Conda, command: str) -> None:
    done = run_code(conda, LOADED, *command.split())
    modules = done.stderr.splitlines()
    assert "conda.cli.main" in modules
    known = ("", ".plugin", ".conda_host", *([".flag", ".flag.options"] if "--help" in command else []))
    assert ours(modules) <= {f"conda_jupyter_plugin{module}" for module in known}
    foreign = ("jupyter_core", "jupyter_client", "filelock", "wcwidth")
    assert not [module for module in modules if module.split(".")[0] in foreign]


def test_a_transaction_without_kernels_loads_no_verb_and_nothing_to_write_with(conda: Conda) -> None:
    if system_location().workshop.exists():
        pytest.skip("kernels have been registered for all users of this machine")
    modules = run_code(conda, LOADED, "create", "-y", "-n", "x", "tool").stderr.splitlines()
    rooms = {module.removeprefix("conda_jupyter_plugin") for module in ours(modules)}
    assert rooms <= {
        *("", ".plugin", ".conda_host", ".conda_host.hooks", ".conda_host.post_transaction"),
        *(".settings", ".flag", ".flag.options", ".conda_api", ".conda_api.transaction"),
        *(".conda_host.following", ".core", ".core.jupyter", ".core.jupyter.paths"),
    }
    assert not {"jupyter_client", "jupyter_core", "filelock"} & set(modules)


def test_conda_list_loads_two_modules_of_ours(conda: Conda) -> None:
    modules = run_code(conda, LOADED, "list").stderr.splitlines()
    assert ours(modules) == {
        "conda_jupyter_plugin",
        "conda_jupyter_plugin.plugin",
        "conda_jupyter_plugin.conda_host",
    }


def test_no_verb_that_starts_no_kernel_loads_jupyter_client(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    for words in (("kernel", "list"), ("kernel", "add", "-n", "shell"), ("kernel", "remove", "shell", "-y")):
        modules = run_code(conda, LOADED, *words).stderr.splitlines()
        assert "conda_jupyter_plugin.core.jupyter.paths" in modules
        assert not {"jupyter_client", "jupyter_core.paths"} & set(modules)
