import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from conda_jupyter_plugin.core import system
from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.kernelspec.kernel_packages import Source
from conda_jupyter_plugin.core.launch.command import FILE_NAME, launcher_of, start_with
from conda_jupyter_plugin.core.launch.launcher import carried, render_launcher
from conda_jupyter_plugin.core.launch.variables import Value
from conda_jupyter_plugin.core.models import Activation

from ...support import write_program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")

CONDA = Activation(
    conda=True,
    path=("/envs/opencv/bin",),
    first_path=("/conda/condabin",),
    variables={"CONDA_PREFIX": "/envs/opencv", "CONDA_SHLVL": "1", "CONDA_DEFAULT_ENV": "opencv"},
)
VENV = Activation(
    conda=False,
    path=("/envs/opencv/bin",),
    variables={"VIRTUAL_ENV": "/envs/opencv", "VIRTUAL_ENV_PROMPT": "opencv"},
    unset=("PYTHONHOME",),
)
ENV = shutil.which("env") or "/usr/bin/env"


def sourcing(shell, launcher, *command):
    """The words that let a shell source a launcher."""
    words = [word for word in start_with(launcher)[1:] if word != "--norc" or "bash" in shell]
    return [shell, *words, *command]


@pytest.fixture(params=["/bin/sh", "bash", "dash"])
def run(request, tmp_path):
    """Runs a command by the launcher, in each shell that is there."""
    shell = shutil.which(request.param)
    if shell is None:
        pytest.skip(f"{request.param} is not installed")

    def run(command, activation=CONDA, env=None, given=None, macos=False, **surrounding):
        launcher = tmp_path / FILE_NAME
        given = {name: Value.of_kernelspec(text) for name, text in (given or {}).items()}
        literals = {name: Value((text,)) for name, text in (env or {}).items()}
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(system, "MACOS", macos)
            launcher.write_bytes(render_launcher(activation, given | literals))
        around = {"PATH": "/usr/bin:/bin", **surrounding}
        around = {name: value for name, value in around.items() if value is not None}
        return subprocess.run(
            sourcing(shell, launcher, *command), env=around, capture_output=True, check=False
        )

    return run


@pytest.fixture
def variables(run):
    """The variables that a kernel started by the launcher sees."""

    def variables(activation=CONDA, env=None, given=None, macos=False, **surrounding):
        finished = run([ENV, "-0"], activation, env, given, macos, **surrounding)
        assert (finished.returncode, finished.stderr) == (0, b"")
        return dict(os.fsdecode(line).split("=", 1) for line in finished.stdout.split(b"\0") if line)

    return variables


@pytest.fixture
def path(variables):
    """The PATH that a kernel started by the launcher sees, as a list."""

    def path(activation=CONDA, **surrounding):
        return variables(activation, **surrounding)["PATH"].split(":")

    return path


def test_without_an_active_environment_the_own_programs_come_first_then_condas(path):
    assert path() == ["/envs/opencv/bin", "/conda/condabin", "/usr/bin", "/bin"]


def test_condas_own_programs_are_not_added_where_they_are(path):
    assert path(PATH="/usr/bin:/mini/condabin") == ["/envs/opencv/bin", "/usr/bin", "/mini/condabin"]


def test_a_leftover_conda_prefix_at_level_0_is_no_active_environment(path):
    surrounding = {"CONDA_SHLVL": "0", "CONDA_PREFIX": "/envs/lab", "PATH": "/envs/lab/bin:/bin"}

    assert path(**surrounding) == ["/envs/opencv/bin", "/conda/condabin", "/envs/lab/bin", "/bin"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/envs/lab/bin:/usr/bin", "/envs/opencv/bin:/usr/bin"),
        ("/home/user/bin:/envs/lab/bin:/usr/bin", "/home/user/bin:/envs/opencv/bin:/usr/bin"),
        ("/usr/bin:/envs/lab/bin", "/usr/bin:/envs/opencv/bin"),
        ("/envs/lab/bin", "/envs/opencv/bin"),
        ("/envs/lab/binary:/usr/bin", "/envs/opencv/bin:/envs/lab/binary:/usr/bin"),
        ("/usr/bin:/bin", "/envs/opencv/bin:/usr/bin:/bin"),
    ],
    ids=["first", "later", "last", "alone", "alike", "missing"],
)
def test_the_active_conda_environments_programs_make_way(path, before, after):
    assert path(PATH=before, CONDA_SHLVL="1", CONDA_PREFIX="/envs/lab") == after.split(":")


