import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conda_jupyter_plugin import __version__
from conda_jupyter_plugin.core import system
from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.kernelspec.program import program
from conda_jupyter_plugin.core.kernelspec.record import METADATA_KEY
from conda_jupyter_plugin.core.kernelspec.survey import find_kernels
from conda_jupyter_plugin.core.launch.command import FILE_NAME, start_with
from conda_jupyter_plugin.core.launch.render import Draft, render
from conda_jupyter_plugin.core.models import Activation, Choices, Owner

from ...support import LOGO, conda_activation, python_spec, r_spec, write_program, write_spec

FOLDER = Path("/data/kernels/opencv")


@pytest.fixture
def kernel_of(make_environment):
    """The only kernel of a fresh environment."""

    def kernel_of(spec=None, directory="python3", **how):
        (kernel,) = find_kernels(make_environment(kernels={directory: spec or {}}, **how))
        return kernel

    return kernel_of


def rendered(kernel, choices=None, activation=None, *, windows=False, files_from=None, **changes):
    fields = {"display_name": "Python 3.12 (opencv)", "folder": FOLDER, "files_from": files_from, **changes}
    owner = replace(Owner.of(kernel), choices=choices or Choices())
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(system, "WINDOWS", windows)
        return render(Draft(kernel, owner, activation=activation, **fields))


def spec_of(result):
    return json.loads(result.files["kernel.json"].content)


def test_unknown_keys_are_kept(kernel_of):
    spec = spec_of(rendered(kernel_of({"codemirror_mode": {"name": "x"}, "help_links": [1]})))

    assert (spec["codemirror_mode"], spec["help_links"]) == ({"name": "x"}, [1])


@pytest.mark.parametrize("key", ["interrupt_mode", "kernel_protocol_version", "language"])
def test_known_keys_are_kept(kernel_of, key):
    assert spec_of(rendered(kernel_of({key: "as it is"})))[key] == "as it is"


def test_the_kernels_own_metadata_are_kept(kernel_of):
    metadata = {"debugger": True, "supported_encryption": ["curve"], "mine": {"deep": [1, None]}}

    assert metadata.items() <= spec_of(rendered(kernel_of({"metadata": metadata})))["metadata"].items()


def test_no_key_is_added_at_the_top(kernel_of):
    assert set(spec_of(rendered(kernel_of()))) == set(python_spec())


def test_the_display_name_is_set(kernel_of):
    assert spec_of(rendered(kernel_of(), display_name="Père"))["display_name"] == "Père"


def test_the_words_behind_the_program_are_kept(kernel_of):
    assert spec_of(rendered(kernel_of()))["argv"][1:] == python_spec()["argv"][1:]


def test_a_bare_program_becomes_the_environments_own(kernel_of):
    kernel = kernel_of({"argv": ["python", "-m", "x"]})

    assert spec_of(rendered(kernel))["argv"][0] == str(kernel.environment.prefix / "bin" / "python")


def test_a_bare_program_that_the_environment_lacks_comes_from_path(kernel_of, tmp_path, monkeypatch):
    tool = write_program(tmp_path / "tools" / "octave")
    monkeypatch.setenv("PATH", str(tool.parent))

    assert program(kernel_of({"argv": ["octave"]}, directory="octave")) == tool


def test_the_systems_program_comes_before_what_the_shell_has_in_front(kernel_of, tmp_path, monkeypatch):
    kernel = kernel_of({"argv": ["bash"]}, directory="bash")
    plain = program(kernel)
    other = write_program(tmp_path / "other environment" / "bash")

    monkeypatch.setenv("PATH", f"{other.parent}:{os.environ['PATH']}")

    assert program(kernel) == plain != other


def test_a_program_found_on_a_relative_path_becomes_absolute(kernel_of, tmp_path, monkeypatch):
    tool = write_program(tmp_path / "tools" / "octave")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", "tools")

    assert program(kernel_of({"argv": ["octave"]}, directory="octave")) == tool


def test_a_lost_interpreter_of_the_environment_is_not_replaced_by_another_python(
    kernel_of, tmp_path, monkeypatch
):
    kernel = kernel_of({"argv": ["python", "-m", "ipykernel_launcher"]}, manager="venv")
    monkeypatch.setenv("PATH", str(write_program(tmp_path / "other" / "python").parent))
    interpreter = kernel.environment.prefix / "bin" / "python"
    interpreter.unlink()

    assert program(kernel) == interpreter


def test_a_program_that_is_nowhere_is_the_environments(kernel_of):
    kernel = kernel_of({"argv": ["nowhere"]})

    assert program(kernel) == kernel.environment.prefix / "bin" / "nowhere"


def test_a_relative_program_lies_in_the_environment(kernel_of):
    kernel = kernel_of({"argv": ["lib/kernel"]})

    assert program(kernel) == kernel.environment.prefix / "lib" / "kernel"


def test_an_absolute_program_stays(kernel_of, tmp_path):
    tool = write_program(tmp_path / "tools" / "octave")

    assert program(kernel_of({"argv": [str(tool)]})) == tool


