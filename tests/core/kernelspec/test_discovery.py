import json

import pytest

from conda_jupyter_plugin.core.errors import BrokenKernelspecError
from conda_jupyter_plugin.core.kernelspec.survey import find_kernels

from ...support import bash_spec, r_spec, write_spec


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
