"""The project is removed, replaced or broken while conda runs, or its Python is: conda ends as without it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path

import pytest
from channel import Channel
from conda_base import Conda, contents, copy_base, find_conda, forks_of, run, write_condarc
from conda_checks import Done, one_document, spec_of
from own_package import BREAKAGES, add_base_for, add_own_packages, site_packages
from project import NAME

from tests.support import Sample

# Runs a conda command; between it and what comes after it, something is put in another one's place.
MEDDLED = """
import os, sys
from conda.plugins.manager import CondaPluginManager

def meddle(self, command, original=CondaPluginManager.invoke_post_commands):
    os.rename(sys.argv[1], sys.argv[1] + ".before")
    if sys.argv[2]:
        os.rename(sys.argv[2], sys.argv[1])
    return original(self, command)

CondaPluginManager.invoke_post_commands = meddle
from conda.cli.main import main
sys.exit(main(*sys.argv[3:]))
"""

# Runs a conda command, and tells which modules what comes after it has loaded.
WATCHED = """
import json, sys
from conda.plugins.manager import CondaPluginManager

def watch(self, command, original=CondaPluginManager.invoke_post_commands):
    before = set(sys.modules)
    original(self, command)
    print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr)

CondaPluginManager.invoke_post_commands = watch
from conda.cli.main import main
sys.exit(main(*sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def other_python(channel: Channel, conda_base: Path) -> str:
    """A minor version of Python that base does not have."""
    own = site_packages(conda_base).parent.name.removeprefix("python")
    return next(minor for minor in reversed(channel.pythons) if minor != own)


@pytest.fixture(scope="module")
def own_base(
    channel: Channel,
    base_to_copy: Path,
    project_wheel: Path,
    other_python: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Conda:
    """A base whose channel has the project in several versions, and all of base for another Python."""
    found = find_conda()
    assert found is not None
    folder = tmp_path_factory.mktemp("own")
    for name in ("home", "envs", "pkgs"):
        (folder / name).mkdir()
    copy_base(base_to_copy, folder / "conda")
    own = Conda(folder / "conda", found.version, folder / "home", folder / "envs")
    run([str(own.python), "-m", "pip", "uninstall", "--quiet", "--yes", NAME], own.variables())
    copied = channel.copy(folder / "channel")
    add_own_packages(copied, project_wheel, own.prefix)
    add_base_for(copied, own.prefix, other_python)
    write_condarc(own, copied.url, folder / "pkgs")
    assert_undisturbed(run_on_base(own, "install", f"{NAME}=*=0", "python_kernelspec"))
    return own


@pytest.fixture
def base(own_base: Conda, tmp_path: Path) -> Iterator[Conda]:
    """That base as it was, whatever a test has done to it; with a kernel of its own and an environment."""
    kept = own_base.prefix.with_name("kept")
    if not kept.exists():
        own_base.run("create", "-y", "-n", "opencv", "bash_kernel")
        own_base.run("kernel", "sync")
        shutil.copytree(own_base.prefix, kept, symlinks=True)
        shutil.copytree(own_base.home, kept.with_name("kept-home"), symlinks=True)
    yield own_base
    for folder, copy in ((own_base.prefix, kept), (own_base.home, kept.with_name("kept-home"))):
        make_as(copy, folder)


def make_as(copy: Path, folder: Path) -> None:
    """Makes a folder as a copy of it is; only what is of another size or time is copied anew."""
    wanted, present = contents(copy), contents(folder)
    for path in sorted(present.keys() - wanted.keys(), reverse=True):
        there = folder / path
        there.rmdir() if there.is_dir() and not there.is_symlink() else there.unlink()
    for path in sorted(wanted):
        if present.get(path) == wanted[path]:
            continue
        if (copy / path).is_dir() and not (copy / path).is_symlink():
            (folder / path).mkdir(exist_ok=True)
        else:
            (folder / path).unlink(missing_ok=True)
            shutil.copy2(copy / path, folder / path, follow_symlinks=False)


@pytest.fixture
def quick_base(base: Conda) -> Iterator[Conda]:
    """That base with conda's modules, which such tests leave alone, imported."""
    with forks_of(base.prefix, base.home) as forks:
        yield replace(base, forks=forks)


def run_on_base(conda: Conda, *words: str) -> Done:
    command, *rest = words
    return conda.run(command, "-n", "base", "-y", "--json", *rest, check=False)


def assert_undisturbed(done: Done) -> None:
    """Checks that a command ended as conda alone ends it, with one line of ours at most."""
    assert done.returncode == 0, done.stdout + done.stderr
    assert one_document(done)["success"] is True
    assert "Traceback" not in done.stderr
    assert "ERROR REPORT" not in done.stderr
    assert done.stderr.count("\n") <= 1, done.stderr


def version_of(conda: Conda) -> str | None:
    """Gives version and build of the project in base."""
    records = [json.loads(path.read_text()) for path in conda.prefix.glob(f"conda-meta/{NAME}-*.json")]
    return f"{records[0]['version']}={records[0]['build']}" if records else None


def test_its_removal(base: Conda) -> None:
    done = run_on_base(base, "remove", NAME)

    assert_undisturbed(done)
    assert done.stderr == ""
    assert version_of(base) is None
    assert base.run("list", "-n", "opencv", check=False).returncode == 0


def test_its_removal_names_what_takes_its_kernels_out_too(base: Conda) -> None:
    dry = base.run("remove", "-n", "base", "-y", "--dry-run", NAME, check=False)
    line = f"{NAME}: its kernels stay. Run `conda kernel remove --all` first to remove them too.\n"
    assert line in dry.stderr

    everything = base.run("kernel", "remove", "--all", "-y")
    assert 'Kernel "opencv" removed' in everything.stdout
    done = base.run("remove", "-n", "base", "-y", NAME, check=False)
    assert (done.returncode, line in done.stderr) == (0, False)
    assert version_of(base) is None
    assert sorted(path.name for path in base.data_dir.iterdir()) == ["kernels"]
    assert list(base.kernels_dir.iterdir()) == []


@pytest.mark.parametrize("spec", ["{name}=*=1", "{name}=99.0"], ids=["another build", "another version"])
def test_its_replacement(base: Conda, spec: str) -> None:
    before = version_of(base)
    done = run_on_base(base, "install", spec.format(name=NAME))

    assert_undisturbed(done)
    assert version_of(base) != before


def test_an_update_of_all_and_a_downgrade(base: Conda) -> None:
    assert_undisturbed(run_on_base(base, "update", "--all"))
    assert version_of(base) == "99.0=9"

    assert_undisturbed(run_on_base(base, "install", f"{NAME}=*=0"))
    assert version_of(base) == "0.1.0=0"


def test_an_environment_file_for_base(base: Conda, tmp_path: Path) -> None:
    (tmp_path / "base.yml").write_text(f"name: base\ndependencies:\n  - {NAME}=*=1\n")
    done = base.run("env", "update", "-n", "base", "--json", "--file", tmp_path / "base.yml", check=False)

    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stderr.count("conda-jupyter-plugin:") <= 1
    assert version_of(base) == "0.1.0=1"


def test_another_python_in_base(base: Conda, other_python: str) -> None:
    assert other_python not in spec_of(base, "base")["display_name"]
    done = run_on_base(base, "install", f"python={other_python}")

    assert_undisturbed(done)
    assert done.stderr == ""
    assert list(base.prefix.glob(f"conda-meta/python-{other_python}.*.json"))
    assert spec_of(base, "base")["display_name"] == f"Python {other_python} (base)"


def test_what_follows_a_change_of_base_loads_nothing(base: Conda) -> None:
    words = ("install", "-n", "base", "-y", "--json", "tool", "bash_kernel")
    done = run([str(base.python), "-c", WATCHED, *words], base.variables(), cwd=base.home)

    assert json.loads(done.stderr) == []
    assert spec_of(base, "base-bash")


def test_an_uninstallation_by_pip_while_conda_runs(base: Conda) -> None:
    package = site_packages(base.prefix) / "conda_jupyter_plugin"
    done = meddled(base, package, None, "install", "-y", "-n", "opencv", "--json", "tool")

    assert_undisturbed(done)
    assert done.stderr == ""


def test_an_installation_by_pip_while_conda_runs(base: Conda, tmp_path: Path) -> None:
    package = site_packages(base.prefix) / "conda_jupyter_plugin"
    shutil.copytree(package, tmp_path / "new")
    done = meddled(base, package, tmp_path / "new", "install", "-y", "-n", "opencv", "--json", "tool")

    assert_undisturbed(done)
    assert "the plugin was replaced while this command ran. Run `conda kernel sync`" in done.stderr


ALWAYS_LOADED = (
    *("__init__.py", "plugin.py", "conda_host/__init__.py", "conda_host/hooks.py"),
    *("flag/__init__.py", "flag/options.py", "conda_api/__init__.py", "conda_api/transaction.py"),
)


def test_whatever_happens_to_one_of_its_files_while_a_command_runs(
    quick_base: Conda, sample: Sample, tmp_path: Path
) -> None:
    base = quick_base
    package = site_packages(base.prefix) / "conda_jupyter_plugin"
    files = [path for path in sorted(package.rglob("*")) if path.suffix in (".py", ".sh")]
    told = set()
    cases = list(zip(files, cycle(BREAKAGES), strict=False))
    for number, (file, how) in enumerate(sample(cases, 40)):
        shutil.copy2(file, tmp_path / "other")
        BREAKAGES[how](tmp_path / "other")
        other = tmp_path / "other" if how != "removed" else None
        done = meddled(base, file, other, *change_variable(number))
        file.with_name(f"{file.name}.before").replace(file)
        assert_quiet(done, f"{file} {how}")
        told.add(done.stderr)
    assert len(told) > 5
    assert all(line.startswith("conda-jupyter-plugin: ") for line in told if line)


@pytest.mark.parametrize("how", BREAKAGES)
def test_whatever_happened_to_one_of_its_files_before(quick_base: Conda, how: str) -> None:
    base = quick_base
    package = site_packages(base.prefix) / "conda_jupyter_plugin"
    for number, name in enumerate(ALWAYS_LOADED):
        content = (package / name).read_bytes()
        BREAKAGES[how](package / name)
        for words in (change_variable(number), ("list", "-n", "opencv")):
            assert_quiet(base.run(*words, check=False), f"{name} {how}")
        (package / name).write_bytes(content)


def change_variable(number: int) -> tuple[str, ...]:
    return ("env", "config", "vars", "set", "-n", "opencv", f"A={number}")


def assert_quiet(done: Done, what: str) -> None:
    assert done.returncode == 0, (what, done.stderr)
    assert "Traceback" not in done.stderr, what
    assert done.stderr.count("\n") <= 1, (what, done.stderr)


def meddled(conda: Conda, present: Path, replacement: Path | None, *words: str) -> Done:
    """Runs a conda command after which something else lies in a file's or folder's place, or nothing."""
    return conda.run_code(MEDDLED, str(present), str(replacement or ""), *words)