@pytest.mark.parametrize("directory", ["python3", "ir"])
def test_a_copy_beside_its_original_has_its_own_program(kernel_of, make_environment, directory):
    original = make_environment("original", kernels={})
    spec = {"argv": [str(original.prefix / "bin" / "python"), "-m", "x"]}
    write_spec(original.prefix / "share/jupyter/kernels" / directory, {**python_spec(), **spec})

    copy = kernel_of(spec, directory=directory)

    assert program(copy) == copy.environment.prefix / "bin" / "python"


def test_a_kernel_of_another_environment_keeps_that_ones_program(kernel_of, make_environment):
    # As `python -m ipykernel install --prefix` of the other one writes it.
    other = make_environment("other")
    python = str(other.prefix / "bin" / "python")

    assert str(program(kernel_of({"argv": [python, "-m", "x"]}, directory="other"))) == python


def test_an_absolute_program_of_a_moved_environment_moves_along(kernel_of):
    kernel = kernel_of({"argv": ["/build/placeholder/bin/python"]})

    assert program(kernel) == kernel.environment.prefix / "bin" / "python"


@pytest.mark.parametrize(("manager", "expected"), [("conda", "python.exe"), ("venv", "Scripts/python.exe")])
def test_on_windows_the_interpreter_lies_elsewhere(kernel_of, manager, expected):
    kernel = kernel_of(manager=manager)

    metadata = spec_of(rendered(kernel, windows=True))["metadata"]

    assert metadata["interpreter"] == {"path": str(kernel.environment.prefix / expected)}


def test_a_python_kernel_names_its_interpreter(kernel_of):
    kernel = kernel_of()

    metadata = spec_of(rendered(kernel))["metadata"]

    assert metadata["interpreter"] == {"path": str(kernel.environment.prefix / "bin" / "python")}


def test_another_languages_kernel_names_no_interpreter(kernel_of):
    assert "interpreter" not in spec_of(rendered(kernel_of(r_spec(), directory="ir")))["metadata"]


def test_a_conda_kernel_names_its_environments_path(kernel_of):
    kernel = kernel_of()

    assert spec_of(rendered(kernel))["metadata"]["conda_env_path"] == str(kernel.environment.prefix)


def test_a_virtual_environments_kernel_names_no_conda_path(kernel_of):
    assert "conda_env_path" not in spec_of(rendered(kernel_of(manager="venv")))["metadata"]


@pytest.mark.parametrize("manager", ["conda", "venv"])
def test_the_owner_is_recorded(kernel_of, manager):
    kernel = kernel_of(manager=manager)

    assert spec_of(rendered(kernel))["metadata"][METADATA_KEY] == {
        "version": 1,
        "release": __version__,
        "prefix": str(kernel.environment.prefix),
        "environment": "opencv",
        "manager": manager,
        "kernel": "python3",
    }


def test_the_users_choices_are_recorded(kernel_of):
    choices = Choices(kernel_name="cv", display_name="CV", env={"A": "$b"}, activate=False)

    record = spec_of(rendered(kernel_of(), choices))["metadata"][METADATA_KEY]

    assert record["choices"] == {
        "kernel_name": "cv",
        "display_name": "CV",
        "env": {"A": "$b"},
        "activate": False,
    }


def test_the_environments_own_kernel_json_is_not_changed(kernel_of):
    kernel = kernel_of({"metadata": {"debugger": True}})

    rendered(kernel, Choices(env={"A": "b"}), conda_activation(kernel.environment))

    assert kernel.spec["metadata"] == {"debugger": True} and "env" not in kernel.spec


def test_logos_and_other_files_are_kept(kernel_of):
    kernel = kernel_of()
    (kernel.folder / "logo-64x64.png").write_bytes(LOGO)
    (kernel.folder / "css").mkdir()
    (kernel.folder / "css" / "a.css").write_bytes(b"a {}")

    files = rendered(kernel).files

    own = kernel.folder
    assert files["logo-64x64.png"].source == own / "logo-64x64.png"
    assert files["css/a.css"].source == own / "css" / "a.css"


def test_a_file_named_kernel_json_further_down_is_kept(kernel_of):
    kernel = kernel_of()
    (kernel.folder / "templates").mkdir()
    (kernel.folder / "templates" / "kernel.json").write_bytes(b"{}")

    assert "templates/kernel.json" in rendered(kernel).files


@pytest.mark.parametrize("kept_in", ["envs/opencv/art", "pkgs/kernel-1.0/share/jupyter/kernels/python3"])
def test_a_logo_linked_to_the_environment_or_a_package_becomes_a_file(kernel_of, tmp_path, kept_in):
    kernel = kernel_of()
    logo = tmp_path / kept_in / "logo-svg.svg"
    logo.parent.mkdir(parents=True)
    logo.write_bytes(LOGO)
    (kernel.folder / "logo-svg.svg").symlink_to(logo)

    assert rendered(kernel).files["logo-svg.svg"].source == Path(os.path.realpath(logo))


