"""`conda kernel create`: every option of `conda create`, and a kernel."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import (
    FIELDS,
    assert_one_error_document,
    assert_one_sentence,
    environments,
    last_line,
    links,
    listed,
    one_document,
    owner_of,
    registered,
    spec_of,
    transactions,
    tree,
)

OUR_OPTIONS = {
    *("--kernel-name", "--display-name", "--env", "--no-activate", "--provisioner"),
    *("--user", "--system", "--jupyter-prefix", "--force"),
}


def options_in(text: str) -> set[str]:
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))


def test_it_gives_what_conda_create_with_the_flag_gives(conda: Conda, python: str) -> None:
    done = conda.run("kernel", "create", "-y", "-n", "opencv", f"python={python}")
    prefix = conda.env_prefix("opencv")
    said = (
        f'Kernel "opencv" registered as "Python {python} (opencv)" in ~/.local/share/jupyter/kernels/opencv'
    )
    assert last_line(done) == said
    assert list(prefix.glob("conda-meta/ipykernel-*.json"))
    assert transactions(prefix) == 1
    by_hand = spec_of(conda, "opencv")
    conda.run("create", "-y", "-n", "opencv", "--kernel", f"python={python}")
    assert spec_of(conda, "opencv") == by_hand


def test_it_plans_what_conda_create_with_the_flag_plans(conda: Conda) -> None:
    words = ("-n", "x", "--dry-run", "--json", "tool")
    flag, verb = conda.run("create", "--kernel", *words), conda.run("kernel", "create", *words)
    assert links(flag) == links(verb)
    assert "ipykernel" in links(verb)


def test_its_help_shows_every_option_of_conda_create_and_ours(conda: Conda) -> None:
    conda_create = conda.run("create", "--help").stdout
    kernel_create = conda.run("kernel", "create", "--help").stdout
    assert "--clone" in options_in(conda_create)
    implied = {"--kernel", "--kernel-display-name"}
    assert options_in(conda_create) - options_in(kernel_create) - implied == set()
    assert options_in(kernel_create) >= OUR_OPTIONS


def test_the_list_of_verbs_says_what_it_does_in_our_words(conda: Conda) -> None:
    shown = " ".join(conda.run("kernel", "--help").stdout.split())

    assert "create Create a conda environment and register its kernel." in shown


def test_conda_create_tells_of_the_flag_in_its_help(conda: Conda) -> None:
    for command in (("create",), ("install",), ("env", "create")):
        shown = options_in(conda.run(*command, "--help").stdout)
        assert {"--kernel", "--kernel-name", "--kernel-display-name"} <= shown


def test_json_is_condas_document_and_ours_in_one(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-y", "-n", "shell", "--json", "bash_kernel")
    document = one_document(done)
    assert document["success"] is True
    assert document["prefix"] == str(conda.env_prefix("shell"))
    assert [record["name"] for record in document["actions"]["LINK"]] == ["bash_kernel"]
    kernel = document["registered"][0]
    assert kernel.keys() >= FIELDS
    assert (kernel["name"], kernel["managed"], kernel["status"]) == ("shell", True, "ok")
    assert kernel["path"] == str(conda.kernels_dir / "shell")
    assert document["refreshed"] == document["removed"] == []
    assert "dry_run" not in document


def test_a_dry_run_in_json_tells_the_kernel_to_be(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-n", "shell", "--json", "--dry-run", "bash_kernel")
    document = one_document(done)
    assert document["dry_run"] is True
    assert [kernel["name"] for kernel in document["registered"]] == ["shell"]
    assert environments(conda) == registered(conda) == []


def test_a_dry_run_says_what_it_would_register(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-n", "shell", "--dry-run", "bash_kernel")
    assert 'Kernel "shell" would be registered' in done.stdout + done.stderr
    assert environments(conda) == registered(conda) == []


def test_the_options_of_a_kernel(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-p", tmp_path / "jupyter", "tool")
    options = ["--kernel-name", "mine", "--display-name", "My Shell", "--env", "WORD=a=b", "--no-activate"]
    # Others may look there: without --force the variable is refused.
    options += ["--force", "--jupyter-prefix", str(tmp_path / "jupyter")]
    conda.run("kernel", "create", "-y", "-n", "shell", *options, "bash_kernel")
    assert registered(conda) == []
    elsewhere = tmp_path / "jupyter/share/jupyter/kernels/mine/kernel.json"
    assert '"My Shell"' in elsewhere.read_text("utf-8")
    assert '"WORD": "a=b"' in elsewhere.read_text("utf-8")


@pytest.mark.parametrize("words", [("--clone", "original"), ("--file", "{file}")], ids=" ".join)
def test_other_sources(conda: Conda, tmp_path: Path, words: tuple[str, ...]) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text("r-base\n", "utf-8")
    conda.run("create", "-y", "-n", "original", "r-base")
    given = [word.format(file=file) for word in words]
    conda.run("kernel", "create", "-y", "-p", tmp_path / "kit", *given)
    assert owner_of(conda, "kit") == str(tmp_path / "kit")
    assert registered(conda) == ["kit"]


def test_a_no_at_the_prompt_registers_nothing(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-n", "shell", "bash_kernel", input="n\n", check=False)
    without = conda.run("create", "-n", "shell", "bash_kernel", input="n\n", check=False)
    assert done.returncode == without.returncode
    assert environments(conda) == registered(conda) == []


def test_a_failing_conda_says_why_itself(conda: Conda) -> None:
    ours = conda.run("kernel", "create", "-y", "-n", "x", "no-such-package", "tool", check=False)
    condas = conda.run("create", "-y", "-n", "x", "no-such-package", "tool", check=False)
    assert ours.returncode == condas.returncode == 1
    assert "no-such-package" in ours.stderr
    assert "Traceback" not in ours.stderr
    assert environments(conda) == registered(conda) == []


def test_a_failing_conda_in_json_is_one_document(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-y", "-n", "x", "--json", "no-such-package", check=False)
    assert done.returncode == 1
    assert "no-such-package" in one_document(done)["error"]
    assert environments(conda) == registered(conda) == []


@pytest.mark.parametrize("json", [False, True])
def test_a_bad_name_stops_it_before_it_starts(conda: Conda, json: bool) -> None:
    words = ["kernel", "create", "-y", "-n", "x", "--kernel-name", "Bad Name", "bash_kernel"]
    done = conda.run(*words, *["--json"] * json, check=False)
    check = assert_one_error_document if json else assert_one_sentence
    check(done, 2, "'Bad Name'", "bad-name")
    assert environments(conda) == registered(conda) == []


def test_a_kernel_that_cannot_be_registered_is_an_error(conda: Conda) -> None:
    done = conda.run("kernel", "create", "-y", "-n", "odd", "broken_kernel", check=False)
    assert done.returncode == 1
    assert "not valid JSON" in done.stderr
    assert "Traceback" not in done.stderr
    assert environments(conda) == ["odd"]


def test_neither_name_nor_prefix_is_bad_usage_as_in_conda_create(conda: Conda) -> None:
    ours = conda.run("kernel", "create", "-y", "bash_kernel", check=False)
    condas = conda.run("create", "-y", "bash_kernel", check=False)
    assert ours.returncode == condas.returncode
    assert "Traceback" not in ours.stderr
    assert registered(conda) == []


@pytest.mark.parametrize("folder", [".conda", "env", "envs/default"])
def test_projects_with_a_folder_of_the_same_name_are_told_apart(
    conda: Conda, tmp_path: Path, folder: str
) -> None:
    for project in ("a/vision", "b/vision", "c/stats"):
        prefix = tmp_path / project / folder
        conda.run("kernel", "create", "-y", "-p", str(prefix), "bash_kernel")

    assert {name: row["display_name"] for name, row in listed(conda).items()} == {
        "vision": "Bash (vision)",
        "b-vision": "Bash (b/vision)",
        "stats": "Bash (stats)",
    }
    before = tree(conda.kernels_dir)
    assert conda.run("kernel", "sync").stdout == "Nothing to do.\n"
    assert tree(conda.kernels_dir) == before
