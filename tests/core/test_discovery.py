import json

import pytest

from conda_jupyter_plugin.core.discovery import find_kernels, read_spec
from conda_jupyter_plugin.core.errors import BrokenKernelspecError

from ..support import bash_spec, python_spec, r_spec, write_spec


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


def test_a_kernel_json_is_read_with_its_unknown_keys(tmp_path):
    spec = {**python_spec(), "codemirror_mode": "python", "metadata": {"x": {"y": [1]}}}

    assert read_spec(write_spec(tmp_path, spec) / "kernel.json") == spec


def test_a_kernel_json_holds_any_language(tmp_path):
    spec = {**python_spec(), "display_name": "Père Noël 🎄"}

    assert read_spec(write_spec(tmp_path, spec) / "kernel.json")["display_name"] == "Père Noël 🎄"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is not valid JSON"),
        ("{", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ([], "is not a JSON object"),
        ({}, "holds no `argv` list of words"),
        ({"argv": []}, "holds no `argv` list of words"),
        ({"argv": "python"}, "holds no `argv` list of words"),
        ({"argv": ["python", 1]}, "holds no `argv` list of words"),
        ({"argv": [""]}, "holds an `argv` that cannot be run"),
        ({"argv": ["python", "a\0b"]}, "holds an `argv` that cannot be run"),
        ({"argv": ["python"], "env": []}, "holds a `env` that is not an object"),
        ({"argv": ["python"], "metadata": None}, "holds a `metadata` that is not an object"),
        ({"argv": ["python"], "display_name": 3}, "holds a `display_name` that is not text"),
        ({"argv": ["python"], "language": None}, "holds a `language` that is not text"),
    ],
)
def test_a_broken_kernel_json_is_named_with_its_problem(tmp_path, content, problem):
    path = write_spec(tmp_path, content) / "kernel.json"

    with pytest.raises(BrokenKernelspecError) as caught:
        read_spec(path)

    assert caught.value.message == f"{path} {problem}."


def test_a_kernel_json_in_another_encoding_is_not_valid(tmp_path):
    path = tmp_path / "kernel.json"
    path.write_bytes('{"argv": ["python"], "display_name": "Père"}'.encode("latin-1"))

    with pytest.raises(BrokenKernelspecError, match="is not valid JSON"):
        read_spec(path)


def test_a_kernel_json_that_is_a_folder_is_broken(tmp_path):
    (tmp_path / "kernel.json").mkdir()

    with pytest.raises(BrokenKernelspecError, match="is not a file"):
        read_spec(tmp_path / "kernel.json")


def test_one_broken_kernel_breaks_the_search(make_environment):
    with pytest.raises(BrokenKernelspecError, match="Reinstall the kernel package"):
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