@pytest.mark.parametrize(
    "prefix", ["/envs/a b", "/envs/[lab]", "/envs/*", "/envs/Père", "/envs/$HOME", "/envs/'"]
)
def test_the_active_conda_environments_name_is_taken_literally(path, prefix):
    surrounding = {"PATH": f"/envs/l/bin:{prefix}/bin:/bin", "CONDA_SHLVL": "2", "CONDA_PREFIX": prefix}

    assert path(**surrounding) == ["/envs/l/bin", "/envs/opencv/bin", "/bin"]


def test_inside_the_same_environment_its_programs_stay_where_they_are(path):
    surrounding = {"PATH": "/envs/opencv/bin:/bin", "CONDA_SHLVL": "1", "CONDA_PREFIX": "/envs/opencv"}

    assert path(**surrounding) == ["/envs/opencv/bin", "/bin"]


def test_an_active_environment_without_a_prefix_counts_as_none(path):
    assert path(CONDA_SHLVL="1")[:1] == ["/envs/opencv/bin"]


@pytest.mark.parametrize("activation", [CONDA, VENV], ids=["conda", "venv"])
@pytest.mark.parametrize("before", ["/home/user/.venv/bin:/bin", "/bin:/home/user/.venv/bin"])
def test_the_active_virtual_environments_programs_are_left(path, activation, before):
    assert "/home/user/.venv/bin" not in path(activation, PATH=before, VIRTUAL_ENV="/home/user/.venv")


def test_a_conda_kernel_leaves_the_active_virtual_environment(variables):
    seen = variables(VIRTUAL_ENV="/home/user/.venv", VIRTUAL_ENV_PROMPT="(.venv)")

    assert not {"VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT"} & set(seen)


def test_a_virtual_environments_kernel_runs_in_its_own(variables):
    assert variables(VENV, VIRTUAL_ENV="/home/user/.venv")["VIRTUAL_ENV"] == "/envs/opencv"


def test_a_virtual_environments_programs_come_in_front_of_an_active_conda_environments(path):
    surrounding = {"PATH": "/envs/lab/bin:/bin", "CONDA_SHLVL": "1", "CONDA_PREFIX": "/envs/lab"}

    assert path(VENV, **surrounding) == ["/envs/opencv/bin", "/envs/lab/bin", "/bin"]


@pytest.mark.parametrize("activation", [CONDA, replace(VENV, path=("/envs/opencv/bin", "/more"))])
def test_no_empty_place_comes_onto_an_unset_path(path, activation):
    assert "" not in path(activation, PATH=None)


@pytest.mark.parametrize(
    "before", ["/usr/bin:/bin", "/envs/lab/bin", None], ids=["missing", "alone", "unset"]
)
@pytest.mark.parametrize("stacked", [{}, {"CONDA_STACKED_1": "true"}], ids=["plain", "stacked"])
def test_no_empty_place_comes_onto_path_where_an_environment_is_left(path, before, stacked):
    seen = path(PATH=before, CONDA_SHLVL="1", CONDA_PREFIX="/envs/lab", **stacked)

    assert seen[0] == "/envs/opencv/bin"
    assert "" not in seen and "/envs/lab/bin" not in seen


def test_the_activations_variables_are_set(variables):
    seen = variables(CONDA_DEFAULT_ENV="lab")

    assert {name: seen.get(name) for name in CONDA.variables} == CONDA.variables


def test_the_activations_unset_variables_are_gone(variables):
    assert "PYTHONHOME" not in variables(VENV, PYTHONHOME="/usr")


def test_other_variables_stay(variables):
    assert variables(OMP_NUM_THREADS="4")["OMP_NUM_THREADS"] == "4"


