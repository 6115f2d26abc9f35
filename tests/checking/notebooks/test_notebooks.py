"""Notebooks whose kernels are missing, renamed, broken or not the right ones."""

import json
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conda_jupyter_plugin.checking.errors import NotebookError
from conda_jupyter_plugin.checking.kernels import check_kernels
from conda_jupyter_plugin.checking.notebooks.modules import imported_modules, missing_modules
from conda_jupyter_plugin.checking.notebooks.notebooks import read_notebook
from conda_jupyter_plugin.checking.notebooks.substitutes import judge
from conda_jupyter_plugin.checking.places import environments_beside
from conda_jupyter_plugin.checking.remedies import Fix
from conda_jupyter_plugin.core.verbs.find import everything
from conda_jupyter_plugin.core.verbs.list import list_kernels

from ...support import add, r_spec
from ..conftest import site_packages

KEYS = st.sampled_from(
    ["cells", "worksheets", "metadata", "kernelspec", "language_info", "name", "cell_type", "source", "input"]
)


@pytest.fixture
def write_notebook(home):
    """Writes a notebook that asks for a kernel."""

    def write_notebook(kernel="opencv", display_name="Python 3.12 (opencv)", language="python", *cells):
        kernelspec = {"name": kernel, "display_name": display_name, "language": language}
        document = {
            "nbformat": 4,
            "nbformat_minor": 5,
            "metadata": {"kernelspec": kernelspec} if kernel else {},
            "cells": [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells],
        }
        path = home / "analysis.ipynb"
        path.write_text(json.dumps(document))
        return path

    return write_notebook


@pytest.fixture
def look_at(open_registry):
    """Judges a notebook, its kernel being started."""

    def look_at(path, available=(), command="conda kernel", environments=()):
        notebook = read_notebook(path)
        found = [one for one in everything(open_registry()) if one.item.name == notebook.kernel]
        checked = check_kernels(found[:1], timeout=20, jobs=1)
        rows = list_kernels(open_registry(), available)
        return judge(notebook, checked[0] if checked else None, rows, command, environments)

    return look_at


def test_a_notebook_whose_kernel_works_is_ok(opencv, write_notebook, look_at):
    judged = look_at(write_notebook())

    assert (judged.ok, judged.error, judged.candidates) == (True, None, ())


def test_a_missing_kernel_is_what_its_environment_would_be(make_real, write_notebook, look_at):
    environment = make_real()

    judged = look_at(write_notebook(), [environment])

    assert judged.error == "its kernel opencv is not registered"
    assert judged.hint == f"The environment opencv fits. Register it: pip-kernel add {environment.prefix}"


def test_registering_it_under_the_name_is_the_fix(make_real, write_notebook, look_at):
    environment = make_real()

    judged = look_at(write_notebook(), [environment])

    assert judged.fix == judged.candidates[0].fix == Fix("add", environment.prefix, kernel_name="opencv")


@pytest.mark.parametrize(
    ("kernel", "options", "name"),
    [("opencv", "", "opencv"), ("cv", " --kernel-name cv", "cv"), ("conda-env-opencv-py", "", None)],
)
def test_an_environment_that_it_names_and_that_has_no_kernel_gets_one(
    make_environment, write_notebook, look_at, kernel, options, name
):
    bare = make_environment("opencv", kernels={})

    judged = look_at(write_notebook(kernel), environments=[make_environment("other", kernels={}), bare])

    command = f"conda kernel add -p {bare.prefix} --install{options}"
    assert judged.hint == f"The environment opencv has no kernel. Add one: {command}"
    assert judged.fix == Fix("add", bare.prefix, "ipykernel", name)


def test_the_environment_of_its_project_is_known_if_nobody_else_can_change_it(make_environment, home):
    project = home / "proj"
    path = project / "notebooks" / "a.ipynb"
    path.parent.mkdir(parents=True)
    (project / "pyproject.toml").write_text("")
    path.write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    own = make_environment(".venv", parent=project, manager="venv")
    theirs = make_environment("env", parent=project / "notebooks", manager="venv")
    theirs.prefix.chmod(0o777)

    assert [found.prefix for found in environments_beside([read_notebook(path)])] == [own.prefix]


def test_a_closed_environment_has_no_such_fix(make_environment, write_notebook, look_at):
    bare = make_environment("opencv", kernels={})
    (bare.prefix / "conda-meta" / "frozen").write_text("{}")

    assert look_at(write_notebook(), environments=[bare]).fix is None


