"""A kernel sees the variables that a shell sees after `conda activate`: the same set, the same values."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from string import Template

import pytest
from activated_shell import Variables, activated, variables_of
from activation_scripts import KINDS, LEFT_ON, write_scripts
from conda_base import Conda
from conda_checks import spec_of

from conda_jupyter_plugin.core.launch.command import launcher_of

GIVEN = {"GIVEN": "given", "GDAL_DATA": "/mine", "LC_ALL": "C.UTF-8", "own": "mine", "path": "mine"} | {
    "BASH_FUNC_module%%": "() {  if [ $1 = load ]; then\n export LOADED=$2;\n else\n unset LOADED;\n fi\n}"
}
"""What Jupyter's own surroundings hold, names that a careless launcher would use for itself among them."""

# A shell's own bookkeeping
LEFT_ASIDE = re.compile(r"PS1|SHLVL|CONDA_SHLVL|CONDA_PREFIX_\d+|CONDA_PROMPT_MODIFIER|(OLD)?PWD|_")


def without_bookkeeping(variables: Variables) -> Variables:
    return {name: value for name, value in variables.items() if not LEFT_ASIDE.fullmatch(name)}


def launching(conda: Conda, name: str) -> list[str]:
    """The words of a kernel's command that start its launcher."""
    argv = spec_of(conda, name)["argv"]
    return argv[: argv.index(str(launcher_of(argv))) + 1]


@pytest.fixture
def shell(conda: Conda) -> Callable[..., Variables]:
    """Gives all variables of a shell that has activated environments, one after the other."""
    return lambda *environments, **given: activated(conda, environments, conda.variables(GIVEN | given))


@pytest.fixture
def kernel(conda: Conda, shell: Callable[..., Variables]) -> Callable[..., Variables]:
    """Gives all variables of a kernel whose Jupyter runs in activated environments."""

    def variables(*environments: str, name: str = "opencv", **given: str) -> Variables:
        around = shell(*environments, **given) if environments else conda.variables(GIVEN | given)
        seen = conda.home / "seen"
        command = [*launching(conda, name), "/bin/cp", "/proc/self/environ", str(seen)]
        subprocess.run(command, env=around, capture_output=True, check=True)
        return without_bookkeeping(variables_of(seen.read_bytes()))

    return variables


def make(conda: Conda, name: str, kind: str, **variables: str) -> None:
    conda.run("create", "-y", "-n", name, "bash_kernel")
    write_scripts(conda.env_prefix(name), KINDS[kind])
    if variables:
        pairs = (f"{key}={value}" for key, value in variables.items())
        conda.run("env", "config", "vars", "set", "-n", name, *pairs)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kernel_sees_what_a_shell_sees(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables], kind: str
) -> None:
    make(conda, "opencv", kind)
    make(conda, "other", "sets" if kind == "none" else kind)
    expected = without_bookkeeping(shell("opencv"))
    assert expected["CONDA_PREFIX"] == str(conda.env_prefix("opencv"))

    for around in ([], ["base"], ["other"], ["base", "other"], ["opencv"]):
        assert kernel(*around) == expected, around


HOSTILE = {
    "DOLLAR": "$HOME ${HOME} $$ $(id)",
    "QUOTES": 'say "hi"',
    "BACKTICK": "`id`",
    "PERCENT": "%PATH% %s",
    "LETTERS": "Père 日本 🎄",
    "SPACES": "two  words",
    "BACKSLASH": "a\\nb\\",
    "JSON": '{"FAKE": "x", "A\\"B": 1}',
}