def test_what_kernel_json_sets_stays_whatever_the_activation_says(variables):
    activation = replace(CONDA, own={"GDAL_DATA": "/gdal", "HERE": "/gdal", "OTHER": "1"})
    given = {"GDAL_DATA": "/$$mine", "HERE": "${ROOT}/gdal"}

    seen = variables(activation, given=given, GDAL_DATA="/$mine", HERE="/root/gdal", ROOT="/root")

    assert {name: seen[name] for name in ("GDAL_DATA", "HERE", "OTHER")} == {
        "GDAL_DATA": "/$mine",
        "HERE": "/root/gdal",
        "OTHER": "1",
    }


# What kernel.json says, what Jupyter makes of it, what the activation sets, and what the kernel gets.
AROUND = {
    "in front": ("/x:$LIBS", "/x:/usr", "/gdal", "/x:/gdal"),
    "behind": ("${LIBS}:/x", "/usr:/x", "/gdal", "/gdal:/x"),
    "both": ("/x:${LIBS}:/y", "/x:/usr:/y", "/gdal", "/x:/gdal:/y"),
    "untouched": ("/x:${LIBS}", "/x:/usr", None, "/x:/usr"),
    "unset for Jupyter": ("/x:${LIBS}", "/x:${LIBS}", None, "/x"),
    "unset, in short": ("/x:$LIBS:/y", "/x:$LIBS:/y", None, "/x:/y"),
    "unset for VS Code": ("${LIBS}:/x", ":/x", None, "/x"),
    "unset but for the activation": ("/x:${LIBS}", "/x:${LIBS}", "/gdal", "/x:/gdal"),
    "with another": ("${ROOT}/x:${LIBS}", "/root/x:/usr", "/gdal", "/root/x:/gdal"),
    "itself": ("${LIBS}", "/usr", "/gdal", "/gdal"),
    "odd": ("it's {}*:${LIBS}", "it's {}*:/usr", "/gdal", "it's {}*:/gdal"),
}


@pytest.mark.parametrize(("template", "arrives", "activated", "seen"), AROUND.values(), ids=AROUND)
def test_what_refers_to_itself_is_put_around_what_the_activation_makes_of_it(
    variables, template, arrives, activated, seen
):
    activation = replace(CONDA, variables={} if activated is None else {"LIBS": activated})

    assert variables(activation, given={"LIBS": template}, LIBS=arrives, ROOT="/root")["LIBS"] == seen


def test_a_path_that_refers_to_itself_is_put_around_the_environments(path):
    seen = path(given={"PATH": "/x/bin:${PATH}"}, PATH="/x/bin:/usr/bin:/bin")

    assert seen == ["/x/bin", "/envs/opencv/bin", "/conda/condabin", "/usr/bin", "/bin"]


@pytest.mark.parametrize("name", ["UID", "PPID", "RANDOM", "SHELLOPTS", "SHLVL", "BASHOPTS", "SECONDS"])
def test_a_variable_that_the_shell_would_not_let_go_reaches_the_kernel(variables, name):
    assert variables(env={name: "7 and $"})[name] == "7 and $"


LIBRARIES = "DYLD_LIBRARY_PATH"
CARRIER = f"CONDA_JUPYTER_PLUGIN_{LIBRARIES}"


def test_on_macos_the_loaders_variables_are_carried_past_the_shell(monkeypatch):
    monkeypatch.setattr(system, "MACOS", True)
    given = {"DYLD_PRINT_RPATHS": Value(("1",)), LIBRARIES: Value.of_kernelspec(f"/x:${LIBRARIES}")}

    carriers = carried(given)

    assert carriers[CARRIER] == f"/x:${{{LIBRARIES}}}"
    assert carriers["CONDA_JUPYTER_PLUGIN_DYLD_PRINT_RPATHS"] == "1"
    assert carriers["CONDA_JUPYTER_PLUGIN_DYLD_INSERT_LIBRARIES"] == "${DYLD_INSERT_LIBRARIES}"
    monkeypatch.setattr(system, "MACOS", False)
    assert carried(given) == {}