@pytest.mark.parametrize("link", ["logo-svg.svg", "art", "."])
def test_what_a_link_out_of_the_environment_leads_to_is_left_out(kernel_of, tmp_path, link):
    kernel = kernel_of()
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "logo-svg.svg").write_bytes(b"secret")
    (tmp_path / "secrets" / "kernel.json").write_text((kernel.folder / "kernel.json").read_text())
    if link == ".":
        shutil.rmtree(kernel.folder)
        kernel.folder.symlink_to(tmp_path / "secrets")
    else:
        (kernel.folder / link).symlink_to(tmp_path / "secrets" / (link if "logo" in link else "."))

    assert set(rendered(kernel).files) == {"kernel.json"}


def test_a_dangling_link_is_left_out(kernel_of):
    kernel = kernel_of()
    (kernel.folder / "logo-svg.svg").symlink_to("gone")

    assert set(rendered(kernel).files) == {"kernel.json"}


def test_a_program_beside_the_kernel_json_stays_a_program(kernel_of):
    kernel = kernel_of()
    write_program(kernel.folder / "start")

    assert rendered(kernel).files["start"].executable


def test_without_activation_the_kernel_starts_directly(kernel_of):
    assert set(rendered(kernel_of()).files) == {"kernel.json"}


def test_with_activation_the_launcher_comes_in_front(kernel_of):
    kernel = kernel_of()

    argv = spec_of(rendered(kernel, activation=conda_activation(kernel.environment)))["argv"]

    program = str(kernel.environment.prefix / "bin" / "python")
    assert argv == [*start_with(FOLDER / FILE_NAME), program, *python_spec()["argv"][1:]]


def test_the_launcher_need_not_be_executable(kernel_of):
    kernel = kernel_of()

    assert not rendered(kernel, activation=conda_activation(kernel.environment)).files[FILE_NAME].executable


@pytest.mark.parametrize(
    ("word", "placed"),
    [
        ("{prefix}/share", "PREFIX/share"),
        ("--x={prefix}:{resource_dir}/x", "--x=PREFIX:FOLDER/x"),
        ("{connection_file}", "{connection_file}"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_a_placeholder_means_the_environments_own(kernel_of, word, placed):
    kernel = kernel_of({"argv": ["{prefix}/bin/python", "-f", word]})

    argv = spec_of(rendered(kernel))["argv"]

    placed = placed.replace("PREFIX", str(kernel.environment.prefix)).replace("FOLDER", str(kernel.folder))
    assert argv == [str(kernel.environment.prefix / "bin" / "python"), "-f", placed]


def test_what_was_written_by_hand_names_what_lies_beside_it(kernel_of, tmp_path):
    choices = Choices(spec={**python_spec(), "argv": ["python", "{resource_dir}/run"]})

    assert spec_of(rendered(kernel_of(), choices))["argv"][1] == "{resource_dir}/run"


def test_a_chosen_variable_goes_to_jupyter_with_its_dollars_kept(kernel_of):
    assert spec_of(rendered(kernel_of(), Choices(env={"A": "$HOME"})))["env"] == {"A": "$$HOME"}


@pytest.mark.parametrize(
    ("option", "written"),
    [("/x:${PATH}", "/x:${PATH}"), ("$PATH", "$$PATH"), ("$${PATH}", "$${PATH}"), ("a${b}$", "a${b}$$")],
)
def test_a_chosen_variable_refers_to_another_one_by_braces(kernel_of, option, written):
    assert spec_of(rendered(kernel_of(), Choices(env={"A": option})))["env"] == {"A": written}


def test_the_kernels_own_variables_are_kept(kernel_of):
    kernel = kernel_of({"env": {"A": "${HOME}/x", "B": "1"}})

    assert spec_of(rendered(kernel, Choices(env={"B": "2"})))["env"] == {"A": "${HOME}/x", "B": "2"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no launcher")
def test_the_kernels_own_variables_win_over_the_activations_when_it_starts(kernel_of, tmp_path):
    kernel = kernel_of({"argv": ["/bin/sh", "-c", 'printf %s "$GDAL_DATA"'], "env": {"GDAL_DATA": "own"}})
    activation = replace(conda_activation(kernel.environment), variables={"GDAL_DATA": "activated"})
    result = rendered(kernel, activation=activation, folder=tmp_path)
    (tmp_path / FILE_NAME).write_bytes(result.files[FILE_NAME].content)
    spec = spec_of(result)

    output = subprocess.run(spec["argv"], env={**os.environ, **spec["env"]}, capture_output=True, check=True)

    assert output.stdout == b"own"


def test_on_windows_jupyter_itself_sets_what_is_fixed(kernel_of):
    activation = Activation(conda=True, path=("C:\\o", "C:\\o\\Scripts"), variables={"PRICE": "5$"})

    spec = spec_of(rendered(kernel_of(), activation=activation, windows=True))

    assert spec["env"] == {"PATH": "C:\\o;C:\\o\\Scripts;${PATH}", "PRICE": "5$$"}


def test_on_windows_there_is_no_launcher(kernel_of):
    kernel = kernel_of()

    assert set(rendered(kernel, activation=conda_activation(kernel.environment), windows=True).files) == {
        "kernel.json"
    }


def test_the_same_kernel_gives_the_same_bytes(kernel_of):
    kernel = kernel_of()

    assert rendered(kernel) == rendered(kernel)
