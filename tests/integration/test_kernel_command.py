"""`conda kernel add` and `sync`: what exists becomes, and stays, registered."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from activated_shell import activated
from conda_base import Conda, RunInKernel, run
from conda_checks import (
    FIELDS,
    SURROUNDINGS,
    last_line,
    listed,
    one_document,
    owner_of,
    registered,
    spec_of,
    tree,
)


def install_by_hand(conda: Conda, prefix: Path, *options: str) -> None:
    """Registers a kernel as people did before."""
    command = [f"{prefix}/bin/python", "-m", "ipykernel", "install", "--user", *options]
    run(command, conda.variables())


def test_the_active_environment_is_the_default(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "add", env=activated(guest, [str(opencv)], guest.variables()))
    assert last_line(done).startswith('Kernel "opencv" registered as')
    assert owner_of(guest, "opencv") == str(opencv)


def test_by_name_it_gives_what_conda_create_gave(guest: Conda, owner: Conda, opencv: Path) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    assert registered(guest) == ["opencv"]
    gave = json.dumps(spec_of(owner, "opencv")).replace(str(owner.kernels_dir), str(guest.kernels_dir))
    assert spec_of(guest, "opencv") == json.loads(gave)


@pytest.mark.parametrize("ending", ["", "/"])
def test_by_prefix(guest: Conda, opencv: Path, ending: str) -> None:
    guest.run("kernel", "add", "-p", f"{opencv}{ending}")
    assert owner_of(guest, "opencv") == str(opencv)


def test_every_kernel_of_an_environment_gets_a_name_of_its_own(
    guest: Conda, lab: Path, python: str, run_in_kernel: RunInKernel
) -> None:
    guest.run("kernel", "add", "-n", "lab")
    shown = {name: spec_of(guest, name)["display_name"] for name in registered(guest)}
    assert shown == {"lab": f"Python {python} (lab)", "lab-ir": "R 4.4 (lab)", "lab-bash": "Bash (lab)"}
    assert {owner_of(guest, name) for name in shown} == {str(lab)}
    assert (guest.kernels_dir / "lab-bash" / "logo-64x64.png").read_bytes() == b"\x89PNG"
    assert json.loads(run_in_kernel(guest, "lab", SURROUNDINGS))["CONDA_PREFIX"] == str(lab)


def test_all_registers_what_holds_a_kernel(conda: Conda, tmp_path: Path) -> None:
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    conda.run("create", "-y", "-n", "empty", "tool")
    conda.run("create", "-y", "-p", tmp_path / "kit", "r-irkernel")
    conda.run("kernel", "add", "--all")
    assert {name: owner_of(conda, name) for name in registered(conda)} == {
        "shell": str(conda.env_prefix("shell")),
        "kit": str(tmp_path / "kit"),
    }


def test_all_goes_on_where_one_environment_fails(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "a-broken-one", "broken_kernel")
    conda.run("create", "-y", "-n", "shell", "bash_kernel")
    done = conda.run("kernel", "add", "--all", check=False)
    assert done.returncode == 1
    assert "a-broken-one" in done.stderr
    assert "\n" not in done.stderr.strip()
    assert registered(conda) == ["shell"]


def test_install_adds_the_kernel_package_that_is_missing(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    done = conda.run("kernel", "add", "-y", "-n", "stats", "--install")
    assert last_line(done).startswith('Kernel "stats" registered as "R 4.4 (stats)"')
    assert list(conda.env_prefix("stats").glob("conda-meta/r-irkernel-*"))


def test_install_asks_and_takes_a_no(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    conda.run("kernel", "add", "-n", "stats", "--install", input="n\n", check=False)
    assert registered(conda) == []
    assert not list(conda.env_prefix("stats").glob("conda-meta/r-irkernel-*"))


def test_install_leaves_an_environment_with_a_kernel_as_it_is(guest: Conda, opencv: Path) -> None:
    before = sorted(path.name for path in (opencv / "conda-meta").iterdir())
    guest.run("kernel", "add", "-y", "-n", "opencv", "--install")
    assert sorted(path.name for path in (opencv / "conda-meta").iterdir()) == before
    assert registered(guest) == ["opencv"]


def test_install_in_json_is_one_document(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    done = conda.run("kernel", "add", "-y", "-n", "stats", "--install", "--json")
    assert [row["name"] for row in one_document(done)["registered"]] == ["stats"]


@pytest.mark.parametrize("json_option", [[], ["--json"]], ids=str)
def test_an_installation_that_fails_registers_nothing(conda: Conda, json_option: list[str]) -> None:
    conda.run("create", "-y", "-n", "stats", "r-base")
    words = ("kernel", "add", "-y", "-n", "stats", "--install", *json_option)
    done = conda.run(*words, env={"CONDA_CHANNELS": "file:///nowhere"}, check=False)
    said = one_document(done)["error"] if json_option else done.stderr
    assert done.returncode == 1
    assert "r-irkernel was not installed" in said
    assert registered(conda) == []


def test_a_dry_run_changes_nothing(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "add", "-n", "opencv", "--dry-run")
    assert 'Kernel "opencv" would be registered' in done.stdout
    assert not guest.data_dir.exists()


def test_json_tells_what_was_done(guest: Conda, opencv: Path) -> None:
    document = one_document(guest.run("kernel", "add", "-n", "opencv", "--json"))
    (row,) = document["registered"]
    assert document["success"] is True
    assert row.keys() >= FIELDS
    assert (row["prefix"], row["environment"], row["manager"]) == (str(opencv), "opencv", "conda")
    assert (row["language"], row["managed"], row["status"]) == ("python", True, "ok")
    again = one_document(guest.run("kernel", "add", "-n", "opencv", "--json"))
    assert again["success"] is True
    assert again["registered"] == again["refreshed"] == again["removed"] == []


def test_quiet_says_nothing(guest: Conda, opencv: Path) -> None:
    done = guest.run("kernel", "add", "-n", "opencv", "--quiet")
    assert (done.stdout, done.stderr) == ("", "")


def test_variables_and_names_reach_the_kernel_and_are_kept(
    guest: Conda, opencv: Path, run_in_kernel: RunInKernel
) -> None:
    words = ["--kernel-name", "vision", "--display-name", "Vision", "--env", "WORD=50 % of $HOME"]
    guest.run("kernel", "add", "-n", "opencv", *words)
    guest.run("kernel", "add", "-n", "opencv")
    assert registered(guest) == ["vision"]
    assert spec_of(guest, "vision")["display_name"] == "Vision"
    code = "import os; print(os.environ['WORD'])"
    assert run_in_kernel(guest, "vision", code) == "50 % of $HOME\n"


def test_without_activation_the_surrounding_variables_stay(
    guest: Conda, opencv: Path, run_in_kernel: RunInKernel
) -> None:
    guest.run("kernel", "add", "-n", "opencv", "--no-activate")
    seen = json.loads(run_in_kernel(guest, "opencv", SURROUNDINGS))
    assert (seen["sys.prefix"], seen["CONDA_PREFIX"]) == (str(opencv), None)


def test_a_jupyter_elsewhere_gets_it_in_its_own_prefix(guest: Conda, opencv: Path, tmp_path: Path) -> None:
    (tmp_path / "jupyter").mkdir()
    guest.run("kernel", "add", "-n", "opencv", "--jupyter-prefix", str(tmp_path / "jupyter"))
    assert (tmp_path / "jupyter/share/jupyter/kernels/opencv/kernel.json").is_file()
    assert registered(guest) == []


@pytest.mark.parametrize("shown", [[], ["--display-name", "By hand"]], ids=str)
def test_a_kernel_made_by_hand_for_that_environment_is_adopted(
    guest: Conda, opencv: Path, shown: list[str], run_in_kernel: RunInKernel
) -> None:
    install_by_hand(guest, opencv, "--name=opencv", *shown)
    assert owner_of(guest, "opencv") is None
    guest.run("kernel", "add", "-n", "opencv")
    assert registered(guest) == ["opencv"]
    assert owner_of(guest, "opencv") == str(opencv)
    assert spec_of(guest, "opencv")["display_name"] == (shown[1] if shown else "opencv")
    assert json.loads(run_in_kernel(guest, "opencv", SURROUNDINGS))["CONDA_PREFIX"] == str(opencv)


def test_adopted_it_starts_as_it_would_without_the_hand(guest: Conda, opencv: Path) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    pure = tree(guest.kernels_dir)
    shutil.rmtree(guest.kernels_dir)
    install_by_hand(guest, opencv, "--name=opencv")
    guest.run("kernel", "add", "-n", "opencv")
    adopted = tree(guest.kernels_dir)
    assert adopted.pop("opencv/kernel.json") != pure.pop("opencv/kernel.json")
    assert adopted == pure


@pytest.mark.parametrize("how", ["by a variable", "by .condarc", "by -d"])
@pytest.mark.parametrize("verb", ["add", "further", "remove", "sync", "create"])
def test_a_dry_run_does_nothing_however_it_is_asked_for(
    guest: Conda, opencv: Path, verb: str, how: str
) -> None:
    words = {
        "add": ["add", "-n", "opencv", "--env", "A=1"],
        "further": ["add", "-n", "opencv", "--kernel-name", "gpu"],
        "remove": ["remove", "opencv"],
        "sync": ["sync"],
        "create": ["create", "-n", "another", "-y", "bash_kernel"],
    }[verb]
    guest.run("kernel", "add", "-n", "opencv")
    (guest.kernels_dir / "opencv" / "start-activated.sh").write_text("", "utf-8")
    before = tree(guest.data_dir)
    if how == "by .condarc":
        guest.run("config", "--set", "dry_run", "true")
    options = ["-d"] if how == "by -d" else []
    env = {"CONDA_DRY_RUN": "true"} if how == "by a variable" else None

    done = guest.run("kernel", *words, *options, env=env, check=False)

    assert "would be" in done.stdout + done.stderr
    assert tree(guest.data_dir) == before
    assert not guest.env_prefix("another").exists()


def test_a_question_says_what_it_is_about_however_quiet(guest: Conda, opencv: Path) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    done = guest.run("kernel", "remove", "-q", "opencv", input="n\n", check=False)
    assert "opencv  ~/" in done.stdout
    assert registered(guest) == ["opencv"]
    assert guest.run("kernel", "remove", "-q", "-y", "opencv").stdout == ""


def test_options_stand_between_the_specs_of_create(conda: Conda) -> None:
    conda.run("kernel", "create", "-y", "tool", "--display-name", "Mine", "-n", "opencv", "bash_kernel")
    assert listed(conda)["opencv"]["display_name"] == "Mine"


def test_a_named_environment_with_conda_inside_is_selected_by_its_own_name(
    conda: Conda, tmp_path: Path
) -> None:
    conda.run("create", "-y", "-n", "builder", "tool")
    (conda.env_prefix("builder") / "condabin").mkdir()
    done = conda.run("kernel", "add", "-n", "builder", check=False)
    assert "Environment builder holds no kernel" in done.stderr
    assert "conda kernel add -n builder --install" in done.stderr

    other = tmp_path / "anaconda3"
    conda.run("create", "-y", "-p", str(other), "tool")
    (other / "condabin").mkdir()
    done = conda.run("kernel", "add", "-p", str(other), check=False)
    assert f"conda kernel add -p {other} --install" in done.stderr


def test_the_kernel_of_a_named_environment_with_conda_inside_is_followed(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "builder", "tool")
    (conda.env_prefix("builder") / "condabin").mkdir()
    conda.run("install", "-y", "-n", "builder", "bash_kernel")
    assert listed(conda)["builder"]["display_name"] == "Bash (builder)"
    conda.run("remove", "-y", "-n", "builder", "bash_kernel")
    assert registered(conda) == []


def test_sync_refreshes_what_has_changed(guest: Conda, opencv: Path) -> None:
    guest.run("config", "--set", "plugins.kernel_auto", "off")
    guest.run("kernel", "add", "-n", "opencv")
    before = tree(guest.kernels_dir)
    file = guest.kernels_dir / "opencv" / "kernel.json"
    file.write_text(json.dumps(spec_of(guest, "opencv") | {"display_name": "Old"}), "utf-8")
    assert listed(guest)["opencv"]["status"] == "stale"
    document = one_document(guest.run("kernel", "sync", "--json"))
    assert [row["name"] for row in document["refreshed"]] == ["opencv"]
    assert tree(guest.kernels_dir) == before


def test_sync_drops_what_is_gone_and_leaves_the_rest(guest: Conda, opencv: Path, tmp_path: Path) -> None:
    guest.run("config", "--set", "plugins.kernel_auto", "off")
    guest.run("create", "-y", "-p", tmp_path / "kit", "--kernel", "bash_kernel")
    guest.run("kernel", "add", "-n", "opencv")
    install_by_hand(guest, opencv, "--name=by-hand")
    shutil.rmtree(tmp_path / "kit")
    assert listed(guest)["kit"]["status"] == "broken"
    would = one_document(guest.run("kernel", "sync", "--json", "--dry-run"))
    assert (would["dry_run"], [row["name"] for row in would["removed"]]) == (True, ["kit"])
    assert registered(guest) == ["by-hand", "kit", "opencv"]
    guest.run("kernel", "sync")
    assert registered(guest) == ["by-hand", "opencv"]


def test_sync_registers_a_kernel_that_came_later(conda: Conda) -> None:
    conda.run("create", "-y", "-n", "shell", "--kernel", "bash_kernel")
    conda.run("install", "-y", "-n", "shell", "r-irkernel")
    conda.run("kernel", "sync")
    owners = {owner_of(conda, name) for name in registered(conda)}
    assert len(registered(conda)) == 2
    assert owners == {str(conda.env_prefix("shell"))}


def test_sync_with_nothing_to_do_says_so_and_writes_nothing(guest: Conda, opencv: Path) -> None:
    guest.run("config", "--set", "plugins.kernel_auto", "off")
    guest.run("kernel", "add", "-n", "opencv")
    before = tree(guest.kernels_dir)
    done = guest.run("kernel", "sync")
    assert done.stdout.strip()
    assert tree(guest.kernels_dir) == before
