"""Kernels that are not ipykernel: real ones (xeus-python, bash_kernel, IRkernel), others by kernel.json."""

import json
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.verbs.list import list_kernels

from ..support import add, write_spec
from .conftest import append, run_at_start, site_packages

IRKERNEL = Path("/usr/share/jupyter/kernels/ir")


@pytest.fixture
def with_kernel(make_real, open_registry):
    """Registers a real environment that holds one kernel."""

    def with_kernel(directory, spec):
        environment = make_real()
        kernels = environment.prefix / "share/jupyter/kernels"
        shutil.rmtree(kernels)
        write_spec(kernels / directory, spec)
        add(open_registry(), environment)
        return environment

    return with_kernel


@pytest.fixture
def xpython(with_kernel):
    if not find_spec("xpython"):
        pytest.skip("xeus-python is not installed")
    spec = json.loads((Path(sys.prefix) / "share/jupyter/kernels/xpython/kernel.json").read_text())
    return with_kernel("xpython", spec)


@pytest.fixture
def bash(with_kernel):
    argv = ["python", "-m", "bash_kernel", "-f", "{connection_file}"]
    return with_kernel("bash", {"argv": argv, "display_name": "Bash", "language": "bash"})


@pytest.fixture
def stats(make_environment, open_registry):
    """A conda environment whose kernelspec starts the system's R."""
    if not IRKERNEL.exists():
        pytest.skip("Debian's r-cran-irkernel is not installed")
    spec = json.loads((IRKERNEL / "kernel.json").read_text())
    environment = make_environment("opencv", kernels={"ir": spec}, r="4.2.2")
    shutil.rmtree(environment.prefix / "bin")
    add(open_registry(), environment)
    return environment


@pytest.mark.parametrize("environment", ["xpython", "bash", "stats"])
def test_it_works_in_its_activated_environment(environment, check, request):
    request.getfixturevalue(environment)

    checked = check()

    assert (checked.ok, checked.error) == (True, None)


@pytest.mark.parametrize("environment", ["xpython", "bash"])
def test_a_script_that_ends_the_shell_is_named(environment, check, request):
    prefix = request.getfixturevalue(environment).prefix
    append(prefix / "bin/activate", "\nexit 5\n")

    assert check().error == f"{prefix}/bin/activate ended the shell with status 5"


@pytest.mark.parametrize("environment", ["xpython", "bash"])
def test_one_in_another_environment_is_told(environment, check, request):
    prefix = request.getfixturevalue(environment).prefix
    run_at_start(prefix, "import os; os.environ['VIRTUAL_ENV'] = '/elsewhere'\n")

    assert "not activated: VIRTUAL_ENV is /elsewhere" in check().error


def test_rs_environment_is_asked_for(stats, check):
    scripts = stats.prefix / "etc/conda/activate.d"
    scripts.mkdir(parents=True)
    (scripts / "spoil.sh").write_text("export CONDA_PREFIX=/elsewhere\n")

    assert "not activated: CONDA_PREFIX is /elsewhere" in check().error


def test_an_r_without_its_kernel_package_is_told(stats, check, open_registry):
    spec = json.loads((stats.prefix / "share/jupyter/kernels/ir/kernel.json").read_text())
    spec["argv"][3] = "nothing_like_it::main()"
    write_spec(stats.prefix / "share/jupyter/kernels/ir", spec)
    add(open_registry(), stats)

    assert check().error == "the R package nothing_like_it is missing"


def test_the_package_of_another_kernel_is_named(bash, check):
    (site_packages(bash.prefix) / "borrowed.pth").unlink()

    assert check().error == "the kernel package bash_kernel is missing"


@pytest.mark.parametrize(
    ("language", "program"), [("julia", "julia"), ("javascript", "ijskernel"), ("c++17", "xcpp")]
)
def test_others_are_judged_by_their_kernel_json(make_environment, open_registry, check, language, program):
    spec = {"argv": [program, "{connection_file}"], "display_name": language, "language": language}
    environment = make_environment(kernels={"mine": spec})
    path = environment.prefix / "bin" / program
    path.write_text("#!/bin/sh\necho no licence >&2\nexit 3\n")
    path.chmod(0o755)
    add(open_registry(), environment)

    checked = check()
    assert (checked.error, checked.lines) == ("it exited with status 3", ("no licence",))
    path.unlink()
    assert check().error == f"its program {path} is gone"
    (row,) = list_kernels(open_registry())
    assert (row.status, row.reason) == ("broken", f"its program {path} is gone")
