"""What kernel.json says where a provisioner starts the kernel, and how that comes to run it."""

import json
import subprocess

import pytest

from conda_jupyter_plugin.core.kernelspec.survey import find_kernels
from conda_jupyter_plugin.core.launch.command import FILE_NAME, launcher_of, without_launcher
from conda_jupyter_plugin.core.launch.provisioning import lacks_program, launch_by
from conda_jupyter_plugin.core.models import Activation, Choices, Provisioner

from ...support import add, r_spec, read_json, sync, write_program

PLACEHOLDERS = ["--kernel-id", "{kernel_id}", "--public-key", "{public_key}"]


@pytest.fixture
def launchers(tmp_path):
    """The programs of an engine as its package has them, with the options that it knows."""
    folder = tmp_path / "lab" / "lib" / "python3.12" / "site-packages" / "gateway_provisioners" / "launchers"
    programs = ["python/scripts/launch_ipykernel.py", "kubernetes/scripts/launch_kubernetes.py"]
    for name in (*programs, "R/scripts/launch_IRkernel.R", "shared/scripts/server_listener.py"):
        write_program(folder / name, "'--kernel-id' '--public-key'")
    write_program(folder / "python/scripts/server_listener.py", "a stand-in")
    (tmp_path / "lab" / "conda-meta").mkdir()
    (tmp_path / "lab" / "conda-meta" / "history").touch()
    return folder


def test_the_stanza_is_the_standard_one(make_environment, open_registry):
    engine = Provisioner("slurm-provisioner", {"partition": "gpu"})
    (row,) = add(open_registry(), make_environment(), Choices(provisioner=engine)).registered

    stanza = {"provisioner_name": "slurm-provisioner", "config": {"partition": "gpu"}}
    assert read_json(row.path)["metadata"]["kernel_provisioner"] == stanza
    assert row.provisioner == "slurm-provisioner"


def test_it_is_kept_over_refreshes(make_environment, open_registry):
    environment = make_environment()
    add(open_registry(), environment, Choices(provisioner=Provisioner("slurm-provisioner", {"nodes": 2})))
    spec = environment.prefix / "share/jupyter/kernels/python3/kernel.json"
    spec.write_text(json.dumps({**json.loads(spec.read_text()), "interrupt_mode": "message"}))

    (row,) = sync(open_registry()).refreshed

    assert read_json(row.path)["metadata"]["kernel_provisioner"]["config"] == {"nodes": 2}


def test_an_empty_name_is_the_way_back(make_environment, open_registry):
    environment = make_environment()
    plain = add(open_registry(), environment).registered[0]
    before = read_json(plain.path)
    add(open_registry(), environment, Choices(provisioner=Provisioner("slurm-provisioner")))
    add(open_registry(), environment, Choices(provisioner=Provisioner("")))

    assert read_json(plain.path) == before


def test_jupyters_own_provisioner_changes_nothing_of_the_command(make_environment, open_registry):
    environment = make_environment()
    (row,) = add(open_registry(), environment).registered
    before = read_json(row.path)["argv"]
    add(open_registry(), environment, Choices(provisioner=Provisioner("local-provisioner")))

    assert read_json(row.path)["argv"] == before


def test_a_kernel_on_a_host_is_started_by_the_engines_program(make_environment, open_registry, launchers):
    environment = make_environment()
    engine = Provisioner("distributed-provisioner", launchers=launchers)
    (row,) = add(open_registry(), environment, Choices(provisioner=engine)).registered

    argv, program = read_json(row.path)["argv"], row.path / "scripts" / "launch_ipykernel.py"
    python = str(environment.prefix / "bin" / "python")
    assert list(without_launcher(argv)) == [python, str(program), *PLACEHOLDERS]
    assert launcher_of(argv) == row.path / FILE_NAME
    listener = (row.path / "scripts" / "server_listener.py").read_text()
    assert listener == (launchers / "shared/scripts/server_listener.py").read_text()


