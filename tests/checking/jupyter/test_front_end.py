"""What the Jupyter in front of the user lacks for a kernel that works."""

import json

import pytest

from conda_jupyter_plugin.checking.jupyter.front_end import warnings_for
from conda_jupyter_plugin.checking.jupyter.jupyters import find_jupyter
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.jupyter.locations import prefix_location
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, write_program


@pytest.fixture
def lab(make_environment):
    """The environment of a JupyterLab."""
    return make_environment("lab-of-user", manager="venv", kernels={}).prefix


@pytest.fixture
def opencv(make_environment, open_registry):
    """An environment whose kernel is registered."""
    environment = make_environment("opencv", manager="venv")
    add(open_registry(), environment)
    return environment


@pytest.fixture
def warnings(open_registry, lab):
    """What is said of the one kernel."""

    def warnings(prefix=lab):
        (row,) = list_kernels(open_registry())
        return warnings_for(row, find_jupyter(str(prefix)))

    return warnings


def install_widgets(environment, version):
    packages = environment.prefix / "lib/python3.12/site-packages"
    (packages / f"ipywidgets-{version}.dist-info").mkdir(parents=True)


def install_front_end(data, version):
    folder = data / "labextensions/@jupyter-widgets/jupyterlab-manager"
    folder.mkdir(parents=True)
    (folder / "package.json").write_text(json.dumps({"version": version}))


def test_nothing_is_said_of_a_kernel_without_widgets(opencv, warnings):
    assert warnings() == ()


def test_widgets_without_a_front_end_are_told(opencv, lab, warnings):
    install_widgets(opencv, "8.1.5")

    (warning,) = warnings()

    assert "its front end (jupyterlab_widgets) is not in" in warning
    assert warning.endswith(f"{lab}/bin/python -m pip install --upgrade 'jupyterlab_widgets>=3'")


@pytest.mark.parametrize(("widgets", "front_end"), [("8.1.5", "5.0.13"), ("7.7.2", "3.1.1")])
def test_widgets_with_their_front_end_are_fine(opencv, lab, warnings, widgets, front_end):
    install_widgets(opencv, widgets)
    install_front_end(lab / "share/jupyter", front_end)

    assert warnings() == ()


@pytest.mark.parametrize(("widgets", "front_end", "of"), [("7.7.2", "5.0.13", 8), ("8.1.5", "3.1.1", 7)])
def test_another_major_version_is_told(opencv, lab, warnings, widgets, front_end, of):
    install_widgets(opencv, widgets)
    install_front_end(lab / "share/jupyter", front_end)

    (warning,) = warnings()

    assert f"{lab} has the front end of ipywidgets {of}" in warning


@pytest.mark.parametrize("text", ["", "{", "[]", '{"version": 5}', '{"version": "x"}'])
def test_a_front_end_that_says_nothing_is_none(opencv, lab, warnings, text):
    install_widgets(opencv, "8.1.5")
    install_front_end(lab / "share/jupyter", "5.0.13")
    (lab / "share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager/package.json").write_text(text)

    assert len(warnings()) == 1


def test_a_front_end_on_jupyters_path_counts(opencv, warnings, tmp_path, monkeypatch):
    install_widgets(opencv, "8.1.5")
    install_front_end(tmp_path / "more", "5.0.13")
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "more"))

    assert warnings() == ()


def test_a_folder_that_this_jupyter_does_not_look_at_is_told(
    make_environment, open_registry, lab, tmp_path, monkeypatch
):
    environment = make_environment("opencv", manager="venv")
    (tmp_path / "another").mkdir()
    location = prefix_location(str(tmp_path / "another"))
    add(open_registry(location=location), environment)
    (row,) = list_kernels(open_registry(location=location, visible=(location,)))

    (warning,) = warnings_for(row, find_jupyter(str(lab)))

    assert f"The Jupyter in {lab} does not search {location.data}." in warning
    assert warning.endswith(f"pip-kernel add {environment.prefix} --jupyter-prefix {lab}")
    monkeypatch.setenv("JUPYTER_PATH", str(location.data))
    assert warnings_for(row, find_jupyter(str(lab))) == ()


def test_the_jupyter_is_the_one_on_path(lab, monkeypatch):
    write_program(lab / "bin/jupyter-lab")
    monkeypatch.setenv("PATH", str(lab / "bin"))

    assert find_jupyter(None).prefix == identify(lab).prefix


def test_the_jupyter_is_the_one_that_its_path_leads_to(lab, monkeypatch):
    write_program(lab / "bin/jupyter-lab")
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("JUPYTER_PATH", f"/nowhere:{lab}/share/jupyter")

    assert find_jupyter(None).prefix == lab


def test_where_there_is_no_jupyter_nothing_is_said(opencv, open_registry, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    install_widgets(opencv, "8.1.5")
    (row,) = list_kernels(open_registry())

    assert warnings_for(row, find_jupyter(None)) == ()
