import json

import pytest

from conda_jupyter_plugin.core.errors import BrokenKernelspecError
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.kernelspec.survey import find_kernels
from conda_jupyter_plugin.core.launch.command import without_launcher
from conda_jupyter_plugin.core.results import Result
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import (
    add,
    bash_spec,
    python_spec,
    r_spec,
    read_json,
    snapshot,
    sync,
    write_program,
    write_spec,
)


def directories(environment):
    return [kernel.directory for kernel in find_kernels(environment)]


def test_every_kernel_of_an_environment_is_found(make_environment):
    environment = make_environment(kernels={"python3": {}, "ir": r_spec(), "bash": bash_spec()})

    assert set(directories(environment)) == {"python3", "ir", "bash"}


def test_python_stands_for_the_environment_then_r_then_the_rest(make_environment):
    environment = make_environment(kernels={"bash": bash_spec(), "ir": r_spec(), "python3": {}})

    assert directories(environment) == ["python3", "ir", "bash"]


def test_an_environment_without_kernels_holds_none(make_environment):
    assert find_kernels(make_environment(kernels={})) == ()


def test_a_folder_without_a_kernel_json_is_no_kernel(make_environment):
    environment = make_environment()
    (environment.prefix / "share/jupyter/kernels/notes").mkdir()

    assert directories(environment) == ["python3"]


def test_a_file_among_the_kernels_is_no_kernel(make_environment):
    environment = make_environment()
    (environment.prefix / "share/jupyter/kernels/README").touch()

    assert directories(environment) == ["python3"]


def test_a_kernel_knows_its_environment_and_its_language(make_environment):
    environment = make_environment(kernels={"ir": r_spec()})

    (kernel,) = find_kernels(environment)

    assert (kernel.environment, kernel.language) == (environment, "R")


def test_one_broken_kernel_breaks_the_search(make_environment):
    with pytest.raises(BrokenKernelspecError, match="Reinstall its kernel package"):
        find_kernels(make_environment(kernels={"python3": {}, "ir": "{"}))


@pytest.mark.parametrize("folder", ['a"b', "a\\b", 'a"\\b'])
def test_a_prefix_that_conda_wrote_as_it_is_is_read_as_what_was_meant(make_environment, tmp_path, folder):
    environment = make_environment(parent=tmp_path / folder, kernels={})
    program = f"{environment.prefix}/bin/python"
    for directory, written in (("python3", program), ("pip", json.dumps(program)[1:-1])):
        write_spec(
            environment.prefix / "share/jupyter/kernels" / directory,
            f'{{"argv": ["{written}", "-m", "ipykernel_launcher"], "language": "python"}}',
        )

    assert [kernel.spec["argv"][0] for kernel in find_kernels(environment)] == [program, program]


def test_a_program_of_no_environment_stays_found_in_shells_that_lack_it(
    make_environment, open_registry, tmp_path, monkeypatch
):
    tool, other = (write_program(tmp_path / folder / "octave") for folder in ("tools", "others"))
    environment = make_environment(kernels={"octave": {"argv": ["octave", "x"], "language": "octave"}})
    monkeypatch.setenv("PATH", str(tool.parent))
    add(open_registry(), environment)
    kernels = user_location().kernels
    before = snapshot(kernels)

    for path in ("/nowhere", str(other.parent)):
        monkeypatch.setenv("PATH", path)
        assert [row.status for row in list_kernels(open_registry())] == ["ok"]
        assert sync(open_registry()) == Result()
        assert snapshot(kernels) == before

    another = write_program(other.parent / "julia")
    folder = environment.prefix / "share/jupyter/kernels/octave"
    monkeypatch.setenv("PATH", str(other.parent))
    for word, found in (("julia", another), ("octave", other)):
        write_spec(folder, {**python_spec(word), "language": "octave"})
        sync(open_registry())
        assert without_launcher(read_json(kernels / "opencv")["argv"])[0] == str(found)

    other.unlink()
    monkeypatch.setenv("PATH", str(tool.parent))
    assert [row.name for row in sync(open_registry()).refreshed] == ["opencv"]
    assert without_launcher(read_json(kernels / "opencv")["argv"])[0] == str(tool)
    own = write_program(environment.prefix / "bin" / "octave")
    sync(open_registry())
    assert without_launcher(read_json(kernels / "opencv")["argv"])[0] == str(own)
