"""What a check says of a notebook is what nbconvert then does with it."""

import json
import sys

import pytest
from nbconvert.exporters import NotebookExporter
from traitlets.config import Config

from conda_jupyter_plugin.core.jupyter.locations import user_location
from pip_kernel_hook.main import main

from ...support import write_spec

_RUN = Config({"ExecutePreprocessor": {"enabled": True}})
_CODE = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}


@pytest.fixture(autouse=True)
def _kernels(home):
    """Kernels that run Python, whatever their kernelspecs say that they speak."""
    argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    languages = {
        "python3": "python",
        "opencv": "python",
        "pysparkkernel": None,
        "sagemath": "sage",
        "ijulia": "julia",
    }
    for name, language in languages.items():
        said = {"language": language} if language else {}
        write_spec(user_location().kernels / name, {"argv": argv, "display_name": name, **said})


def asking_for(name="opencv", language=None, source="print(1)", **further):
    """A notebook that asks for a kernel."""
    kernelspec = {"name": name, "display_name": name} | ({"language": language} if language else {})
    return in_format_4({"kernelspec": kernelspec}, source, **further)


def in_format_4(metadata, source="print(1)", **further):
    cell = {**_CODE, "source": source}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": [cell], **further}


def in_format_3(spoken, source="print(1)", **metadata):
    cell = {"cell_type": "code", "language": spoken, "input": [source], "outputs": [], "metadata": {}}
    sheet = {"cells": [{**cell, "collapsed": False}], "metadata": {}}
    return {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "", **metadata}, "worksheets": [sheet]}


WORKS = {
    "as Jupyter writes it": asking_for(language="python"),
    "a kernel that tells no language": asking_for("pysparkkernel", "python"),
    "a kernel that tells no language, a notebook of its own": asking_for("pysparkkernel", "pyspark"),
    "another name of the language": asking_for("sagemath", "sagemath"),
    "the name of its own Python": in_format_4(
        {
            "kernelspec": {"name": "sagemath", "display_name": "Sage", "language": "sage"},
            "language_info": {"name": "python"},
        }
    ),
    "python3": asking_for(language="python3"),
    "ipython": asking_for(language="ipython"),
    "ipython3": asking_for(language="ipython3"),
    "the kernel python": asking_for("python"),
    "a name in capitals": asking_for("OpenCV"),
    "a later minor version": asking_for(nbformat_minor=6, cells=[]),
    "no kernelspec": in_format_4({}),
    "an empty name": asking_for(""),
    "format 3": in_format_3("python"),
    "format 3 with a language": in_format_3("python", language="Python"),
    "format 2": {
        "nbformat": 2,
        "metadata": {"name": ""},
        "worksheets": [{"cells": [{"cell_type": "code", "language": "python", "input": "1", "outputs": []}]}],
    },
    "format 1": {"cells": [{"cell_type": "code", "code": "print(1)", "prompt_number": 1}]},
}

FAILS = {
    "a kernel that is not there": asking_for("gone"),
    "another language": asking_for("opencv", "julia", "f(x) = 1"),
    "another language, in format 3": in_format_3("python", "f(x) = 1", language="Julia"),
    "another language, in the cells": in_format_3("julia", "f(x) = 1"),
    "format 5": asking_for(nbformat=5),
    "a format that is no number": asking_for(nbformat="4"),
    "a kernelspec without a name": in_format_4({"kernelspec": {"display_name": "opencv"}}),
    "a kernelspec that is none": in_format_4({"kernelspec": None}),
    "no cells": {"nbformat": 4, "nbformat_minor": 4, "metadata": {}},
    "no metadata": {"nbformat": 4, "nbformat_minor": 4, "cells": []},
    "no worksheets": {"nbformat": 3, "metadata": {}, "cells": []},
}


@pytest.mark.parametrize(
    ("document", "works"),
    [
        *(pytest.param(document, True, id=name) for name, document in WORKS.items()),
        *(pytest.param(document, False, id=name) for name, document in FAILS.items()),
    ],
)
def test_nbconvert_does_as_the_check_says(home, capfd, document, works):
    path = home / "analysis.ipynb"
    path.write_text(json.dumps(document))

    assert (main(["check", str(path), "--json"]) == 0) is works
    (told,) = json.loads(capfd.readouterr().out)["notebooks"]
    assert told["ok"] is works
    assert runs_in_nbconvert(path, capfd) is works


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_neither_reads_another_encoding(home, capfd, encoding):
    path = home / "analysis.ipynb"
    path.write_text(json.dumps(asking_for(source="print('é')"), ensure_ascii=False), encoding=encoding)

    assert main(["check", str(path)]) == 1
    assert not runs_in_nbconvert(path, capfd)


def runs_in_nbconvert(path, capfd):
    """Whether nbconvert runs a notebook; once more where its kernel lost its port to another process."""
    for _ in range(3):
        try:
            NotebookExporter(config=_RUN).from_filename(str(path))
        except Exception:
            if "Address already in use" not in capfd.readouterr().err:
                return False
        else:
            return True
    return False


def test_that_it_names_no_kernel_is_a_warning(home, capsys):
    (home / "analysis.ipynb").write_text(json.dumps(in_format_4({})))

    assert main(["check", str(home / "analysis.ipynb")]) == 0

    told = capsys.readouterr().out
    assert "ok, with a warning" in told
    assert (
        "analysis.ipynb: Warning: It does not name a kernel. nbconvert uses python3, JupyterLab asks" in told
    )
