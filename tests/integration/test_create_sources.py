"""`--kernel` wherever an environment comes from: files, another environment, a prefix, `conda env create`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from channel import SUBDIR, Channel
from conda_base import Conda, RunInKernel
from conda_checks import (
    SURROUNDINGS,
    assert_one_sentence,
    environments,
    last_line,
    one_document,
    owner_of,
    registered,
    transactions,
)


def write_environment(folder: Path, *packages: str, name: str | None = "stats") -> Path:
    file = folder / "environment.yml"
    lines = [f"name: {name}"] if name else []
    lines += ["dependencies:", *(f"  - {package}" for package in packages)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def write_explicit(folder: Path, channel: Channel, *packages: str) -> Path:
    file = folder / "explicit.txt"
    urls = [f"{channel.url}/{SUBDIR}/{package}.conda" for package in packages]
    file.write_text("\n".join(["@EXPLICIT", *urls]) + "\n", "utf-8")
    return file


def assert_registered(conda: Conda, name: str, prefix: Path, package: str) -> None:
    assert registered(conda) == [name]
    assert owner_of(conda, name) == str(prefix)
    assert list(prefix.glob(f"conda-meta/{package}-*.json"))
    assert not list(prefix.glob("conda-meta/ipykernel-*.json"))


@pytest.mark.parametrize(("line", "package"), [("r-base>=4", "r-irkernel"), ("bash_kernel", "bash_kernel")])
def test_a_file_of_requirements(conda: Conda, tmp_path: Path, line: str, package: str) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"# what we need\n{line}\ntool\n", "utf-8")
    conda.run("create", "-y", "-n", "stats", "--kernel", "--file", file)
    assert_registered(conda, "stats", conda.env_prefix("stats"), package)
    assert transactions(conda.env_prefix("stats")) == 1


@pytest.mark.parametrize(
    ("exact", "package"), [("r-base-4.4.1-0", "r-irkernel"), ("bash_kernel-0.9-0", "bash_kernel")]
)
def test_a_file_of_exact_packages(
    conda: Conda, channel: Channel, tmp_path: Path, exact: str, package: str
) -> None:
    file = write_explicit(tmp_path, channel, exact)
    done = conda.run("create", "-y", "-n", "stats", "--kernel", "--file", file)
    assert last_line(done).startswith('Kernel "stats" registered')
    assert_registered(conda, "stats", conda.env_prefix("stats"), package)


@pytest.mark.parametrize("given_name", ["", "other"])
def test_an_environment_file_in_conda_create(conda: Conda, tmp_path: Path, given_name: str) -> None:
    options = ["-n", given_name] if given_name else []
    file = write_environment(tmp_path, "r-base")
    without_flag = conda.run("create", "-n", "x", "--dry-run", "--file", file, check=False)
    if "could not parse" in without_flag.stderr:
        pytest.skip("This conda reads no environment.yml in `conda create`")
    conda.run("create", "-y", *options, "--kernel", "--file", file)
    name = given_name or "stats"
    assert_registered(conda, name, conda.env_prefix(name), "r-irkernel")


FLOW = "name: stats\nchannels: [CHANNEL, nodefaults::x]\ndependencies: [r-base, {pip: []}]\n"
BLOCK = "name: stats\ndependencies:\n- r-base\n"


@pytest.mark.parametrize(
    ("name", "text", "encoding", "as_url"),
    [
        ("f.yml", FLOW, "utf-8", False),
        ("f.yml", FLOW, "utf-8", True),
        ("f.yml", BLOCK, "utf-16", False),
        ("F.YML", BLOCK, "utf-8", False),
        ("f", BLOCK, "utf-8", False),
    ],
    ids=["flow", "url", "utf-16", "upper case", "no extension"],
)
def test_a_file_is_read_as_conda_reads_it(
    conda: Conda, channel: Channel, tmp_path: Path, name: str, text: str, encoding: str, as_url: bool
) -> None:
    file = tmp_path / name
    file.write_bytes(text.replace("CHANNEL", channel.url).encode(encoding))
    given = file.as_uri() if as_url else str(file)
    without_flag = conda.run("env", "create", "--dry-run", "-f", given, check=False)

    foreseen = conda.run("env", "create", "--dry-run", "--kernel", "-f", given, check=False)
    done = conda.run("env", "create", "-y", "--kernel", "-f", given, check=False)

    if without_flag.returncode:
        # What conda does not read is conda's to say.
        assert done.stderr.splitlines()[-1] == without_flag.stderr.splitlines()[-1]
        assert environments(conda) == []
        return
    assert 'Kernel "stats" would be registered' in foreseen.stdout + foreseen.stderr
    assert_registered(conda, "stats", conda.env_prefix("stats"), "r-irkernel")
    assert not list(conda.env_prefix("stats").glob("conda-meta/python-*.json"))


def test_a_file_may_name_the_folder(conda: Conda, tmp_path: Path) -> None:
    file = tmp_path / "environment.yml"
    file.write_text(f"prefix: {tmp_path / 'kit'}\ndependencies: [r-base]\n", "utf-8")
    if conda.run("env", "create", "--dry-run", "-f", file, check=False).returncode:
        pytest.skip("This conda takes no folder from an environment.yml")

    foreseen = conda.run("env", "create", "--dry-run", "--kernel", "-f", file)
    conda.run("env", "create", "-y", "--kernel", "-f", file)

    assert 'Kernel "kit" would be registered' in foreseen.stdout + foreseen.stderr
    assert_registered(conda, "kit", tmp_path / "kit", "r-irkernel")


@pytest.mark.parametrize("package", ["r-base", "bash_kernel"])
def test_conda_env_create_takes_the_name_in_the_file(conda: Conda, tmp_path: Path, package: str) -> None:
    file = write_environment(tmp_path, package)
    done = conda.run("env", "create", "-y", "--kernel", "--file", file)
    assert last_line(done).startswith('Kernel "stats" registered')
    kernel_package = {"r-base": "r-irkernel"}.get(package, package)
    assert_registered(conda, "stats", conda.env_prefix("stats"), kernel_package)


def test_conda_env_create_never_touches_the_base(conda: Conda, tmp_path: Path) -> None:
    before = sorted((conda.prefix / "conda-meta").iterdir())
    conda.run("env", "create", "-y", "--kernel", "--file", write_environment(tmp_path, "r-base"))
    assert sorted((conda.prefix / "conda-meta").iterdir()) == before


def test_conda_env_create_with_a_name(conda: Conda, tmp_path: Path) -> None:
    file = write_environment(tmp_path, "r-base")
    conda.run("env", "create", "-y", "-n", "other", "--kernel-name", "mine", "--file", file)
    assert_registered(conda, "mine", conda.env_prefix("other"), "r-irkernel")


def test_conda_env_create_with_a_prefix(conda: Conda, tmp_path: Path) -> None:
    prefix = tmp_path / "project" / "kit"
    file = write_environment(tmp_path, "r-base", name=None)
    conda.run("env", "create", "-y", "-p", prefix, "--kernel", "--file", file)
    assert_registered(conda, "kit", prefix, "r-irkernel")


def test_conda_env_create_finds_the_file_by_itself(conda: Conda, tmp_path: Path) -> None:
    write_environment(tmp_path, "bash_kernel")
    conda.run("env", "create", "-y", "--kernel", cwd=tmp_path)
    assert_registered(conda, "stats", conda.env_prefix("stats"), "bash_kernel")


def test_conda_env_create_in_json_is_one_document(conda: Conda, tmp_path: Path) -> None:
    file = write_environment(tmp_path, "r-base")
    done = conda.run("env", "create", "-y", "--json", "--kernel", "--file", file)
    assert one_document(done)["success"] is True
    assert_registered(conda, "stats", conda.env_prefix("stats"), "r-irkernel")


def test_conda_env_create_dry_run_registers_nothing(conda: Conda, tmp_path: Path) -> None:
    file = write_environment(tmp_path, "r-base")
    done = conda.run("env", "create", "--dry-run", "--kernel", "--file", file)
    assert 'Kernel "stats" would be registered' in done.stdout + done.stderr
    assert environments(conda) == registered(conda) == []


def test_conda_env_create_stops_at_a_bad_name_before_it_starts(conda: Conda, tmp_path: Path) -> None:
    file = write_environment(tmp_path, "r-base")
    done = conda.run("env", "create", "-y", "--kernel-name", "No Name", "--file", file, check=False)
    assert_one_sentence(done, 2, "'No Name'")
    assert environments(conda) == []


@pytest.mark.parametrize(("package", "added"), [("bash_kernel", "bash_kernel"), ("r-base", "r-irkernel")])
def test_a_clone_of_an_environment_with_and_without_a_kernel(conda: Conda, package: str, added: str) -> None:
    conda.run("create", "-y", "-n", "original", package, env={"CONDA_PLUGINS_KERNEL_AUTO": "off"})
    conda.run("create", "-y", "-n", "copy", "--kernel", "--clone", "original")
    assert_registered(conda, "copy", conda.env_prefix("copy"), added)
    assert bool(list(conda.env_prefix("original").glob("conda-meta/r-irkernel-*"))) is False


@pytest.mark.parametrize(("package", "added"), [("r-base", "r-irkernel"), ("python", "ipykernel")])
def test_a_clones_dry_run_asks_for_what_the_real_one_installs(conda: Conda, package: str, added: str) -> None:
    conda.run("create", "-y", "-n", "original", package)

    done = conda.run("create", "-n", "copy", "--kernel", "--dry-run", "--clone", "original")

    assert f"{added} would be installed" in done.stderr


def test_a_clone_has_its_own_kernel_beside_the_originals(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "original", "--kernel", "bash_kernel")
    conda.run("create", "-y", "-n", "copy", "--kernel", "--clone", "original")
    assert {name: owner_of(conda, name) for name in registered(conda)} == {
        name: str(conda.env_prefix(name)) for name in ("copy", "original")
    }


def test_a_clone_in_json_is_one_document(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "original", "r-base")
    done = conda.run("create", "-y", "-n", "copy", "--kernel", "--json", "--clone", "original")
    assert one_document(done)["success"] is True
    assert registered(conda) == ["copy"]


def test_a_prefix_with_an_awkward_path_starts(
    conda: Conda, python: str, tmp_path: Path, run_in_kernel: RunInKernel
) -> None:
    prefix = tmp_path / "My Projects" / "ét'é$5"
    conda.run("create", "-y", "-p", prefix, "--kernel", f"python={python}")
    assert registered(conda) == ["et-e-5"]
    seen = json.loads(run_in_kernel(conda, "et-e-5", SURROUNDINGS))
    assert seen["sys.prefix"] == seen["CONDA_PREFIX"] == str(prefix)
    assert seen["PATH"][0] == f"{prefix}/bin"


def test_a_quote_in_the_prefix_is_told_as_it_is(conda: Conda, tmp_path: Path) -> None:
    prefix = tmp_path / 'the"kit"'
    done = conda.run("create", "-y", "-p", prefix, "--kernel", "bash_kernel")
    assert last_line(done).startswith('Kernel "the-kit" registered as "Bash (the"kit")"')
    assert_registered(conda, "the-kit", prefix, "bash_kernel")


def test_a_relative_prefix_is_recorded_as_absolute(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-p", "./kit", "--kernel", "bash_kernel", cwd=tmp_path)
    assert_registered(conda, "kit", tmp_path / "kit", "bash_kernel")
