"""`conda install --kernel`: an existing environment gets a kernel, in the same transaction."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from activated_shell import activated
from conda_base import Conda
from conda_checks import (
    assert_one_sentence,
    environments,
    last_line,
    links,
    one_document,
    owner_of,
    registered,
    transactions,
    tree,
)


def holds(prefix: Path, package: str) -> bool:
    return bool(list(prefix.glob(f"conda-meta/{package}-*.json")))


def test_the_kernel_package_comes_in_the_same_transaction(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    done = conda.run("install", "-y", "-n", "stats", "--kernel", "tool")
    prefix = conda.env_prefix("stats")
    assert last_line(done).startswith('Kernel "stats" registered as "R 4.4 (stats)"')
    assert registered(conda) == ["stats"]
    assert holds(prefix, "r-irkernel")
    assert holds(prefix, "tool")
    assert transactions(prefix) == 2


def test_no_other_package_need_be_asked_for(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    conda.run("install", "-y", "-n", "stats", "--kernel")
    assert registered(conda) == ["stats"]
    assert holds(conda.env_prefix("stats"), "r-irkernel")


def test_an_environment_with_a_kernel_gets_no_other(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    plan = conda.run("install", "-n", "shell", "--kernel", "--dry-run", "--json", "tool")
    assert links(plan) == ["tool"]
    conda.run("install", "-y", "-n", "shell", "--kernel", "tool")
    assert registered(conda) == ["shell"]


def test_an_environment_with_a_kernel_is_registered_where_nothing_is_to_be_installed(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    conda.run("install", "-y", "-n", "shell", "--kernel", "bash_kernel")
    assert registered(conda) == ["shell"]


def test_the_same_command_twice_ends_alike(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    for _ in range(2):
        conda.run("install", "-y", "-n", "stats", "--kernel")
        assert registered(conda) == ["stats"]


def test_the_active_environment_is_the_default(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    prefix = conda.env_prefix("stats")
    conda.run("install", "-y", "--kernel", "tool", env=activated(conda, [str(prefix)], conda.variables()))
    assert owner_of(conda, "stats") == str(prefix)


def test_a_prefix(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-p", tmp_path / "kit", "r-base")
    conda.run("install", "-y", "-p", tmp_path / "kit", "--kernel-name", "mine", "tool")
    assert owner_of(conda, "mine") == str(tmp_path / "kit")


def test_a_dry_run_registers_nothing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    done = conda.run("install", "-n", "stats", "--kernel", "--dry-run", "tool")
    assert 'Kernel "stats" would be registered' in done.stdout + done.stderr
    assert registered(conda) == []
    assert transactions(conda.env_prefix("stats")) == 1


def test_json_is_one_document(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    done = conda.run("install", "-y", "-n", "stats", "--kernel", "--json", "tool")
    assert one_document(done)["success"] is True
    assert registered(conda) == ["stats"]


def test_a_no_at_the_prompt_changes_nothing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    conda.run("install", "-n", "stats", "--kernel", "tool", input="n\n", check=False)
    assert registered(conda) == []
    assert not holds(conda.env_prefix("stats"), "r-irkernel")


def test_a_bad_name_changes_nothing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    before = tree(conda.env_prefix("stats"))
    done = conda.run("install", "-y", "-n", "stats", "--kernel-name", "Bad Name", "tool", check=False)
    assert_one_sentence(done, 2, "'Bad Name'", "bad-name")
    assert tree(conda.env_prefix("stats")) == before


def test_an_environment_that_does_not_exist_is_condas_own_error(conda: Conda) -> None:
    with_flag = conda.run("install", "-y", "-n", "nowhere", "--kernel", "tool", check=False)
    without = conda.run("install", "-y", "-n", "nowhere", "tool", check=False)
    # From 26.7 on conda adds what plugins say of its error.
    told, _, hint = with_flag.stderr.partition("Next steps:")
    assert (with_flag.returncode, told.strip()) == (without.returncode, without.stderr.strip())
    assert ("conda kernel create -n nowhere" in hint) == (conda.version >= (26, 7))
    assert environments(conda) == registered(conda) == []


@pytest.mark.parametrize("options", [[], ["--json"], ["--dry-run"]], ids=" ".join)
@pytest.mark.parametrize("came", ["by conda", "by pip", "by hand"])
def test_where_a_kernel_is_there_already_registering_it_is_all(
    conda: Conda, came: str, options: list[str]
) -> None:
    off = {"CONDA_PLUGINS_KERNEL_AUTO": "off"}
    prefix = conda.env_prefix("opencv")
    conda.run("create", "-y", "-n", "opencv", "bash_kernel" if came == "by conda" else "tool", env=off)
    kernel = prefix / "share/jupyter/kernels" / ("bash" if came == "by conda" else "python3")
    if came != "by conda":
        # What pip installs has no record of conda's, and neither has what somebody wrote.
        program = prefix / "bin" / "python"
        program.touch(mode=0o755)
        kernel.mkdir(parents=True)
        argv = [str(program), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        spec = {"argv": argv, "display_name": "Python 3 (ipykernel)", "language": "python"}
        (kernel / "kernel.json").write_text(json.dumps(spec))
    if came == "by pip":
        (prefix / "lib/python3.12/site-packages/ipykernel-7.4.0.dist-info").mkdir(parents=True)
    before = tree(prefix)

    done = conda.run("install", "-n", "opencv", "--kernel", *options)

    assert registered(conda) == ([] if "--dry-run" in options else ["opencv"])
    if options == ["--json"]:
        assert one_document(done)["success"] is True
    else:
        assert 'Kernel "opencv" ' in done.stdout + done.stderr
    assert tree(prefix) == before


def test_a_revision_is_something_to_do(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "opencv", "bash_kernel")
    conda.run("install", "-y", "-n", "opencv", "tool")

    conda.run("install", "-y", "-n", "opencv", "--kernel", "--revision", "0")

    assert not holds(conda.env_prefix("opencv"), "tool")
    assert registered(conda) == ["opencv"]