def test_variables_of_the_environment_arrive_unchanged(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none", **HOSTILE)
    expected = without_bookkeeping(shell("opencv"))

    assert {name: expected[name] for name in HOSTILE} == HOSTILE
    for around in ([], ["base"], ["opencv"]):
        assert kernel(*around) == expected, around


@pytest.mark.parametrize("value", ["it's", "two\nlines"])
def test_a_value_that_condas_shell_cannot_take_arrives_all_the_same(
    conda: Conda, kernel: Callable[..., Variables], value: str
) -> None:
    make(conda, "opencv", "none", VALUE=value)

    assert kernel()["VALUE"] == value


def test_variables_of_packages_are_set(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none", OWN="environment", BOTH="environment")
    folder = conda.env_prefix("opencv") / "etc/conda/env_vars.d"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text('{"PACKAGE": "a", "BOTH": "package"}')
    (folder / "b.json").write_text('{"PACKAGE": "b"}')
    conda.run("kernel", "sync")

    assert (kernel()["PACKAGE"], kernel()["BOTH"]) == ("b", "environment")
    assert kernel() == without_bookkeeping(shell("opencv"))


def test_what_a_variable_of_the_environment_hides_is_kept_as_conda_keeps_it(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none", GIVEN="environment")

    assert kernel() == without_bookkeeping(shell("opencv"))
    assert kernel("opencv") == kernel()


def test_the_variables_of_the_surrounding_environment_are_gone(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none", SHARED="opencv")
    make(conda, "other", "packages", ONLY_OTHER="1", SHARED="other", GIVEN="other", **HOSTILE)
    folder = conda.env_prefix("other") / "etc/conda/env_vars.d"
    folder.mkdir(parents=True)
    (folder / "a.json").write_text('{"PACKAGE": "a"}')

    assert kernel("other") == kernel() == without_bookkeeping(shell("opencv"))
    assert kernel("base", "other") == kernel()


def test_what_a_shell_cannot_name_stays(conda: Conda, kernel: Callable[..., Variables]) -> None:
    make(conda, "opencv", "sets")
    odd = {"BASH_FUNC_ml%%": "() {  echo hi\n}", "a.b": "1", "A-B": "2", "BASH_ENV": "/nowhere"}

    seen = kernel(**odd)

    assert {name: seen.get(name) for name in odd} == odd


def test_the_sites_start_up_file_is_read_as_any_shell_that_activates_does(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "module")
    make(conda, "other", "module")
    site = conda.home / "site.sh"
    site.write_text('module() { export "SITE=${SITE-}$*:"; }\nexport FROM_SITE=1\n')

    for given in ({"BASH_ENV": str(site)}, {"BASH_ENV": str(site), "LOADED": "gcc:"}):
        expected = without_bookkeeping(shell("opencv", **given))
        assert expected["SITE"] == "load cuda/11:"
        assert kernel(**given) == expected
        assert kernel("other", **given)["SITE"] == "load cuda/11:unload cuda/11:load cuda/11:"


def test_no_interactive_start_up_file_is_read(conda: Conda, kernel: Callable[..., Variables]) -> None:
    make(conda, "opencv", "sets")
    for name in (".bashrc", ".profile", ".bash_profile", "env"):
        (conda.home / name).write_text(f"touch {conda.home}/read\n")

    kernel(ENV=str(conda.home / "env"))
    # Below ssh, bash would read one that is meant for a shell on the other machine.
    kernel(SSH_CLIENT="192.0.2.1 50000 22", SHLVL="0")

    assert not (conda.home / "read").exists()


@pytest.mark.parametrize("kind", ["packages", "order", "depends"])
def test_what_the_surrounding_environments_scripts_leave_on_stops_nothing(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables], kind: str
) -> None:
    make(conda, "opencv", kind)
    make(conda, "other", "none", SHARED="1")
    expected = without_bookkeeping(shell("opencv"))

    for what, left in LEFT_ON.items():
        write_scripts(conda.env_prefix("other"), {"z.sh": ("", f"{left}\n")})
        assert kernel("other") == expected, what


@pytest.mark.parametrize("kind", ["noexec", "modeless"])
def test_an_odd_file_system_changes_nothing(
    conda: Conda,
    shell: Callable[..., Variables],
    kernel: Callable[..., Variables],
    mount: Callable[[str, Path], Path],
    kind: str,
) -> None:
    mount(kind, conda.data_dir)
    make(conda, "opencv", "packages")
    make(conda, "other", "packages")

    assert kernel() == kernel("other") == without_bookkeeping(shell("opencv"))


def test_a_renamed_environment_is_activated_as_what_it_is_now(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "packages")
    data = "share/data:$${HOME}"
    conda.run("kernel", "add", "-n", "opencv", "--env", f"DATA={conda.env_prefix('opencv')}/{data}")
    conda.run("rename", "-n", "opencv", "vision")

    seen = kernel(name="vision")

    assert seen.pop("DATA") == f"{conda.env_prefix('vision')}/share/data:${{HOME}}"
    assert seen == without_bookkeeping(shell("vision"))


def test_references_are_replaced_by_jupyter_and_put_around_the_activations(
    conda: Conda, kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "appends")
    words = ("PATH=/x/bin:${PATH}", "LD_LIBRARY_PATH=${LD_LIBRARY_PATH}:/y", "MINE=${GIVEN}/$GIVEN")
    conda.run("kernel", "add", "-n", "opencv", *(word for option in words for word in ("--env", option)))
    prefix = conda.env_prefix("opencv")
    spec = spec_of(conda, "opencv")["env"]

    around = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": "/lib"} | GIVEN
    seen = kernel(**{name: Template(text).safe_substitute(around) for name, text in spec.items()})

    assert seen["PATH"].startswith(f"/x/bin:{prefix}/bin:")
    assert seen["PATH"].endswith(f"/usr/bin:/bin:{prefix}/more/bin")
    assert seen["LD_LIBRARY_PATH"] == f"{prefix}/lib:/lib:/y"
    assert seen["MINE"] == "given/$GIVEN"


def test_a_script_may_activate_another_environment_on_top(
    conda: Conda, shell: Callable[..., Variables], kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none")
    make(conda, "helper", "packages", ONLY_HELPER="1")
    write_scripts(conda.env_prefix("opencv"), {"a.sh": ("conda activate --stack helper\n", "")})
    expected = without_bookkeeping(shell("opencv"))

    assert expected["CONDA_PREFIX"] == str(conda.env_prefix("helper"))
    assert kernel() == expected


def test_a_stacked_environment_is_left_with_those_below_it(
    conda: Conda, kernel: Callable[..., Variables]
) -> None:
    make(conda, "opencv", "none")
    make(conda, "below", "packages")
    make(conda, "above", "appends")

    assert kernel("below", "--stack above") == kernel()


@pytest.mark.parametrize("folder", ["two words", "Père 日本", "100%s", "[a]*", "it's", "$ `id`"])
def test_hostile_paths(
    conda: Conda,
    shell: Callable[..., Variables],
    kernel: Callable[..., Variables],
    tmp_path: Path,
    folder: str,
) -> None:
    prefix = tmp_path / folder / "opencv"
    conda.run("create", "-y", "-p", prefix, "bash_kernel")
    write_scripts(prefix, KINDS["depends"])
    conda.run("kernel", "add", "-p", prefix)

    seen = kernel()

    assert seen["CONDA_PREFIX"] == str(prefix)
    assert seen["AGAIN"] == f"{conda.home}/.cache/{prefix}/again:given"
    # conda's own shell takes neither quotes nor what a shell expands.
    if not set("'$") & set(folder):
        assert seen == without_bookkeeping(shell(shlex.quote(str(prefix))))


def test_a_script_that_ends_the_shell_is_one_sentence_that_names_it(conda: Conda) -> None:
    make(conda, "opencv", "none")
    write_scripts(conda.env_prefix("opencv"), {"bad.sh": ("exit 3\n", "")})

    command = [*launching(conda, "opencv"), "/bin/true"]
    done = subprocess.run(command, env=conda.variables(), capture_output=True, text=True, check=False)

    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "bad.sh" in done.stderr
    assert "status 3" in done.stderr
    assert "conda kernel sync" in done.stderr
