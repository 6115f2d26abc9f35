"""The conda package that the recipe makes of a release, built, and in the hands of a real conda."""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

import installing
import pytest
from channel import Channel, cached_channel
from conda_base import (
    Conda,
    RunInKernel,
    copy_base,
    find_conda,
    find_interpreter,
    interpreter_at,
    run,
    write_condarc,
)
from console import blocks
from packaging.requirements import Requirement
from project import NAME, PROJECT, metadata
from ruamel.yaml import YAML

OWN_FILES = re.compile(r"conda[-_]jupyter[-_]plugin|pip[-_]kernel")

rattler_build = pytest.importorskip("rattler_build", reason="py-rattler-build has no wheel for this machine")


@pytest.fixture(scope="module")
def release_channel(channel_cache: Path) -> Channel:
    """A channel with what the recipe needs, for base's Python and for the oldest that is supported."""
    found = find_conda()
    assert found is not None
    oldest = metadata()["requires-python"].removeprefix(">=")
    pythons = [find_interpreter(oldest), interpreter_at(found.prefix / "bin" / "python")]
    if None in pythons:
        pytest.skip(f"There is no Python {oldest} here that can be made a package")
    names = {Requirement(text).name for text in metadata()["dependencies"]}
    interpreters = [one for one in pythons if one]
    return cached_channel(channel_cache, interpreters, ("hatchling", "ipykernel", "pip", *sorted(names)))


@pytest.fixture(scope="module")
def packages(project_sdist: Path, release_channel: Channel, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a channel with two builds of the package, made of a release as a feedstock does."""
    folder = tmp_path_factory.mktemp("feedstock")
    command = [sys.executable, str(PROJECT / "recipe" / "feedstock.py"), str(project_sdist)]
    command += ["--repository", "https://example.org/repository", "--maintainer", "user"]
    text = run([*command, "--url", project_sdist.as_uri()], {}).stdout
    for build in ("0", "1"):
        recipe = folder / build / "recipe.yaml"
        recipe.parent.mkdir()
        recipe.write_text(text.replace("number: 0", f"number: {build}"), "utf-8")
        # both are the same but for their number
        build_package(recipe, release_channel, folder / "channel", tested=build == "0")
    return (folder / "channel").as_uri()


def build_package(recipe: Path, channel: Channel, output: Path, *, tested: bool = True) -> None:
    """Builds a recipe, and runs the tests that it has."""
    variants = rattler_build.VariantConfig.from_file(PROJECT / "recipe" / "variants.yaml")
    (rendered,) = rattler_build.Stage0Recipe.from_file(recipe).render(variants)
    how = rattler_build.ToolConfiguration(test_strategy="native" if tested else "skip")
    rendered.run_build(how, output_dir=output, channels=[channel.url])


@pytest.fixture(scope="module")
def extracted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the packages of both channels are extracted."""
    return tmp_path_factory.mktemp("pkgs")


@pytest.fixture
def base(release_channel: Channel, packages: str, extracted: Path, tmp_path: Path) -> Conda:
    """A base without the project, whose user has both channels."""
    found = find_conda()
    assert found is not None
    for name in ("home", "envs"):
        (tmp_path / name).mkdir()
    copy_base(found.prefix, tmp_path / "conda", without_project=True)
    conda = Conda(tmp_path / "conda", found.version, tmp_path / "home", tmp_path / "envs")
    write_condarc(conda, release_channel.url, extracted)
    conda.run("config", "--append", "channels", packages)
    return conda


def test_it_says_what_the_project_says_of_itself() -> None:
    recipe = YAML(typ="safe").load(PROJECT / "recipe" / "recipe.yaml")
    of_project = metadata()
    run_time = [spec for spec in recipe["requirements"]["run"] if not spec.startswith("python >=")]

    assert recipe["context"] == {"name": of_project["name"], "version": of_project["version"]}
    assert [spec.replace(" ", "") for spec in run_time] == of_project["dependencies"]
    assert recipe["build"]["python"]["entry_points"] == [
        f"{name} = {place}" for name, place in of_project["scripts"].items()
    ]
    assert recipe["about"]["license"] == of_project["license"]
    assert [recipe["about"]["license_file"]] == of_project["license-files"]
    variants = YAML(typ="safe").load(PROJECT / "recipe" / "variants.yaml")
    assert [f">={one}" for one in variants["python_min"]] == [of_project["requires-python"]]


@pytest.mark.conda
def test_it_is_built_from_the_checkout_and_its_own_tests_pass(
    release_channel: Channel, tmp_path: Path
) -> None:
    build_package(PROJECT / "recipe" / "recipe.yaml", release_channel, tmp_path / "channel")

    assert [path.name.split("-py")[0] for path in tmp_path.glob("channel/noarch/*.conda")] == [
        f"{NAME}-{metadata()['version']}"
    ]


@pytest.mark.conda
def test_what_a_release_gives_is_installed_updated_and_removed(
    base: Conda, run_in_kernel: RunInKernel
) -> None:
    before = own_files(base)
    base.run("install", "-y", "-n", "base", f"{NAME}=*=*_0")
    assert build_of(base) == "0"
    # an older conda calls itself by the file that was run
    assert base.run("kernel", "--version").stdout.split() == ["conda", "kernel", metadata()["version"]]

    created = base.run("create", "-y", "-n", "opencv", "--kernel")
    assert 'Kernel "opencv" registered as "Python 3' in created.stdout

    base.run("update", "-y", "-n", "base", NAME)
    assert build_of(base) == "1"
    assert '"ok"' in base.run("kernel", "list", "--json").stdout

    base.run("remove", "-y", "-n", "base", NAME)
    assert own_files(base) == before == []
    assert "opencv" in base.run("env", "list").stdout
    assert base.run("list", "-n", "opencv").stderr == ""
    code = "import os, sys; print(sys.prefix, os.environ['CONDA_PREFIX'])"
    prefix = base.env_prefix("opencv")
    assert run_in_kernel(base, "opencv", code) == f"{prefix} {prefix}\n"


@pytest.mark.conda
@pytest.mark.parametrize("is_released", [True, False])
def test_every_line_of_the_documented_dockerfile(
    base: Conda, project_wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_released: bool
) -> None:
    monkeypatch.setattr(installing, "RELEASED", is_released)
    shutil.copy(project_wheel, tmp_path)
    page = blocks(PROJECT / "docs" / "administration" / "containers.md", "dockerfile")[0]
    dockerfile = [*installing.image(), *page.splitlines()]
    lines = [line.removeprefix("RUN ") for line in dockerfile if line.startswith("RUN ")]
    here = {"/opt/conda": str(base.prefix), "/tmp/": f"{tmp_path}/", "-c conda-forge ": ""}

    assert len(lines) == 4
    for line in lines:
        command = re.sub("|".join(here), lambda match: here[match[0]], line)
        run(["bash", "-c", command], base.shell_variables(), cwd=base.home)
    assert (base.prefix / "share" / "jupyter" / "kernels" / "opencv" / "kernel.json").is_file()


def own_files(conda: Conda) -> list[Path]:
    """Finds every file and folder of the project's in base."""
    outside = {conda.prefix / "pkgs", conda.prefix / "envs"}
    found = (path for path in conda.prefix.rglob("*") if not outside & {path, *path.parents})
    return [path for path in found if OWN_FILES.search(path.name)]


def build_of(conda: Conda) -> str | None:
    """Gives the build number of the package in base."""
    names = [path.stem for path in conda.prefix.glob(f"conda-meta/{NAME}-*.json")]
    return names[0].rpartition("_")[2] if names else None