@pytest.mark.parametrize("given", [{}, {LIBRARIES: f"/x:${LIBRARIES}"}], ids=["surroundings", "kernelspec"])
@pytest.mark.parametrize("activated", [None, "/gdal"])
def test_on_macos_they_reach_the_kernel(variables, given, activated):
    activation = replace(CONDA, own={LIBRARIES: activated} if activated else {})
    arrives = "/x:/usr" if given else "/usr"

    seen = variables(activation, given=given, macos=True, **{CARRIER: arrives})

    assert seen[LIBRARIES] == ("/x:" if given else "") + (activated or "/usr")
    assert not [name for name in seen if name.startswith("CONDA_JUPYTER_PLUGIN")]


@pytest.mark.parametrize("arrives", ["", f"${{{LIBRARIES}}}"], ids=["VS Code", "Jupyter"])
def test_on_macos_what_nobody_has_set_stays_unset(variables, arrives):
    assert LIBRARIES not in variables(macos=True, **{CARRIER: arrives})


def test_it_is_sourced_by_bash_where_there_is_one():
    shell = shutil.which("bash", path="/bin") or "/bin/sh"
    words = start_with(Path("/kernels/opencv", FILE_NAME))

    assert (words[0], words[-2:]) == (shell, (Path(shell).name, f"/kernels/opencv/{FILE_NAME}"))
    assert launcher_of([*words, "python"]) == Path("/kernels/opencv", FILE_NAME)
    assert launcher_of(["python", "-m", "ipykernel_launcher"]) is None


def test_a_shell_is_what_a_script_finds_itself_in(run, tmp_path):
    prefix = script_in(tmp_path, 'echo "$0 $1 $#" $(cat /proc/$$/comm || ps -o comm= -p $$)\n')
    activation = replace(CONDA, variables={"CONDA_PREFIX": str(prefix)})

    words = run([ENV, "true"], activation).stdout.decode().split()

    assert words[1:3] == ["activate", "2"]
    assert {Path(words[0]).name, Path(words[3]).name} <= {"sh", "bash", "dash"}


def script_in(folder, text, name="a.sh"):
    """An environment with one activation script."""
    script = folder / "opencv/etc/conda/activate.d" / name
    script.parent.mkdir(parents=True)
    script.write_text(text)
    return folder / "opencv"


@pytest.mark.parametrize(
    "name", ["own", "path", "outer", "level", "quoted", "__kernel_level", "order", "lower"]
)
def test_no_variable_of_the_surroundings_is_taken_for_one_of_the_launchers(variables, name):
    assert variables(**{name: "mine"})[name] == "mine"


@pytest.mark.parametrize("level", ["x", "00", "-1", "1 2"])
def test_a_level_that_is_no_number_counts_as_none(path, level):
    assert path(CONDA_SHLVL=level, CONDA_PREFIX="/envs/lab")[:2] == ["/envs/opencv/bin", "/conda/condabin"]


@pytest.mark.parametrize("level", ["8", "08", "09", "01"])
def test_a_level_may_begin_with_a_zero_as_condas_own(path, variables, level):
    below = f"CONDA_PREFIX_{int(level) - 1}"
    around = {"PATH": "/envs/lab/bin:/bin", "CONDA_PREFIX": "/envs/lab", below: "/envs/base"}

    assert path(CONDA_SHLVL=level, **around) == ["/envs/opencv/bin", "/bin"]
    assert variables(CONDA_SHLVL=level, **around)["CONDA_SHLVL"] == "1"


def test_a_virtual_environments_script_is_in_no_function_as_where_a_user_sources_it(tmp_path):
    script = tmp_path / "activate"
    script.write_text(
        "declare ROOT=/x\ndeclare -x LIB=$ROOT/lib COUNT=$#\nexport VIRTUAL_ENV=/opencv\nset -- a b\n"
    )
    launcher = tmp_path / FILE_NAME
    activation = Activation(False, ("/opencv/bin",), {"VIRTUAL_ENV": "/opencv"}, script=str(script))
    launcher.write_bytes(render_launcher(activation, {"OWN": Value.of_kernelspec("it's $X")}))

    words = [*sourcing("bash", launcher), "/bin/sh", "-c", 'echo "$LIB $COUNT $OWN $1 $2"', "sh", "a 'b'", ""]
    said = subprocess.run(words, env={"OWN": "it's x"}, capture_output=True, text=True, check=True)

    assert said.stdout == "/x/lib 0 it's x a 'b' \n"


