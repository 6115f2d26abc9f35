"""The kernel package comes by a call of its own, whatever the files say of all else; by real pip and uv."""

import hashlib
import json
import os
import shutil
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.environment.environment import identify
from pip_kernel_hook.creating import installing
from pip_kernel_hook.creating.installing import install_packages
from pip_kernel_hook.creating.kernel_package import install_beside
from pip_kernel_hook.creating.requirements import requirements_of
from pip_kernel_hook.main import build_parser

from ...support import python_spec
from ...wheels import make_wheel

KERNELSPEC = {"share/jupyter/kernels/python3/kernel.json": json.dumps(python_spec())}


@pytest.fixture(scope="module")
def packages(tmp_path_factory):
    """Two indexes, of all packages and of a few, without the kernel package; and files that name packages."""
    folder = tmp_path_factory.mktemp("packages")
    beneath = [make_wheel(folder / "wheels", "beneath", version) for version in ("1.0", "2.0")]
    asked, _ = wheels = [
        make_wheel(folder / "wheels", "asked", needs=["beneath"]),
        make_wheel(folder / "wheels", "brings", needs=["ipykernel==6.0"]),
    ]
    kernels = [
        make_wheel(folder / "wheels", "ipykernel", version, needs=[need], files=KERNELSPEC)
        for version, need in (("6.0", "beneath"), ("7.0", "beneath>=2"))
    ]
    _make_index(folder / "all", [*beneath, *wheels, *kernels])
    _make_index(folder / "few", [asked, *beneath])
    texts = {
        "locked": _with_hash(asked) + _with_hash(beneath[0]),
        "few": f"--index-url {(folder / 'few').as_uri()}\n--only-binary :all:\nasked\n",
        "alone": "-r links.txt\n",
        "links": "--no-index\n--find-links=wheels\nasked\n",
        "constraints": "beneath<2\n",
    }
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text)
    return folder


def _make_index(folder, wheels):
    """An index as https://peps.python.org/pep-0503/ has it."""
    for wheel in wheels:
        (project := folder / wheel.name.partition("-")[0]).mkdir(parents=True, exist_ok=True)
        with (project / "index.html").open("a") as page:
            page.write(f'<a href="{wheel.as_uri()}">{wheel.name}</a>\n')


def _with_hash(wheel):
    name, version, _ = wheel.name.split("-", 2)
    return f"{name}=={version} \\\n    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A real virtual environment without pip."""
    folder = tmp_path_factory.mktemp("empty") / "nb"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    return folder


@pytest.fixture(params=["pip", "uv"])
def make(request, tmp_path, empty, packages, monkeypatch):
    """Makes an environment, as `create` does from its virtual environment on; says what is in it."""
    monkeypatch.chdir(packages)
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, (packages / "all").as_uri())
    for name in ("PIP_CONFIG_FILE", "UV_CONFIG_FILE"):
        monkeypatch.setenv(name, os.devnull)
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    if request.param == "uv":
        monkeypatch.setattr(installing, "_has_own_pip", lambda: False)

    def make(*typed):
        environment = identify(shutil.copytree(empty, tmp_path / "nb", symlinks=True))
        asked = requirements_of(build_parser().parse_args(["create", "nb", *typed]))
        if asked.words:
            install_packages(environment, asked.words, quiet=False, verbose=False)
        install_beside(environment, asked, [], quiet=False, verbose=False)
        found = (path.name.split("-")[:2] for path in environment.prefix.rglob("*.dist-info"))
        return {name: version.removesuffix(".dist") for name, version in found}

    return make


@pytest.mark.parametrize(
    ("typed", "installed"),
    [
        ([], {"beneath": "2.0", "ipykernel": "7.0"}),
        (["asked"], {"asked": "1.0", "beneath": "2.0", "ipykernel": "7.0"}),
        (["-r", "locked.txt"], {"asked": "1.0", "beneath": "1.0", "ipykernel": "6.0"}),
        (
            ["-r", "locked.txt", "--", "--require-hashes"],
            {"asked": "1.0", "beneath": "1.0", "ipykernel": "6.0"},
        ),
        (["asked", "--", "--no-deps"], {"asked": "1.0", "beneath": "2.0", "ipykernel": "7.0"}),
        (["-r", "few.txt"], {"asked": "1.0", "beneath": "2.0", "ipykernel": "7.0"}),
        (["-c", "locked.txt"], {"beneath": "1.0", "ipykernel": "6.0"}),
        (["asked", "-c", "constraints.txt"], {"asked": "1.0", "beneath": "1.0", "ipykernel": "6.0"}),
        (["brings"], {"brings": "1.0", "beneath": "2.0", "ipykernel": "6.0"}),
    ],
)
def test_it_changes_nothing_of_what_was_asked_for(make, typed, installed):
    assert make(*typed) == installed


def test_it_comes_from_where_the_files_say_first(make, monkeypatch):
    for name in ("PIP_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, "file:///nowhere")

    assert make("-r", "alone.txt") == {"asked": "1.0", "beneath": "2.0", "ipykernel": "7.0"}


def test_what_is_tried_in_vain_first_is_not_told(make, capfd):
    make("-r", "few.txt")

    told = capfd.readouterr().err.lower()
    assert "error" not in told and "no solution" not in told and "no matching" not in told
