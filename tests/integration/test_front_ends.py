"""What starts kernels: nbconvert runs a notebook, and the protocol's own test suite is passed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from conda_base import Conda, run
from notebook_file import write_notebook

# The protocol's own tests for a Python kernel, with samples for all that a kernel may answer.
PROTOCOL_TESTS = """
import os
import jupyter_kernel_test as suite

class KernelTests(suite.KernelTests):
    kernel_name = os.environ["KERNEL_NAME"]
    language_name = "python"
    file_extension = ".py"
    code_hello_world = "print('hello, world')"
    code_stderr = "import sys; print('test', file=sys.stderr)"
    code_page_something = "zip?"
    code_generate_error = "raise ValueError('wanted')"
    code_inspect_sample = "zip"
    code_clear_output = "from IPython.display import clear_output; clear_output()"
    code_execute_result = [
        {"code": "1+2+3", "result": "6"},
        {"code": "import sys; sys.prefix", "result": repr(os.environ["KERNEL_PREFIX"])},
    ]
    code_display_data = [
        {"code": "from IPython.display import HTML, display; display(HTML('<b>x</b>'))", "mime": "text/html"}
    ]
    completion_samples = [{"text": "zi", "matches": {"zip"}}]
    complete_code_samples = ["1", "print('hello, world')", "def f(x):\\n  return x*2\\n\\n\\n"]
    incomplete_code_samples = ["print('''hello", "def f(x):\\n  x*2"]
    invalid_code_samples = ["import = 7q"]
    supported_history_operations = ("tail", "search")
    code_history_pattern = "1?2*"
"""

EXECUTED = 11


def outcomes(conda: Conda, python: Path, folder: Path, variables: Mapping[str, str]) -> dict[str, str]:
    """Runs the protocol's tests and gives how each of them ended."""
    folder.mkdir()
    (folder / "test_protocol.py").write_text(PROTOCOL_TESTS, "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\n", "utf-8")
    command = [str(python), "-m", "pytest", "-q", "-c", "pytest.ini", "--junitxml=told.xml"]
    command = [*command, f"--rootdir={folder}", str(folder)]
    # of two that write into one cache for completion, the other one can have no answer
    around = conda.variables({**variables, "XDG_CACHE_HOME": str(folder / "cache")})
    done = run(["/bin/sh", "-c", 'cd "$0" && "$@"', str(folder), *command], around, check=False)
    assert (folder / "told.xml").exists(), done.stdout + done.stderr
    cases = ElementTree.parse(folder / "told.xml").iter("testcase")
    return {case.attrib["name"]: " ".join(map(_told, case)) or "passed" for case in cases}


def _told(child: ElementTree.Element) -> str:
    return child.tag if child.tag == "skipped" else f"{child.tag}: {child.text}"


def test_the_registered_kernel_passes_the_protocols_tests_as_the_environments_own(
    guest: Conda, opencv: Path, client_python: Path, tmp_path: Path
) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    prefix = {"KERNEL_PREFIX": str(opencv)}
    ours = {"KERNEL_NAME": "opencv", **prefix}
    own = {"KERNEL_NAME": "python3", "JUPYTER_PATH": str(opencv / "share/jupyter"), **prefix}
    folders = (tmp_path / "ours", tmp_path / "own")
    # most of their time, both wait for what a kernel might still say
    with ThreadPoolExecutor() as pool:
        with_ours, with_own = pool.map(partial(outcomes, guest, client_python), folders, (ours, own))
    assert with_ours == with_own
    assert set(with_ours.values()) <= {"passed", "skipped"}
    assert list(with_ours.values()).count("passed") >= EXECUTED


def test_nbconvert_runs_a_notebook_whose_kernel_it_is(
    guest: Conda, opencv: Path, client_python: Path, tmp_path: Path
) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    notebook = tmp_path / "analysis.ipynb"
    write_notebook(notebook, "opencv", "import os, sys; print(sys.prefix, os.environ['CONDA_PREFIX'])")
    command = [
        str(client_python),
        "-m",
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--inplace",
        str(notebook),
    ]
    run(command, guest.variables())
    outputs = json.loads(notebook.read_text("utf-8"))["cells"][0]["outputs"]
    assert [line for output in outputs for line in output["text"]] == [f"{opencv} {opencv}\n"]
