"""Where each variable of a kernel comes from."""

import json

import pytest

from conda_jupyter_plugin.checking.origins import variables_of
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.system.reading import names_in
from conda_jupyter_plugin.core.verbs.find import find_named

from ..support import add, python_spec
from .conftest import append


@pytest.fixture
def look_at(open_registry):
    """Gives a kernel's variables by name."""

    def look_at(name="opencv"):
        found, _ = variables_of(find_named(open_registry(), name))
        return {one.name: one for one in found}

    return look_at


@pytest.fixture
def opencv(make_environment, open_registry):
    """A conda environment with a package that brings a script, and one that brings variables."""
    environment = make_environment(kernels={"python3": {**python_spec(), "env": {"FROM_SPEC": "1"}}})
    prefix = environment.prefix
    scripts, variables = prefix / "etc/conda/activate.d", prefix / "etc/conda/env_vars.d"
    scripts.mkdir(parents=True)
    variables.mkdir()
    (scripts / "gdal.sh").write_text('export GDAL_DATA="$CONDA_PREFIX/share/gdal"\nunset SURROUNDING\n')
    (scripts / "own.sh").write_text("export OWN=1\n")
    (variables / "proj.json").write_text(json.dumps({"PROJ": "proj", "BOTH": "package"}))
    (prefix / "conda-meta/state").write_text(json.dumps({"env_vars": {"token": "secret", "BOTH": "user"}}))
    for package, file in (
        ("libgdal", "etc/conda/activate.d/gdal.sh"),
        ("proj", "etc/conda/env_vars.d/proj.json"),
    ):
        (prefix / f"conda-meta/{package}-3.9-h1_0.json").write_text(json.dumps({"files": ["bin/x", file]}))
    add(open_registry(), environment, choices=Choices(env={"OMP_NUM_THREADS": "4"}))
    return environment


@pytest.mark.parametrize(
    ("name", "source", "package"),
    [
        ("GDAL_DATA", "script", "libgdal"),
        ("OWN", "script", None),
        ("OMP_NUM_THREADS", "--env", None),
        ("FROM_SPEC", "kernel.json", None),
        ("CONDA_PREFIX", "conda activate", None),
        ("PATH", "conda activate", None),
        ("SURROUNDING", "script", "libgdal"),
    ],
)
def test_each_variable_is_told_with_its_source(opencv, look_at, monkeypatch, name, source, package):
    monkeypatch.setenv("SURROUNDING", "1")

    found = look_at()[name]

    assert (found.source, found.package) == (source, package)


def test_values_are_what_the_kernel_finds(opencv, look_at, monkeypatch):
    monkeypatch.setenv("SURROUNDING", "1")
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    found = look_at()

    assert found["GDAL_DATA"].value == f"{opencv.prefix}/share/gdal"
    assert found["PATH"].value.split(":")[0] == f"{opencv.prefix}/bin"
    assert "/usr/bin" not in found["PATH"].value
    assert found["SURROUNDING"].value is None
    assert "HOME" not in found


@pytest.mark.parametrize("text", ["{", "[]", "[1]", '{"env_vars": []}', '{"env_vars": null}', "null"])
def test_a_file_that_says_nothing_names_nothing(opencv, look_at, text):
    (opencv.prefix / "conda-meta/state").write_text(text)
    (opencv.prefix / "etc/conda/env_vars.d/proj.json").write_text(text)

    assert look_at()["GDAL_DATA"].package == "libgdal"


def test_the_records_of_packages_are_looked_through_once_for_a_file(opencv, look_at, monkeypatch):
    script = opencv.prefix / "etc/conda/activate.d/gdal.sh"
    script.write_text("".join(f"export GDAL_{number}=1\n" for number in range(20)))
    looked_at = []
    monkeypatch.setattr(
        "conda_jupyter_plugin.checking.origins.names_in",
        lambda folder: looked_at.append(folder) or names_in(folder),
    )

    assert look_at()["GDAL_19"].package == "libgdal"
    # For each of the two scripts, and for the variables of a package.
    assert looked_at.count(opencv.prefix / "conda-meta") == 3


def test_a_virtual_environments_come_from_its_script(make_real, open_registry, look_at):
    environment = make_real("site")
    append(environment.prefix / "bin/activate", "\nexport DJANGO_SETTINGS_MODULE=site.settings\n")
    add(open_registry(), environment)

    found = look_at("site")

    assert found["VIRTUAL_ENV"].source == found["DJANGO_SETTINGS_MODULE"].source == "bin/activate"
    assert found["VIRTUAL_ENV"].file == environment.prefix / "bin/activate"


def test_without_activation_there_is_what_was_chosen(make_real, open_registry, look_at):
    add(open_registry(), make_real(), choices=Choices(activate=False, env={"A": "1"}))

    assert [(one.name, one.source) for one in look_at().values()] == [("A", "--env")]


def test_what_hangs_is_told_apart(make_real, open_registry, monkeypatch):
    environment = make_real()
    append(environment.prefix / "bin/activate", "\nsleep 100\n")
    add(open_registry(), environment)
    monkeypatch.setattr("conda_jupyter_plugin.checking.origins._LONGEST", 0.5)

    _, went = variables_of(find_named(open_registry(), "opencv"))

    assert went.variables is None
    assert went.unfinished.script == f"{environment.prefix}/bin/activate"
