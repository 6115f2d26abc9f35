import pytest

from conda_jupyter_plugin.conda_api.packages import (
    brings_kernel,
    missing_kernel_package,
    package_name,
)


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ("python", "python"),
        ("python=3.11", "python"),
        ("python 3.11", "python"),
        ("python>=3.11,<4", "python"),
        ("python!=3.9", "python"),
        ("python~=3.11", "python"),
        ("IPyKernel", "ipykernel"),
        ("conda-forge::ipykernel", "ipykernel"),
        ("conda-forge/linux-64::ipykernel=6", "ipykernel"),
        ("ipykernel[version='>=6']", "ipykernel"),
        ("conda-forge::ipykernel[version='>=6',url='https://x/y']", "ipykernel"),
        ("bash_kernel", "bash_kernel"),
        ("r-base", "r-base"),
        ("./ipykernel-6-0.conda", "ipykernel"),
        ("/tmp/ipykernel-6-0.tar.bz2", "ipykernel"),
        ("https://example.org/channel/noarch/ipykernel-6-0.conda", "ipykernel"),
        ("", ""),
    ],
)
def test_a_spec_names_its_package(spec, name):
    assert package_name(spec) == name


@pytest.mark.parametrize(
    "name",
    [
        "ipykernel",
        "r-irkernel",
        "xeus-python",
        "xeus-cling",
        "bash_kernel",
        "octave_kernel",
        "foo-kernel",
        "jupyterlab",
    ],
)
def test_packages_that_bring_a_kernel(name):
    assert brings_kernel(name)


@pytest.mark.parametrize(
    "name", ["python", "r-base", "xeus", "xeus-zmq", "kernel", "linux-kernel-headers", "numpy"]
)
def test_packages_that_bring_none(name):
    assert not brings_kernel(name)


@pytest.mark.parametrize(
    ("specs", "package"),
    [
        ([], "ipykernel"),
        (["numpy"], "ipykernel"),
        (["python=3.11"], "ipykernel"),
        (["r-base"], "r-irkernel"),
        (["r-base=4.4", "r-ggplot2"], "r-irkernel"),
        (["r-ggplot2"], "r-irkernel"),
        (["conda-forge::r-base"], "r-irkernel"),
        (["r-base", "python"], "ipykernel"),
        (["ipykernel"], None),
        (["python=3.11", "ipykernel>=6"], None),
        (["r-irkernel"], None),
        (["xeus-python"], None),
        (["bash_kernel", "numpy"], None),
    ],
)
def test_a_new_environment_gets_the_kernel_package_it_lacks(specs, package):
    assert missing_kernel_package(specs) == package


def test_what_is_asked_for_counts_with_what_is_there(make_environment):
    environment = make_environment(kernels={}, python=None, r="4.4")

    assert missing_kernel_package(["numpy"], environment) == "r-irkernel"


def test_r_that_comes_into_an_environment_with_python_brings_rs_kernel(make_environment):
    environment = make_environment(kernels={}, python="3.12")

    assert missing_kernel_package(["r-base"], environment) == "r-irkernel"