@pytest.mark.parametrize("name", ["level", "path", "outer", "__kernel_path", "__kernel_quoted"])
@pytest.mark.parametrize("text", ["info", "${ROOT}/x"], ids=["literal", "reference"])
def test_no_variable_of_the_kernelspec_is_taken_for_one_of_the_launchers(variables, name, text):
    arrives = text.replace("${ROOT}", "/root")
    around = {"CONDA_SHLVL": "1", "CONDA_PREFIX": "/envs/lab", "ROOT": "/root", name: arrives}

    assert variables(given={name: text}, **around)[name] == arrives


def test_a_chosen_variable_wins_over_the_activations(variables):
    activation = replace(CONDA, variables={"GDAL_DATA": "/gdal"})

    assert variables(activation, {"GDAL_DATA": "/mine"})["GDAL_DATA"] == "/mine"


@pytest.mark.parametrize(
    "value",
    [
        "",
        "a b",
        "it's",
        'say "hi"',
        "$HOME ${HOME} $$ $(id)",
        "`id`",
        "back\\slash\\n",
        "two\nlines\n",
        "Père 日本 🎄",
        "; exit 3 #",
        "%s*?[a]",
        "~",
    ],
)
def test_a_value_arrives_as_it_is(variables, value):
    assert variables(env={"VALUE": value})["VALUE"] == value


@pytest.mark.parametrize("value", ["it's", "$HOME", "two\nlines", "Père", "`id`"])
def test_an_activations_value_arrives_as_it_is(variables, value):
    assert variables(replace(CONDA, variables={"VALUE": value}))["VALUE"] == value


@pytest.mark.parametrize("folder", ["/a b/bin", "/it's/bin", "/$HOME/bin", "/`id`/bin", "/Père/bin"])
def test_the_own_programs_folder_is_taken_literally(path, folder):
    assert path(replace(CONDA, path=(folder,)))[0] == folder


@pytest.mark.parametrize("name", ["A-B", "1A", "A B", "x;id", "BASH_FUNC_module%%"])
def test_what_a_shell_cannot_name_is_left_out(variables, name):
    assert name not in variables(replace(CONDA, variables={name: "x"}, unset=(name,)))


@pytest.mark.parametrize("words", [["a b", "it's", "$HOME"], ["", "*"], ["-c", "--"]])
def test_the_kernels_words_arrive_as_they_are(run, tmp_path, words):
    program = write_program(tmp_path / "kernel", "#!/bin/sh\nprintf '%s\\0' \"$@\"\n")

    assert run([program, *words]).stdout.decode() == "".join(f"{word}\0" for word in words)


def test_the_kernels_exit_status_is_the_launchers(run):
    assert run(["/bin/sh", "-c", "exit 7"]).returncode == 7


def test_a_missing_interpreter_ends_with_127(run):
    assert run(["/envs/opencv/bin/python"]).returncode == 127


def test_a_missing_interpreter_is_one_sentence_that_names_it(run):
    finished = run(["/envs/opencv/bin/python"])

    assert (finished.stdout, finished.stderr.count(b"\n")) == (b"", 1)
    assert b"/envs/opencv/bin/python is gone" in finished.stderr


@pytest.mark.parametrize(
    ("activation", "command"), [(CONDA, b"conda kernel sync"), (VENV, b"pip-kernel sync")]
)
def test_a_missing_interpreter_names_the_way_out_that_the_user_has(run, activation, command):
    assert command in run(["/envs/opencv/bin/python"], activation).stderr


@pytest.fixture
def open_folder():
    """A folder that every user may look into, as pytest's own are not."""
    with TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        yield Path(folder).resolve()


