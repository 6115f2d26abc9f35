import pytest

from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.flag.files import File
from conda_jupyter_plugin.flag.request import read_request

from ..support import r_spec


def request(default_packages=(), files=(), **options):
    return replace(read_request({"cmd": "create", **options}, default_packages), files=files)


@pytest.mark.parametrize(
    ("packages", "lacking"),
    [
        ([], "ipykernel"),
        (["python=3.12", "numpy"], "ipykernel"),
        (["opencv"], "ipykernel"),
        (["ipykernel>=6"], None),
        (["conda-forge::bash_kernel"], None),
        (["r-base"], "r-irkernel"),
        (["r-base", "python"], "ipykernel"),
        (["r-essentials", "r-irkernel"], None),
    ],
)
def test_the_kernel_package_that_is_lacking_follows_from_the_specs(packages, lacking):
    assert request(packages=packages).lacking_package(None) == lacking


def test_default_packages_count_unless_they_are_left_out():
    assert request(("ipykernel",), packages=[]).lacking_package(None) is None
    assert request(("ipykernel",), packages=[], no_default_packages=True).lacking_package(None) == "ipykernel"


def test_what_a_file_asks_for_counts():
    file = File(("r-base",), "stats", channels=("conda-forge",))

    asked = request(packages=[], files=(file,), channel=["mine"])

    assert asked.environment_name == "stats"
    assert asked.channels == ["mine", "conda-forge"]
    assert asked.lacking_package(None) == "r-irkernel"


def test_the_package_is_added_to_what_conda_installs():
    asked = request(packages=["numpy"])

    assert asked.add_package("ipykernel")
    assert asked.options["packages"] == ["numpy", "ipykernel"]


@pytest.mark.parametrize(
    "options",
    [
        {"packages": [], "clone": "opencv"},
        {"packages": ["./numpy-1-0.conda"]},
        {"packages": ["https://example.org/numpy-1-0.tar.bz2"]},
        {"packages": None},
    ],
)
def test_where_conda_takes_no_further_spec_none_is_added(options):
    before = list(options["packages"] or ())
    asked = request(**options)

    assert not asked.add_package("ipykernel")
    assert list(asked.options["packages"] or ()) == before


def test_an_explicit_file_takes_none_either():
    file = File(("https://example.org/numpy-1-0.conda",), explicit=True)

    assert not request(packages=[], files=(file,)).add_package("ipykernel")


def test_where_none_is_lacking_none_is_added():
    assert not request(packages=[]).add_package(None)


@pytest.mark.parametrize(
    ("options", "asks"),
    [
        ({}, False),
        ({"packages": []}, False),
        ({"packages": ["numpy"]}, True),
        ({"clone": "opencv"}, True),
        ({"revision": "3"}, True),
        ({"revision": 0}, True),
        ({"revision": None}, False),
    ],
)
def test_packages_and_a_revision_are_something_to_do(options, asks):
    assert request(**options).asks_for_packages is asks


def test_an_environment_that_holds_a_kernel_lacks_no_package(make_environment):
    prefix = make_environment(kernels={"ir": r_spec()}, r="4.4").prefix

    assert request(cmd="install", packages=["numpy"]).lacking_package(prefix) is None
    assert request(cmd="install").finds_kernel(prefix)


@pytest.mark.parametrize(
    ("r", "python", "lacking"), [("4.4", None, "r-irkernel"), (None, "3.12", "ipykernel")]
)
def test_a_clone_lacks_what_its_original_lacks(make_environment, r, python, lacking):
    original = make_environment(kernels={}, python=python, r=r).prefix

    assert request(("numpy",), clone=str(original), packages=[]).lacking_package(None) == lacking


def test_a_clone_of_an_environment_with_a_kernel_lacks_none(make_environment):
    original = make_environment(kernels={"ir": r_spec()}, r="4.4").prefix

    assert request(clone=str(original), packages=[]).lacking_package(None) is None


def test_a_broken_kernel_is_for_the_registration_to_tell_of(make_environment):
    prefix = make_environment(kernels={"python3": "{"}).prefix

    assert request(cmd="install").lacking_package(prefix) is None
    assert not request(cmd="install").finds_kernel(prefix)


def test_an_environment_without_a_kernel_lacks_that_of_its_language(make_environment):
    prefix = make_environment(kernels={}, python=None, r="4.4").prefix

    assert request(cmd="install", packages=["numpy"]).lacking_package(prefix) == "r-irkernel"


@pytest.mark.parametrize(
    ("options", "force"), [({}, False), ({"force": True}, True), ({"kernel_force": True}, True)]
)
def test_condas_own_force_is_ours_too(options, force):
    assert request(**options).arguments.kernel_force is force