def test_a_renamed_kernel_gets_a_further_name(opencv, write_notebook, look_at):
    judged = look_at(write_notebook("vision"))

    command = f"pip-kernel add {opencv.prefix} --kernel-name vision"
    assert judged.hint == f"The kernel opencv fits. Register it: {command}"
    assert [one.registration.name for one in judged.candidates] == ["opencv"]


def test_a_name_that_is_not_given_is_left_to_jupyter(make_real, write_notebook, look_at):
    environment = make_real()

    judged = look_at(write_notebook("conda-env-opencv-py", "Python [conda env:opencv]"), [environment])

    further = "Register it, then choose it in Jupyter (Kernel > Change Kernel)"
    assert judged.hint == f"The environment opencv fits. {further}: pip-kernel add {environment.prefix}"


def test_the_command_makes_it_so(opencv, write_notebook, look_at, open_registry):
    path = write_notebook("vision")
    from conda_jupyter_plugin.core.models import Choices

    add(open_registry(), opencv, choices=Choices(kernel_name="vision"))

    assert look_at(path).ok


def test_a_broken_kernel_is_mended_first(opencv, make_real, write_notebook, look_at, open_registry):
    add(open_registry(), make_real("other"))
    (site_packages(opencv.prefix) / "borrowed.pth").unlink()

    judged = look_at(write_notebook())

    assert "its kernel opencv does not work: the kernel package ipykernel is missing" in judged.error
    assert judged.hint == f"Reinstall it: uv pip install -p {opencv.prefix}/bin/python --upgrade ipykernel"
    assert [one.registration.name for one in judged.candidates] == ["other"]


def test_a_kernel_of_another_language_is_not_the_right_one(opencv, write_notebook, look_at):
    judged = look_at(write_notebook("opencv", "R 4.4 (opencv)", "R"))

    assert judged.error == "it is written in R, but the kernel opencv is for python"


def test_what_it_imports_says_which_one_is_best(make_real, write_notebook, look_at, open_registry):
    for name in ("a", "b"):
        add(open_registry(), environment := make_real(name))
    (site_packages(environment.prefix) / "pandas_like.py").write_text("")

    judged = look_at(write_notebook("gone", "x", "python", "import pandas_like, os\n"))

    assert [(one.registration.name, one.missing) for one in judged.candidates] == [
        ("b", ()),
        ("a", ("pandas_like",)),
    ]


@pytest.mark.parametrize(
    ("kernel", "display_name"),
    [
        ("conda-env-b-py", "Python [conda env:b]"),
        ("python3", "Python 3.12.1 ('b': venv)"),
        ("gone", "Python 3 (b)"),
    ],
)
def test_the_best_one_is_the_one_that_the_name_says(
    make_real, write_notebook, look_at, open_registry, kernel, display_name
):
    for name in ("a", "b", "c"):
        add(open_registry(), environment := make_real(name))
        if name != "b":
            (site_packages(environment.prefix) / "pandas_like.py").write_text("")

    judged = look_at(write_notebook(kernel, display_name, "python", "import pandas_like\n"))

    assert judged.candidates[0].registration.name == "b"


def test_what_the_kernel_lacks_is_told(opencv, write_notebook, look_at):
    judged = look_at(write_notebook("opencv", "x", "python", "import nothing_like_it\n"))

    assert (judged.ok, judged.missing) == (True, ("nothing_like_it",))


def test_without_any_environment_one_is_to_be_made(write_notebook, look_at):
    judged = look_at(write_notebook())

    assert judged.hint == "No environment has a suitable kernel. Create one: conda kernel create -n opencv"


def test_a_notebook_that_names_none_is_told(opencv, write_notebook, look_at):
    judged = look_at(write_notebook(""))

    assert judged.error == "it does not name a kernel, and python3 is not registered"
    assert judged.hint == "Choose Python 3.11 (opencv) in Jupyter (Kernel > Change Kernel).".replace(
        "3.11", f"3.{sys.version_info.minor}"
    )


def test_nothing_is_written_into_a_notebook(opencv, write_notebook, look_at):
    path = write_notebook("vision")
    before = path.read_bytes(), path.stat().st_mtime_ns

    look_at(path)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"cells": 1}', "[" * 100_000])
def test_what_is_no_notebook_is_said_to_be_none(home, text):
    path = home / "analysis.ipynb"
    path.write_text(text)

    with pytest.raises(NotebookError, match="is not a notebook"):
        read_notebook(path)


