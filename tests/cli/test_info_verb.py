import json

import pytest

from conda_jupyter_plugin.core.errors import KernelNotFoundError
from conda_jupyter_plugin.core.launch.command import FILE_NAME

from ..support import bash_spec, read_json, write_program, write_spec


def facts(text):
    lines = [line.partition(" : ") for line in text.split("\n\n")[0].splitlines()]
    return {label.strip(): value for label, _, value in lines}


def test_a_kernel_is_told_in_lines(opencv, call, capsys, kernels):
    assert call("info", "opencv") == 0

    told = facts(capsys.readouterr().out)
    assert (told["name"], told["status"], told["language"]) == ("opencv", "ok", "python")
    assert told["location"].endswith("share/jupyter/kernels/opencv")
    assert told["environment"] == f"{opencv.prefix} (conda)"
    assert told["command"] == f"{opencv.prefix}/bin/python -m ipykernel_launcher -f '{{connection_file}}'"
    assert told["created by"] == "conda kernel"
    assert told["last written"][:2] == "20"


def test_it_is_told_in_json(opencv, call, capsys, kernels):
    call("info", "opencv", "--json")

    document = json.loads(capsys.readouterr().out)
    (kernel,) = document["kernels"]
    assert document["schema_version"] == 1
    assert (kernel["name"], kernel["path"]) == ("opencv", str(kernels / "opencv"))
    assert kernel["command"][0] == f"{opencv.prefix}/bin/python"
    assert kernel["launcher"] == str(kernels / "opencv/start-activated.sh")
    assert {"name", "value", "source", "file", "package"} == set(kernel["variables"][0])


def test_the_other_names_of_its_environment_are_told(opencv, call, capsys):
    call("add", "--kernel-name", "opencv-gpu")
    capsys.readouterr()

    call("info", "opencv")

    assert facts(capsys.readouterr().out)["other names"] == "opencv-gpu"


def test_one_that_is_not_managed_is_told_too(call, capsys, kernels):
    write_spec(kernels / "bash", bash_spec())

    call("info", "bash")

    told = facts(capsys.readouterr().out)
    assert (told["created by"], told["activation"]) == ("another tool (not managed)", "none")


def test_one_that_is_broken_is_told_too(call, capsys, kernels):
    write_spec(kernels / "torn", "{")

    call("info", "torn")

    assert facts(capsys.readouterr().out)["status"] == f"broken: {kernels}/torn/kernel.json is not valid JSON"


def test_one_that_is_not_there_is_an_error(call):
    with pytest.raises(KernelNotFoundError, match="no kernel named nope"):
        call("info", "nope")


@pytest.mark.parametrize("where", ["unmanaged", "elsewhere", "changed", "a link", "no record"])
@pytest.mark.parametrize("how", [[], ["--json"]])
def test_only_a_launcher_of_ours_is_run(opencv, call, capsys, kernels, tmp_path, where, how):
    """Whoever can write a kernel.json has nothing run by `info`."""
    ran, folder = tmp_path / "ran", kernels / "opencv"
    evil = write_program(tmp_path / "evil" / FILE_NAME, f"touch {ran}\n")
    spec = read_json(folder)
    if where == "unmanaged":
        write_spec(kernels / "evil", {**bash_spec(), "argv": ["/usr/bin/python3", str(evil), "x"]})
    elif where == "elsewhere":
        words = [str(evil) if word.endswith(FILE_NAME) else word for word in spec["argv"]]
        write_spec(folder, {**spec, "argv": words})
    elif where == "changed":
        (folder / FILE_NAME).write_text(f"touch {ran}\n" + (folder / FILE_NAME).read_text())
    elif where == "a link":
        (folder / FILE_NAME).unlink()
        (folder / FILE_NAME).symlink_to(evil)
    else:
        del spec["metadata"]["conda_jupyter_plugin"]
        write_spec(folder, spec)
        (folder / FILE_NAME).write_text(f"touch {ran}\n")

    assert call("info", "evil" if where == "unmanaged" else "opencv", *how) == 0

    assert not ran.exists()
    if not how:
        told = facts(capsys.readouterr().out)
        assert told["activation"] == "not run, because its launcher was not written by this version"
