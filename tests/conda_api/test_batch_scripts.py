"""Batch files run in a real `cmd.exe`: Windows' own, or that of wine."""

import os
import shutil
import subprocess
from pathlib import Path, PureWindowsPath

import pytest

from conda_jupyter_plugin.conda_api.batch_scripts import (
    batch_text,
    batch_variables,
    read_output,
    scripts_of,
    with_batch_scripts,
)
from conda_jupyter_plugin.core.models import Activation, Environment

WINE = shutil.which("wine")
CMD = ["cmd.exe"] if os.name == "nt" else [WINE or "wine", "cmd"]
OWN = {"DOLLAR": "$HOME", "SET_BEFORE": "1", "LETTERS": "Père 日本", "PERCENT": "50% %PATH% ^ & !x!"}

# Modelled on what gdal, proj and openjdk bring along.
GDAL = r"""
@REM Store existing GDAL env vars and set to this conda env
@if defined GDAL_DATA (
    set "_CONDA_SET_GDAL_DATA=%GDAL_DATA%"
)
@set "GDAL_DATA="
@if exist "%CONDA_PREFIX%\Library\share\gdal" (
    set "GDAL_DATA=%CONDA_PREFIX%\Library\share\gdal"
)
@set "GDAL_DRIVER_PATH=%CONDA_PREFIX%\Library\lib\gdalplugins"
@set CPL_ZIP_ENCODING=UTF-8
"""
PROJ = r"""
@if defined PROJ_DATA (
    set "_CONDA_SET_PROJ_DATA=%PROJ_DATA%"
)
@set "PROJ_DATA=%CONDA_PREFIX%\Library\share\proj"
@set PROJ_NETWORK=ON
"""
JAVA = r"""
@set "JAVA_HOME_CONDA_BACKUP=%JAVA_HOME%"
@set "JAVA_HOME=%CONDA_PREFIX%\Library\lib\jvm"
@set "PATH=%JAVA_HOME%\bin;%PATH%;C:\behind"
"""
ODD = r"""
@set "PERCENT=100%%"
@set "BANG=wow! !x!"
@set "CARET=a^b & c|d <e>"
@set QUOTED="two words"
@set "PRICE=5$"
@set "PATHS=%LETTERS%\x"
"""


@pytest.fixture(scope="session")
def around(tmp_path_factory):
    """The variables for `cmd.exe`; what wine needs is made once."""
    if os.name == "nt":
        return dict(os.environ)
    if WINE is None:
        pytest.skip("wine is not installed")
    wine = {"WINEPREFIX": str(tmp_path_factory.mktemp("wine")), "WINEDLLOVERRIDES": "mscoree,mshtml="}
    return {**os.environ, **wine, "WINEDEBUG": "-all"}


def windows(path):
    """A path as `cmd.exe` writes it."""
    return str(path) if os.name == "nt" else str(PureWindowsPath(f"Z:{path}"))


@pytest.fixture
def activated(tmp_path, around):
    """Runs batch files, given by name, and gives the activation with what they set."""

    def activated(folder="opencv", **scripts):
        prefix = tmp_path / folder
        (prefix / "Library/share/gdal").mkdir(parents=True)
        (prefix / "etc/conda/activate.d").mkdir(parents=True)
        for name, text in scripts.items():
            path = prefix / "etc/conda/activate.d" / f"{name}.bat"
            path.write_bytes(text.replace("\n", "\r\n").encode())
        activation = Activation(
            conda=True,
            path=(windows(prefix), windows(prefix / "Scripts")),
            first_path=("C:\\conda\\condabin",),
            variables={"CONDA_PREFIX": windows(prefix)},
            own=OWN,
        )
        paths = [windows(path) for path in scripts_of(prefix)]
        batch = tmp_path / "activate.bat"
        batch.write_bytes(batch_text(len(paths)))
        printed = tmp_path / "printed"
        # Not through a pipe, which wine's own services would hold open for seconds.
        with printed.open("wb") as output:
            subprocess.run(
                [*CMD, "/d", "/e:on", "/v:off", "/u", "/c", windows(batch)],
                env={**around, **batch_variables(activation, paths)},
                cwd=prefix,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                check=True,
                timeout=120,
            )
        return read_output(printed.read_bytes(), activation)

    return activated


def prefix_of(activation):
    return activation.variables["CONDA_PREFIX"]


def test_what_packages_scripts_set_is_found(activated):
    seen = activated(gdal=GDAL, proj=PROJ)

    assert {name: seen.own[name] for name in ("GDAL_DATA", "GDAL_DRIVER_PATH", "PROJ_DATA")} == {
        "GDAL_DATA": prefix_of(seen) + r"\Library\share\gdal",
        "GDAL_DRIVER_PATH": prefix_of(seen) + r"\Library\lib\gdalplugins",
        "PROJ_DATA": prefix_of(seen) + r"\Library\share\proj",
    }
    assert (seen.own["CPL_ZIP_ENCODING"], seen.own["PROJ_NETWORK"]) == ("UTF-8", "ON")