def test_its_words_come_through_a_shell_unquoted(make_environment, open_registry, launchers):
    engine = Provisioner("distributed-provisioner", launchers=launchers)
    (row,) = add(open_registry(), make_environment(), Choices(provisioner=engine)).registered

    # The engine puts them behind each other, and has the host's shell read that.
    argv = [word for word in read_json(row.path)["argv"] if not word.startswith("{")]
    read = subprocess.run(["sh", "-c", f"printf '%s\\n' {' '.join(argv)}"], capture_output=True, text=True)
    assert read.stdout.splitlines() == argv


def test_an_r_kernel_is_started_by_the_engines_r_program(make_environment, tmp_path, launchers):
    environment = make_environment("stats", kernels={"ir": r_spec()})
    engine = Provisioner("distributed-provisioner", launchers=launchers)
    (kernel,) = find_kernels(environment)

    launch = launch_by(engine, kernel, tmp_path / "stats")

    program = str(tmp_path / "stats" / "scripts" / "launch_IRkernel.R")
    assert launch.command(["/envs/stats/bin/R"]) == ["/envs/stats/bin/Rscript", program, *PLACEHOLDERS]


def test_a_container_is_asked_for_by_jupyters_own_python(make_environment, open_registry, launchers):
    engine = Provisioner("kubernetes-provisioner", {"image_name": "user/opencv:1"}, launchers)
    (row,) = add(open_registry(), make_environment(), Choices(provisioner=engine)).registered

    python = launchers.parents[4] / "bin" / "python"
    program = row.path / "scripts" / "launch_kubernetes.py"
    assert read_json(row.path)["argv"] == [str(python), str(program), *PLACEHOLDERS]
    assert not (row.path / FILE_NAME).exists()


def test_the_engines_programs_stay_where_its_package_is_not_here(
    make_environment, open_registry, launchers, tmp_path
):
    engine = Provisioner("distributed-provisioner", launchers=launchers)
    (row,) = add(open_registry(), make_environment(), Choices(provisioner=engine)).registered
    launchers.rename(tmp_path / "elsewhere")

    assert sync(open_registry()).changes == ()
    assert (row.path / "scripts" / "launch_ipykernel.py").exists()


@pytest.mark.parametrize("name", ["distributed-provisioner", "docker-provisioner", "yarn-provisioner"])
def test_it_is_said_where_an_engines_program_is_not_there(make_environment, open_registry, name):
    result = add(open_registry(), make_environment(), Choices(provisioner=Provisioner(name)))

    (warning,) = result.warnings
    assert name in warning
    assert "own command" in warning


def test_nothing_is_said_of_engines_that_take_the_kernels_own_command(make_environment, open_registry):
    engine = Provisioner("slurm-provisioner")

    assert add(open_registry(), make_environment(), Choices(provisioner=engine)).warnings == ()
    assert not lacks_program(engine, None)


@pytest.mark.parametrize("there", [True, False])
def test_the_environment_is_activated_whether_or_not_the_launcher_is_there(
    make_environment, open_registry, tmp_path, there
):
    environment = make_environment(manager="venv")
    script = environment.prefix / "bin" / "activate"
    script.parent.mkdir(exist_ok=True)
    script.write_text(f"export VIRTUAL_ENV={environment.prefix} MARK=set\n")
    write_program(environment.prefix / "bin" / "python", '#!/bin/sh\necho "$VIRTUAL_ENV $MARK $*"\n')
    engine = Provisioner("slurm-provisioner")
    (row,) = add(open_registry(), environment, Choices(provisioner=engine)).registered
    argv = read_json(row.path)["argv"]
    if not there:
        row.path.rename(tmp_path / "elsewhere")

    said = subprocess.run(argv, capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"})

    assert said.stdout.split()[:3] == [str(environment.prefix), "set", "-m"], said.stderr


def test_conda_activates_by_its_own_script_where_the_launcher_is_missing(tmp_path):
    from conda_jupyter_plugin.core.launch.command import start_anywhere_with

    profile = write_program(tmp_path / "conda.sh", 'conda() { export MARK="$1 $2"; }\n')
    activation = Activation(
        conda=True, path=("/p/bin",), variables={"CONDA_PREFIX": "/p"}, script=str(profile)
    )

    words = start_anywhere_with(tmp_path / "nowhere" / FILE_NAME, activation)

    said = subprocess.run([*words, "printenv", "MARK"], capture_output=True, text=True)
    assert said.stdout == "activate /p\n"
