"""`conda create --kernel`: one command from nothing to a kernel."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from activated_shell import activated
from conda_base import Conda, RunInKernel, run
from conda_checks import (
    SURROUNDINGS,
    Done,
    assert_one_sentence,
    environments,
    last_line,
    links,
    one_document,
    owner_of,
    registered,
    spec_of,
    transactions,
    tree,
)
from made_up import kernelspec


def test_the_last_line_tells_what_was_registered(owner: Conda, creation: Done, python: str) -> None:
    said = (
        f'Kernel "opencv" registered as "Python {python} (opencv)" in ~/.local/share/jupyter/kernels/opencv'
    )
    assert last_line(creation) == said
    assert "kernel" not in creation.stderr.lower()


def test_kernel_and_environment_come_of_one_transaction(opencv: Path) -> None:
    assert list(opencv.glob("conda-meta/ipykernel-*.json"))
    assert transactions(opencv) == 1


def test_the_environments_own_kernelspec_is_kept_whole(owner: Conda, opencv: Path, python: str) -> None:
    own_folder = opencv / "share/jupyter/kernels/python3"
    own, spec = json.loads((own_folder / "kernel.json").read_text("utf-8")), spec_of(owner, "opencv")
    assert spec["display_name"] == f"Python {python} (opencv)"
    assert spec["argv"][-len(own["argv"]) :] == [f"{opencv}/bin/python", *own["argv"][1:]]
    assert Path(spec["argv"][0]).is_absolute()
    assert {key: spec[key] for key in own.keys() - {"argv", "display_name", "metadata"}} == {
        key: own[key] for key in own.keys() - {"argv", "display_name", "metadata"}
    }
    assert own["metadata"].items() <= spec["metadata"].items()
    assert spec["metadata"]["conda_env_path"] == str(opencv)
    assert spec["metadata"]["interpreter"] == {"path": f"{opencv}/bin/python"}
    logos = {path.name: path.read_bytes() for path in own_folder.glob("logo-*")}
    assert logos
    assert {name: (owner.kernels_dir / "opencv" / name).read_bytes() for name in logos} == logos


def test_the_owner_is_recorded(owner: Conda, opencv: Path) -> None:
    record = spec_of(owner, "opencv")["metadata"]["conda_jupyter_plugin"]
    assert isinstance(record.pop("version"), int)
    said = {"prefix": str(opencv), "environment": "opencv", "manager": "conda", "kernel": "python3"}
    assert said.items() <= record.items()


@pytest.fixture(params=["plain shell", "other environment active", "venv active"])
def surroundings(
    request: pytest.FixtureRequest, owner: Conda, plain: Path, client_python: Path, tmp_path: Path
) -> dict[str, str]:
    """The variables of a client's shell."""
    if request.param == "other environment active":
        return activated(owner, [str(plain)], owner.variables())
    if request.param == "venv active":
        venv = tmp_path / "venv"
        run([str(client_python), "-m", "venv", "--without-pip", str(venv)], owner.variables())
        return {"VIRTUAL_ENV": str(venv), "PATH": f"{venv}/bin:{owner.variables()['PATH']}"}
    return {}


def test_a_client_elsewhere_starts_it_by_name_in_its_own_environment(
    owner: Conda, opencv: Path, run_in_kernel: RunInKernel, surroundings: dict[str, str]
) -> None:
    seen = json.loads(run_in_kernel(owner, "opencv", SURROUNDINGS, env=surroundings))
    assert seen["sys.prefix"] == seen["CONDA_PREFIX"] == str(opencv)
    assert seen["CONDA_DEFAULT_ENV"] == "opencv"
    assert seen["VIRTUAL_ENV"] is None
    assert seen["PATH"][0] == f"{opencv}/bin"
    others = {surroundings.get(name, "/nowhere") + "/bin" for name in ("CONDA_PREFIX", "VIRTUAL_ENV")}
    assert not others & set(seen["PATH"])
    assert {"/usr/bin", "/bin"} <= set(seen["PATH"])