def test_nothing_else_is_in_there(activated):
    seen = activated(proj=PROJ)

    assert seen.own.keys() - OWN.keys() == {"PROJ_DATA", "PROJ_NETWORK"}
    assert seen.variables.keys() == {"CONDA_PREFIX"}
    assert {name: seen.own[name] for name in OWN} == OWN


def test_a_path_is_put_around_what_is_there_when_the_kernel_starts(activated):
    seen = activated(java=JAVA)

    prefix, jvm = prefix_of(seen), prefix_of(seen) + r"\Library\lib\jvm"
    assert seen.path == (rf"{jvm}\bin", prefix, rf"{prefix}\Scripts", r"C:\conda\condabin")
    assert (seen.first_path, seen.last_path, seen.own["JAVA_HOME"]) == ((), (r"C:\behind",), jvm)


def test_a_path_that_forgets_what_was_there_changes_nothing(activated):
    seen = activated(a='@set "PATH=C:\\only"\n@set A=1\n')

    assert seen.own["A"] == "1"
    assert seen.path == (prefix_of(seen), rf"{prefix_of(seen)}\Scripts", r"C:\conda\condabin")


def test_odd_values_arrive(activated):
    seen = activated(odd=ODD)

    assert {name: seen.own[name] for name in ("PERCENT", "BANG", "CARET", "QUOTED", "PRICE", "PATHS")} == {
        "PERCENT": "100%",
        "BANG": "wow! !x!",
        "CARET": "a^b & c|d <e>",
        "QUOTED": '"two words"',
        "PRICE": "5$",
        "PATHS": "Père 日本\\x",
    }


@pytest.mark.parametrize("folder", ["two words", "Père 日本", "it's & (more)", "wow!"])
def test_hostile_paths(activated, folder):
    seen = activated(folder, proj=PROJ)

    assert seen.own["PROJ_DATA"] == prefix_of(seen) + r"\Library\share\proj"


def test_a_variable_that_a_script_removes_is_gone(activated):
    assert "SET_BEFORE" not in activated(a='@set "SET_BEFORE="\n').own


@pytest.mark.parametrize(
    "text",
    ["@echo hello\n@echo trouble>&2\n", "@echo on\nset B=1\n", "@pause\n", "@exit /b 0\n@set A=never\n"],
    ids=["prints", "echoes", "asks", "returns"],
)
def test_a_script_that_prints_asks_or_returns_is_as_good_as_any(activated, text):
    seen = activated(a=f"@set A=1\n{text}", b="@set LATER=1\n")

    assert (seen.own["A"], seen.own["LATER"]) == ("1", "1")


@pytest.mark.parametrize("text", ["@exit /b 3\n", "@call nowhere.bat\n"], ids=["status", "missing"])
def test_a_script_that_fails_is_the_last_one_as_with_conda(activated, text):
    seen = activated(a=f"@set A=1\n{text}", b="@set LATER=1\n")

    assert seen.own["A"] == "1"
    assert "LATER" not in seen.own


def test_of_a_script_that_ends_the_shell_what_came_before_counts(activated):
    seen = activated(a="@set A=1\n", b="@set B=1\n@exit\n", c="@set C=1\n")

    assert (seen.own["A"], {"B", "C"} & seen.own.keys()) == ("1", set())


def test_a_shell_that_printed_nothing_changes_nothing():
    activation = Activation(conda=True, path=("C:\\x",))

    assert read_output(b"", activation) == activation


def test_what_scripts_remove_of_the_systems_comes_empty_in_one_order():
    names = ["TEMP", "APPDATA", "USERNAME", "PUBLIC", "OS", "TMP"]
    before = "".join(f"{name}=x\r\n" for name in ["PATH", *names])
    printed = f"{before}__kernel_mark\r\nPATH=x\r\n__kernel_mark\r\n".encode("utf-16-le")

    seen = read_output(printed, Activation(conda=True, path=()))

    assert list(seen.own.items()) == [(name, "") for name in sorted(names)]


def test_scripts_come_in_condas_order(tmp_path):
    folder = tmp_path / "etc/conda/activate.d"
    folder.mkdir(parents=True)
    for name in ("b.bat", "a.bat", "Z.bat", "a.sh"):
        (folder / name).touch()

    assert [Path(path).name for path in scripts_of(tmp_path)] == ["Z.bat", "a.bat", "b.bat"]


def test_an_environment_without_scripts_starts_no_shell(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "run", None)
    activation = Activation(conda=True, path=())

    assert with_batch_scripts(activation, Environment(tmp_path, "opencv", "conda")) is activation


def test_what_has_to_be_run_again_is_told_by_scripts_environment_and_activation(tmp_path):
    environment, activation = Environment(tmp_path, "opencv", "conda"), Activation(conda=True, path=())
    script = tmp_path / "etc/conda/activate.d/a.bat"
    script.parent.mkdir(parents=True)
    (tmp_path / "conda-meta").mkdir()

    def told(activation=activation):
        return with_batch_scripts(activation, environment).scripts

    script.write_text("@set A=1")
    seen = [told()]
    assert told() == seen[0]
    script.write_text("@set A=2")
    seen.append(told())
    seen.append(told(Activation(conda=True, path=(), own={"A": "1"})))
    (tmp_path / "conda-meta/history").touch()
    seen.append(told())

    assert len(set(seen)) == len(seen)
