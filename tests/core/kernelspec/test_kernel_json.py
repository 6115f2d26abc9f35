import pytest

from conda_jupyter_plugin.core.errors import BrokenKernelspecError
from conda_jupyter_plugin.core.kernelspec.kernel_json import read_spec

from ...support import python_spec, write_spec


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
        ({}, "has no `argv` list of strings"),
        ({"argv": []}, "has no `argv` list of strings"),
        ({"argv": "python"}, "has no `argv` list of strings"),
        ({"argv": ["python", 1]}, "has no `argv` list of strings"),
        ({"argv": [""]}, "has an `argv` that cannot be run"),
        ({"argv": ["python", "a\0b"]}, "has an `argv` that cannot be run"),
        ({"argv": ["python"], "env": []}, "has a `env` that is not an object"),
        ({"argv": ["python"], "metadata": None}, "has a `metadata` that is not an object"),
        ({"argv": ["python"], "display_name": 3}, "has a `display_name` that is not a string"),
        ({"argv": ["python"], "language": None}, "has a `language` that is not a string"),
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

    with pytest.raises(BrokenKernelspecError, match="it is not a regular file"):
        read_spec(tmp_path / "kernel.json")