def test_programs_of_the_environment_come_first(
    owner: Conda, opencv: Path, run_in_kernel: RunInKernel
) -> None:
    code = "import subprocess; print(subprocess.check_output('command -v pip', shell=True, text=True))"
    assert run_in_kernel(owner, "opencv", code).strip() == f"{opencv}/bin/pip"


def test_the_flag_swallows_no_package(conda: Conda) -> None:
    done = conda.run("create", "-n", "shell", "--dry-run", "--json", "--kernel", "bash_kernel", "tool")
    assert links(done) == ["bash_kernel", "tool"]


@pytest.mark.parametrize(
    ("options", "name", "display_name"),
    [
        (["--kernel-name", "vision"], "vision", "Bash (shell)"),
        (["--kernel-name=vision", "--kernel"], "vision", "Bash (shell)"),
        (["--kernel-display-name", "50 % $HOME ähm"], "shell", "50 % $HOME ähm"),
        (["--kernel-display-name", "A B", "--kernel-name", "a.b"], "a.b", "A B"),
    ],
)
def test_a_name_implies_the_flag(conda: Conda, options: list[str], name: str, display_name: str) -> None:
    done = conda.run("create", "-y", "-n", "shell", *options, "bash_kernel")
    assert last_line(done).startswith(f'Kernel "{name}" registered as "{display_name}" in ~/')
    assert registered(conda) == [name]
    assert spec_of(conda, name)["display_name"] == display_name


def test_without_the_flag_no_kernel_is_added_and_none_is_asked_for(conda: Conda) -> None:
    plan = conda.run("create", "-n", "x", "--dry-run", "--json", "tool")
    assert links(plan) == ["tool"]
    assert plan.stderr == ""


@pytest.mark.parametrize("name", ["Open CV", "öpen", ".opencv", "a/b", "a" * 101, "conda-x", "python3"])
def test_a_name_that_cannot_be_had_stops_conda_before_it_starts(conda: Conda, name: str) -> None:
    done = conda.run("create", "-y", "-n", "x", "--kernel-name", name, "bash_kernel", check=False)
    assert_one_sentence(done, 2, name, "name")
    assert environments(conda) == registered(conda) == []


def test_an_invalid_name_is_answered_with_a_valid_one(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "x", "--kernel-name", "Öpen CV", "bash_kernel", check=False)
    assert_one_sentence(done, 2, "'Öpen CV'", "--kernel-name open-cv")


def test_somebody_elses_kernel_of_that_name_stops_conda_before_it_starts(conda: Conda) -> None:
    foreign = conda.kernels_dir / "opencv"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text(kernelspec("Mine", "python", sys.executable), "utf-8")
    before = tree(conda.data_dir)
    done = conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel", check=False)
    assert_one_sentence(done, 1, "opencv", str(foreign))
    assert done.stderr.rstrip().endswith("Choose another name with --kernel-name NAME.")
    assert environments(conda) == []
    assert tree(conda.data_dir) == before


def test_a_data_folder_that_cannot_be_written_stops_conda_before_it_starts(conda: Conda) -> None:
    conda.data_dir.parent.mkdir(parents=True)
    conda.data_dir.write_text("in the way", "utf-8")
    done = conda.run("create", "-y", "-n", "x", "--kernel", "bash_kernel", check=False)
    assert_one_sentence(done, 1, str(conda.data_dir), "Fix this, then try again.")
    assert environments(conda) == []


