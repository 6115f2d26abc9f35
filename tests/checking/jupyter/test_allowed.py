"""Kernels that a Jupyter hides by its configuration are marked as that."""

import json
import os
from pathlib import Path

import pytest

from conda_jupyter_plugin.checking.jupyter.allowed import allowed_in
from pip_kernel_hook.main import main

from ...support import add

OURS = 'c.KernelSpecManager.allowed_kernelspecs = {"opencv", "python3"}\n'
FORMER = 'c = get_config()\nc.KernelSpecManager.whitelist = ["opencv", "python3"]\n'
IN_JSON = json.dumps({"KernelSpecManager": {"allowed_kernelspecs": ["opencv", "python3"]}})


@pytest.fixture
def prefix(tmp_path):
    """The prefix of a Jupyter."""
    return tmp_path / "lab"


@pytest.fixture
def configure(home, prefix):
    """Writes one of Jupyter's configuration files, the user's or the prefix's."""

    def configure(name, text, *, in_prefix=False):
        folder = prefix / "etc" / "jupyter" if in_prefix else home / ".jupyter"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        return folder / name

    return configure


@pytest.mark.parametrize("in_prefix", [True, False])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jupyter_config.py", OURS),
        ("jupyter_server_config.py", OURS),
        ("jupyter_server_config.py", FORMER),
        ("jupyter_server_config.py", OURS.replace("{", "set([").replace("}", "])")),
        ("jupyter_lab_config.py", OURS),
        ("jupyter_notebook_config.json", IN_JSON),
        ("jupyter_server_config.json", IN_JSON),
    ],
)
def test_each_of_its_files_counts(configure, prefix, name, text, in_prefix):
    file = configure(name, text, in_prefix=in_prefix)

    allowed = allowed_in(prefix)

    assert (allowed.names, allowed.file) == ({"opencv", "python3"}, file)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("jupyter_server_config.py", "c.ServerApp.port = 1\n"),
        ("jupyter_server_config.py", "c.KernelSpecManager.allowed_kernelspecs = set()\n"),
        ("jupyter_server_config.py", "c.KernelSpecManager.allowed_kernelspecs = names()\n"),
        ("jupyter_server_config.py", "# " + OURS),
        ("jupyter_server_config.py", OURS + "this is no Python\n"),
        ("jupyter_server_config.json", '{"KernelSpecManager": ["allowed_kernelspecs"]}'),
        ("jupyter_server_config.json", '"allowed_kernelspecs"'),
        ("jupyter_server_config.d.py", OURS),
        ("other_config.py", OURS),
    ],
)
def test_all_else_hides_nothing(configure, prefix, name, text):
    configure(name, text)

    assert allowed_in(prefix) is None


def test_nothing_of_it_is_run(configure, prefix, tmp_path):
    configure("jupyter_server_config.py", f"{OURS}open({str(tmp_path / 'ran')!r}, 'w')\n")

    assert allowed_in(prefix) is not None
    assert not (tmp_path / "ran").exists()


def only(name):
    return f'c.KernelSpecManager.allowed_kernelspecs = ["{name}"]\n'


def test_what_counts_more_comes_after(configure, prefix):
    said = [
        ("jupyter_config.py", False),
        ("jupyter_config.py", True),
        ("jupyter_server_config.py", False),
        ("jupyter_server_config.py", True),
        ("jupyter_lab_config.py", False),
    ]
    for name, in_prefix in said:
        file = configure(name, only("x"), in_prefix=in_prefix)
        assert allowed_in(prefix).file == file
    configure("jupyter_lab_config.json", json.dumps({"KernelSpecManager": {"allowed_kernelspecs": ["y"]}}))
    assert allowed_in(prefix).names == {"y"}


@pytest.mark.parametrize(
    ("variable", "counts"), [("JUPYTER_CONFIG_DIR", True), ("JUPYTER_CONFIG_PATH", True)]
)
def test_variables_name_further_folders(home, prefix, configure, monkeypatch, variable, counts):
    (home / "other").mkdir()
    (home / "other" / "jupyter_config.py").write_text(OURS)
    monkeypatch.setenv(variable, str(home / "other"))

    assert (allowed_in(prefix) is not None) is counts
    if variable == "JUPYTER_CONFIG_PATH":
        configure("jupyter_config.py", only("x"), in_prefix=True)
        assert allowed_in(prefix).file == home / "other" / "jupyter_config.py"
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")
    assert allowed_in(prefix) is None


def test_a_list_and_a_check_say_what_is_hidden(
    configure, opencv, make_real, open_registry, capsys, monkeypatch
):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    add(open_registry(), make_real("stats"))
    file = configure("jupyter_server_config.py", only("opencv"))

    assert main(["list", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)["kernels"]}
    said = f"hidden by allowed_kernelspecs in {file}"
    assert {rows["opencv"]["reason"], rows["stats"]["reason"]} == {None, said}
    assert rows["stats"]["status"] == "ok"
    assert main(["check", "stats", "--jupyter-prefix", str(opencv.prefix)]) == 0
    assert (
        f"stats: Warning: The Jupyter in {opencv.prefix} hides this kernel, because allowed_kernelspecs"
        in capsys.readouterr().out
    )


def test_the_jupyter_in_question_is_the_one_on_the_path(configure, prefix, opencv, capsys, monkeypatch):
    (prefix / "bin").mkdir(parents=True)
    (prefix / "bin" / "jupyter-lab").touch(0o755)
    monkeypatch.setenv("PATH", f"{prefix / 'bin'}{os.pathsep}/bin")
    configure("jupyter_config.py", only("other"), in_prefix=True)

    main(["list"])

    assert "ok: hidden by allowed_kernelspecs" in capsys.readouterr().out
    assert Path(prefix).exists()