def test_a_notebook_that_is_not_there_is_said_so(home):
    with pytest.raises(NotebookError, match=r"cannot be read \(no such file or directory\)"):
        read_notebook(home / "analysis.ipynb")


@pytest.mark.parametrize(
    "document",
    [
        {"nbformat": 4, "metadata": [], "cells": {}},
        {"nbformat": 4, "metadata": {"kernelspec": "x", "language_info": 3}, "cells": [1, {"cell_type": 2}]},
        {"nbformat": 3, "worksheets": [1, {"cells": [{"cell_type": "code", "input": ["import a"]}]}]},
    ],
)
def test_a_notebook_of_any_form_is_read(home, document):
    path = home / "analysis.ipynb"
    path.write_text(json.dumps(document))

    assert read_notebook(path).kernel == ""


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=5), inner, max_size=6)
    ),
)


@given(document=st.dictionaries(KEYS, ANYTHING, max_size=6))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_whatever_a_file_says_it_is_a_notebook_or_none(home, document):
    path = home / "analysis.ipynb"
    path.write_text(json.dumps({**document, "nbformat": 4}))

    assert read_notebook(path).path == path


@given(cell=st.text(), language=st.sampled_from(["python", "R"]))
@settings(deadline=None)
def test_whatever_a_cell_holds_its_imports_are_names(cell, language):
    assert all(imported_modules(language, [cell]))


@pytest.mark.parametrize(
    ("language", "cell", "modules"),
    [
        (
            "python",
            "import os, numpy as np\nfrom pandas.core import x\nfrom . import y\n",
            ("numpy", "pandas"),
        ),
        ("python", "%matplotlib inline\n!pip install a\nimport cv2\nhelp?\n", ("cv2",)),
        ("python", "%%bash\nimport a\n", ()),
        ("python", "%%time\nimport a\n", ("a",)),
        ("python", "print 'old'\nimport a\n", ("a",)),
        ("python", "import a\x00", ("a",)),
        (
            "python",
            "try:\n    import google.colab\nexcept ImportError:\n    import other\nimport a\n",
            ("a",),
        ),
        ("python", "def f():\n    import b\nwith c:\n    import a\n", ("a",)),
        ("python", "if in_colab:\n    import google.colab\nfor x in y:\n    from b import c\n", ()),
        ("python", "try:\n    import a\nfinally:\n    import b\n", ("a", "b")),
        ("python", "x = !ls\ntry:\n    import google.colab\nexcept:\n    pass\nimport a\n", ("a",)),
        ("R", "library(dplyr)\nrequire('ggplot2')\nx <- tidyr::gather(y) # library(no)\nstats::sd(1)", None),
        ("julia", "using A", ()),
    ],
)
def test_what_cells_import_is_read_without_running_them(language, cell, modules):
    expected = ("dplyr", "ggplot2", "tidyr") if modules is None else modules

    assert imported_modules(language, [cell]) == expected


@pytest.mark.parametrize(
    "name", ["mod.py", "mod/__init__.py", "mod.cpython-312-x86_64-linux-gnu.so", "__editable__.mod-1.0.pth"]
)
def test_a_module_is_found_however_it_is_installed(tmp_path, name):
    path = tmp_path / "env/lib/python3.12/site-packages" / name
    path.parent.mkdir(parents=True)
    path.write_text("")

    assert missing_modules(tmp_path / "env", "python", ["mod", "other"], tmp_path) == ("other",)


def test_what_lies_beside_the_notebook_is_there(tmp_path):
    (tmp_path / "env/lib/python3.12/site-packages").mkdir(parents=True)
    (tmp_path / "helpers.py").write_text("")

    assert missing_modules(tmp_path / "env", "python", ["helpers"], tmp_path) == ()


def test_rs_packages_lie_in_its_library(tmp_path):
    (tmp_path / "lib/R/library/dplyr").mkdir(parents=True)

    assert missing_modules(tmp_path, "R", ["dplyr", "tidyr"], tmp_path) == ("tidyr",)


def test_a_notebook_in_r_is_for_an_r_kernel(make_environment, write_notebook, look_at):
    environment = make_environment(kernels={"ir": r_spec()}, r="4.4.1")

    judged = look_at(write_notebook("stats", "R 4.4 (stats)", "R"), [environment])

    assert [one.registration.language for one in judged.candidates] == ["R"]