def test_two_environments_of_one_name_get_two_kernels(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-n", "shell", "--kernel", "bash_kernel")
    other = tmp_path / "project" / "shell"
    conda.run("create", "-y", "-p", other, "--kernel", "bash_kernel")
    assert registered(conda) == ["project-shell", "shell"]
    assert owner_of(conda, "project-shell") == str(other)
    assert owner_of(conda, "shell") == str(conda.env_prefix("shell"))


def test_an_environment_made_anew_keeps_its_kernels_name(conda: Conda) -> None:
    for packages in (["bash_kernel"], ["bash_kernel", "tool"]):
        conda.run("create", "-y", "-n", "shell", "--kernel", *packages)
        assert registered(conda) == ["shell"]


def test_a_dry_run_says_what_it_would_register(conda: Conda) -> None:
    done = conda.run("create", "-n", "shell", "--kernel", "--dry-run", "bash_kernel")
    said = 'Kernel "shell" would be registered in ~/.local/share/jupyter/kernels/shell'
    assert said in done.stdout + done.stderr
    assert environments(conda) == registered(conda) == []


def test_a_dry_run_in_json_is_one_document(conda: Conda) -> None:
    done = conda.run("create", "-n", "shell", "--kernel", "--dry-run", "--json", "bash_kernel")
    assert one_document(done)["dry_run"] is True
    assert 'Kernel "shell" would be registered' in done.stderr
    assert environments(conda) == registered(conda) == []


def test_json_is_one_document(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "shell", "--kernel", "--json", "bash_kernel")
    assert one_document(done)["success"] is True
    assert 'Kernel "shell" registered' in done.stderr
    assert registered(conda) == ["shell"]


def test_errors_in_json_are_one_document(conda: Conda) -> None:
    words = ("create", "-y", "-n", "x", "--json", "--kernel-name", "Bad Name", "bash_kernel")
    done = conda.run(*words, check=False)
    assert done.returncode == 2
    assert "--kernel-name bad-name" in one_document(done)["error"]
    assert environments(conda) == []


def test_quiet_says_nothing_of_the_kernel(conda: Conda) -> None:
    done = conda.run("create", "-y", "-q", "-n", "shell", "--kernel", "bash_kernel")
    assert 'kernel "shell"' not in (done.stdout + done.stderr).lower()
    assert registered(conda) == ["shell"]


@pytest.mark.parametrize("options", [["--download-only"], ["--platform", "osx-arm64"]], ids=" ".join)
def test_what_cannot_run_here_is_not_registered(conda: Conda, options: list[str]) -> None:
    done = conda.run("create", "-y", "-n", "shell", "--kernel", *options, "bash_kernel")
    assert registered(conda) == []
    assert "registered" not in done.stdout
    assert ("cannot run programs for osx-arm64" in done.stderr) == ("--platform" in options)


def test_a_dry_run_for_another_platform_would_register_nothing(conda: Conda) -> None:
    words = ("create", "-n", "shell", "--kernel", "--platform", "osx-arm64", "--dry-run", "bash_kernel")
    done = conda.run(*words)
    assert "would be registered" not in done.stdout + done.stderr


def test_a_no_at_the_prompt_registers_nothing(conda: Conda, python: str) -> None:
    done = conda.run("create", "-n", "x", "--kernel", f"python={python}", input="n\n", check=False)
    assert done.stdout.count("Proceed") == 1
    assert environments(conda) == registered(conda) == []
    assert "registered" not in done.stdout + done.stderr


def test_a_yes_at_the_prompt_is_asked_for_once(conda: Conda) -> None:
    done = conda.run("create", "-n", "stats", "--kernel", "r-base", input="y\n")
    assert done.stdout.count("Proceed") == 1
    assert registered(conda) == ["stats"]


def test_a_failing_conda_registers_nothing(conda: Conda) -> None:
    with_flag = conda.run("create", "-y", "-n", "x", "--kernel", "no-such-package", check=False)
    without = conda.run("create", "-y", "-n", "x", "no-such-package", check=False)
    assert with_flag.returncode == without.returncode == 1
    assert "no-such-package" in with_flag.stdout + with_flag.stderr
    assert environments(conda) == registered(conda) == []


def test_a_broken_kernelspec_is_told_and_the_environment_stays(conda: Conda) -> None:
    done = conda.run("create", "-y", "-n", "odd", "--kernel", "broken_kernel")
    said = [line for line in done.stderr.splitlines() if "kernel.json" in line]
    assert len(said) == 1
    assert "not valid JSON" in said[0]
    assert "Traceback" not in done.stderr
    assert environments(conda) == ["odd"]
    assert registered(conda) == []
