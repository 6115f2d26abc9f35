"""A provisioner is looked for in the Jupyter that would use it."""

import json

import pytest

from conda_jupyter_plugin.checking.jupyter.provisioners import find_provisioners
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.launch.provisioning import PACKAGE
from pip_kernel_hook.main import main

from ...support import snapshot, write_program

POINTS = """[jupyter_client.kernel_provisioners]
slurm-provisioner = slurm:Provisioner
"""


@pytest.fixture
def lab(home, make_real):
    """A Jupyter with a provisioner of its own, in an environment that it serves from."""
    environment = make_real("lab")
    information = next((environment.prefix / "lib").glob("python*")) / "site-packages" / "slurm-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: slurm\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS)
    server = environment.prefix / "bin" / "jupyter-lab"
    server.write_text("")
    server.chmod(0o755)
    return environment.prefix


def test_one_that_the_jupyter_on_path_has_is_taken(opencv, lab, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(lab / "bin"))
    words = ["--provisioner", "slurm-provisioner", "--provisioner-config", "nodes=2"]

    assert main(["add", str(opencv.prefix), *words]) == 0
    assert main(["info", "opencv", "--json"]) == 0

    (told,) = json.loads(capsys.readouterr().out.partition("{")[2].join(["{", ""]))["kernels"]
    assert (told["provisioner"], told["provisioner_config"]) == ("slurm-provisioner", {"nodes": 2})


def test_one_that_it_lacks_is_refused_and_nothing_is_changed(opencv, lab, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(lab / "bin"))
    before = snapshot(user_location().kernels)

    assert main(["add", str(opencv.prefix), "--provisioner", "slrum"]) == 1

    told = capsys.readouterr().err
    assert told.count("\n") == 1
    assert "would not list the kernel, because the provisioner slrum is not installed there" in told
    assert str(lab) in told
    assert "slurm-provisioner" in told
    assert snapshot(user_location().kernels) == before


def test_the_jupyter_that_is_written_to_is_the_one_that_counts(opencv, lab, capsys):
    words = ["add", str(opencv.prefix), "--provisioner", "slurm-provisioner"]

    assert main(words) == 1
    assert main([*words, "--jupyter-prefix", str(lab)]) == 0


def test_force_takes_one_that_is_not_there_and_check_says_so(opencv, lab, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(lab / "bin"))

    assert main(["add", str(opencv.prefix), "--provisioner", "elsewhere", "--force"]) == 0
    capsys.readouterr()
    assert main(["check", "opencv", "--json"]) == 1

    (told,) = json.loads(capsys.readouterr().out)["kernels"]
    assert "elsewhere" in told["error"]
    assert told["hint"].endswith(f"pip-kernel add {opencv.prefix} --provisioner ''")
    assert any(str(lab) in warning for warning in told["warnings"])


def test_the_list_says_what_starts_a_kernel(opencv, capsys):
    main(["add", str(opencv.prefix), "--provisioner", "local-provisioner"])
    capsys.readouterr()

    main(["list"])

    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("opencv")]
    assert line.endswith("ok, by local-provisioner")


@pytest.mark.parametrize(
    ("text", "hosts"),
    [("gpu1,gpu2", ["gpu1", "gpu2"]), ("gpu1", ["gpu1"]), ('["gpu1"]', ["gpu1"])],
)
def test_hosts_are_a_list_however_they_are_written(opencv, capsys, text, hosts):
    given = ["--provisioner", "distributed-provisioner", "--provisioner-config", f"remote_hosts={text}"]

    assert main(["add", str(opencv.prefix), *given, "--force"]) == 0
    capsys.readouterr()
    main(["info", "opencv", "--json"])

    (told,) = json.loads(capsys.readouterr().out)["kernels"]
    assert told["provisioner_config"] == {"remote_hosts": hosts}


def test_nothing_is_created_for_one_that_is_not_there(home, lab, monkeypatch, capsys):
    monkeypatch.setenv("PATH", str(lab / "bin"))

    assert main(["create", str(home / "opencv"), "--provisioner", "slrum"]) == 1

    assert "slrum is not installed" in capsys.readouterr().err
    assert not (home / "opencv").exists()


@pytest.mark.parametrize("whose", ["own", "somebody else's"])
def test_programs_that_somebody_else_can_change_are_not_taken(own_folder, monkeypatch, tmp_path, whose):
    """Unless that Jupyter is on PATH, where it is run by its name."""
    site = own_folder / "lab" / "lib" / "python3.12" / "site-packages"
    programs = site / PACKAGE / "kernel-launchers"
    programs.mkdir(parents=True)
    information = site / "gateway_provisioners-1.0.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: gateway_provisioners\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text(POINTS.replace("slurm:", f"{PACKAGE}.slurm:"))
    if whose == "somebody else's":
        programs.chmod(0o777)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")

    found = find_provisioners(own_folder / "lab")
    assert found == {"slurm-provisioner": programs if whose == "own" else None}

    write_program(own_folder / "lab" / "bin" / "jupyter-lab")
    monkeypatch.setenv("PATH", f"{own_folder}/lab/bin")
    assert find_provisioners(own_folder / "lab") == {"slurm-provisioner": programs}
