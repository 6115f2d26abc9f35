from pathlib import Path

import pytest

from conda_jupyter_plugin.core.kernelspec.kernel_packages import kernel_package_for, source_of
from conda_jupyter_plugin.core.models import Environment, Kernel

from ...support import python_spec, r_spec

PREFIX = Path("/envs/my opencv")
BASH = {"argv": ["python", "-m", "bash_kernel", "-f", "{connection_file}"], "language": "bash"}
XEUS = {"argv": ["{prefix}/bin/xr"], "language": "xr"}


@pytest.mark.parametrize(
    ("manager", "spec", "package", "command"),
    [
        ("conda", python_spec(), "ipykernel", "conda kernel add -p PREFIX --install"),
        ("venv", python_spec(), "ipykernel", "pip-kernel add PREFIX --install"),
        ("conda", r_spec(), "r-irkernel", "conda kernel add -p PREFIX --install"),
        ("conda", BASH, "bash_kernel", "conda install -p PREFIX bash_kernel"),
        ("venv", BASH, "bash_kernel", "PYTHON -m pip install bash_kernel"),
    ],
)
def test_what_is_said_names_the_package_and_the_way_out(manager, spec, package, command):
    kernel = Kernel(Environment(PREFIX, "opencv", manager), PREFIX / "share/jupyter/kernels/x", spec)

    command = command.replace("PREFIX", f"'{PREFIX}'").replace("PYTHON", f"'{PREFIX}/bin/python'")
    said = f"the kernel package {package} is missing. Install it: {command}"
    assert source_of(kernel, spec["argv"]).missing == said


def test_an_environment_of_uvs_has_no_pip(tmp_path):
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\nuv = 0.9.1\nversion_info = 3.12.1\n")
    kernel = Kernel(Environment(tmp_path, "opencv", "venv"), tmp_path / "share/jupyter/kernels/bash", BASH)

    assert f"uv pip install -p {tmp_path}/bin/python bash_kernel" in source_of(kernel, BASH["argv"]).missing


def test_where_the_package_is_not_known_sync_removes_the_kernel():
    kernel = Kernel(Environment(PREFIX, "opencv", "conda"), PREFIX / "share/jupyter/kernels/xr", XEUS)

    assert (
        source_of(kernel, XEUS["argv"]).missing
        == "its environment no longer has the kernel xr. Remove it with 'conda kernel sync'."
    )


@pytest.mark.parametrize(
    ("python", "r", "package"),
    [
        ("3.12", None, "ipykernel"),
        (None, "4.4", "r-irkernel"),
        ("3.12", "4.4", "ipykernel"),
        (None, None, "ipykernel"),
    ],
)
def test_an_environment_gets_the_kernel_package_of_what_it_holds(make_environment, python, r, package):
    assert kernel_package_for(make_environment(kernels={}, python=python, r=r)) == package