def test_what_lies_in_a_closed_folder_is_not_said_to_be_gone(open_folder):
    closed = open_folder / "home"
    python = write_program(closed / "envs/opencv/bin/python")
    launcher = open_folder / FILE_NAME
    launcher.write_bytes(render_launcher(CONDA, {}))
    closed.chmod(0)
    # To root no folder is closed.
    somebody = ["setpriv", "--reuid", "65534", "--clear-groups"] if os.geteuid() == 0 else []

    command = [*somebody, *sourcing("bash", launcher), str(python), "-m", "ipykernel_launcher"]
    done = subprocess.run(command, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)

    closed.chmod(0o755)
    assert done.returncode == 126
    reason = f"you do not have permission to enter {closed}. Fix that with chmod."
    assert done.stderr == f"This kernel cannot start, because {reason}\n"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_a_kernel_whose_environment_is_whole_takes_no_other_process(tmp_path):
    spec = tmp_path / "kernel.json"
    spec.touch()
    launcher, trace = tmp_path / FILE_NAME, tmp_path / "trace"
    launcher.write_bytes(render_launcher(CONDA, {}, Source(str(spec), "it is gone. Fix that.")))

    tracing = ["strace", "-f", "-qq", "-e", "trace=clone,clone3,fork,vfork,execve", "-o", str(trace)]
    subprocess.run([*tracing, *sourcing("/bin/bash", launcher, "/bin/true")], env={}, check=True)

    assert [line.split("(")[0].split()[-1] for line in trace.read_text().splitlines()] == ["execve", "execve"]


@pytest.mark.parametrize("name", ["__kernel_file", "__kernel_folder", "file", "folder"])
def test_looking_for_the_package_takes_no_variable_of_the_surroundings(tmp_path, name):
    launcher, module = tmp_path / FILE_NAME, tmp_path / "x.py"
    module.touch()
    source = Source(str(tmp_path / "gone" / "kernel.json"), "it is gone. Fix that.", (str(module),))
    launcher.write_bytes(render_launcher(CONDA, {}, source))

    command = sourcing("bash", launcher, ENV)
    done = subprocess.run(command, env={name: "mine"}, capture_output=True, text=True, check=True)

    assert f"{name}=mine\n" in done.stdout


@pytest.mark.parametrize("name", ["@MISSING@", "@KERNELSPEC@", "@MODULES@", "@SYNC@", "@PROFILE@"])
@pytest.mark.parametrize("activation", [CONDA, VENV], ids=["conda", "venv"])
def test_no_path_is_taken_for_what_the_launcher_leaves_open(tmp_path, activation, name):
    folder = tmp_path / name / "$(touch ran)"
    source = Source(str(folder / "kernel.json"), f"{folder} is gone. Fix that.")
    launcher = tmp_path / FILE_NAME
    launcher.write_bytes(render_launcher(replace(activation, script=f"{folder}/x"), {}, source))

    words = sourcing("bash", launcher, "/bin/true")
    done = subprocess.run(words, env={"PATH": "/usr/bin:/bin"}, cwd=tmp_path, capture_output=True, text=True)

    assert done.stderr == f"This kernel cannot start, because {folder} is gone. Fix that.\n"
    assert not (tmp_path / "ran").exists()


def test_the_kernel_takes_the_launchers_place(tmp_path):
    launcher = tmp_path / FILE_NAME
    launcher.write_bytes(render_launcher(CONDA, {}))

    command = sourcing("/bin/sh", launcher, "/bin/sh", "-c", "echo $$")
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert int(process.stdout.read()) == process.pid


def test_its_command_begins_with_no_python_which_vs_code_would_replace():
    assert "python" not in Path(start_with(Path(FILE_NAME))[0]).name


def test_the_same_activation_gives_the_same_launcher():
    given = {"A": Value(("b",)), "B": Value.of_kernelspec("$C")}

    assert render_launcher(CONDA, given) == render_launcher(CONDA, given)


def test_a_folder_that_is_no_utf8_keeps_its_bytes():
    folder = os.fsdecode(b"/envs/\xff/bin")

    assert b"/envs/\xff/bin" in render_launcher(replace(CONDA, path=(folder,)), {})


def test_the_launcher_names_no_folder_of_this_machine():
    assert str(Path.home()).encode() not in render_launcher(CONDA, {})
