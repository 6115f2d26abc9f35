"""A real Jupyter server, watched while environments come and go behind conda's back."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psutil
import pytest
from conda_base import Conda, clean_environ, copy_base, run
from jupyter_server import serving

from conda_jupyter_plugin.server.background import PROCESS
from tests.conftest import MakeEnvironment
from tests.support import wait_until

SECONDS = 60
"""How long the work in the background may take on a machine that does much else."""

# Both activations of an environment, as data: conda's own, and that of its files.
BOTH = """
import json, sys
from pathlib import Path
from conda_jupyter_plugin.conda_api.files.activation import read_activation as activate
from conda_jupyter_plugin.conda_api.activation import conda_activation as ask_conda
from conda_jupyter_plugin.core.dataclass import asdict
from conda_jupyter_plugin.core.environment.environment import identify

environment = identify(Path(sys.argv[1]))
both = ask_conda(environment), activate(environment, Path(sys.argv[2]))
print(json.dumps([{**asdict(one), "run_scripts": None} for one in both]))
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of the server's user."""
    folder = tmp_path / "home"
    (folder / "notebooks").mkdir(parents=True)
    return folder


@pytest.fixture
def envs(home: Path) -> Path:
    """A folder of named environments of conda's, though there is no conda."""
    folder = home / ".conda" / "envs"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def variables(home: Path, envs: Path) -> dict[str, str]:
    """The variables of a server that is near no conda."""
    return {**clean_environ(), "HOME": str(home), "PATH": "/usr/bin:/bin"}


@pytest.fixture
def server(home: Path, variables: dict[str, str]) -> Iterator[str]:
    """The address of a Jupyter server that can import no conda."""
    run([sys.executable, "-c", "import importlib.util as i; assert not i.find_spec('conda')"], variables)
    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        yield address


def configure(home: Path, setting: str) -> None:
    """Writes a line of the server's configuration."""
    settings = home / ".jupyter" / "jupyter_server_config.py"
    settings.parent.mkdir()
    settings.write_text(f"c.KernelSync.{setting}\n")


def give_kernel(prefix: Path, name: str = "python3") -> None:
    """Puts the kernelspec of the test's own interpreter into an environment."""
    kernels = Path("share", "jupyter", "kernels")
    shutil.copytree(Path(sys.prefix) / kernels / "python3", prefix / kernels / name)


def names(address: str) -> set[str]:
    """Asks a server for its list of kernels."""
    with urlopen(f"{address}/api/kernelspecs", timeout=SECONDS) as answer:
        return set(json.load(answer)["kernelspecs"])


def test_an_environment_that_is_unpacked_is_listed_and_one_that_is_deleted_is_not(
    server: str, envs: Path, opencv: Path, home: Path
) -> None:
    assert "unpacked" not in names(server)
    shutil.make_archive(str(home / "packed"), "tar", opencv)
    shutil.unpack_archive(home / "packed.tar", envs / "unpacked", filter="fully_trusted")

    wait_until(lambda: "unpacked" in names(server))
    spec = json.loads((home / ".local/share/jupyter/kernels/unpacked/kernel.json").read_text("utf-8"))
    # It is the copy that runs, activated, and not what it is a copy of.
    shown = "import os, sys; print(sys.prefix, os.environ['CONDA_PREFIX'])"
    command = [*spec["argv"][: spec["argv"].index("-m")], "-c", shown]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=clean_environ())
    assert done.stdout.split() == [str(envs / "unpacked")] * 2

    shutil.rmtree(envs / "unpacked")
    wait_until(lambda: "unpacked" not in names(server))


def test_one_that_was_there_before_the_server_needs_no_list_to_be_asked_for(
    home: Path, envs: Path, variables: dict[str, str], make_environment: MakeEnvironment
) -> None:
    make_environment("before", parent=envs)
    with serving(home / "notebooks", variables, application="jupyter_server"):
        wait_until((home / ".local/share/jupyter/kernels/before/kernel.json").exists)


def test_one_traitlet_switches_it_off(
    home: Path, envs: Path, variables: dict[str, str], make_environment: MakeEnvironment
) -> None:
    make_environment("unpacked", parent=envs)
    configure(home, "enabled = False")

    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        assert "unpacked" not in names(address)
        log = (home / "server.log").read_text("utf-8")
    # It was loaded, and has started nothing.
    assert "conda_jupyter_plugin.server | extension was successfully loaded." in log
    assert not (home / ".local/share/jupyter/kernels").exists()


def test_a_folder_that_a_setting_names_is_watched(
    home: Path, tmp_path: Path, variables: dict[str, str]
) -> None:
    configure(home, f"folders = ['{tmp_path}/team']")
    (tmp_path / "team").mkdir()

    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        assert "vision" not in names(address)
        prefix = tmp_path / "team" / "vision" / ".venv"
        run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], variables)
        give_kernel(prefix)
        wait_until(lambda: "vision" in names(address))


@pytest.mark.parametrize("file", ["jupyter_config.json", "jupyter_server_config.py"])
def test_what_a_server_hides_is_marked_in_a_list(home: Path, variables: dict[str, str], file: str) -> None:
    (home / ".jupyter").mkdir()
    text = 'c.KernelSpecManager.allowed_kernelspecs = {"python3"}'
    if file.endswith(".json"):
        text = json.dumps({"KernelSpecManager": {"whitelist": ["python3"]}})
    (home / ".jupyter" / file).write_text(text)
    give_kernel(home / ".local", "opencv")

    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        shown = names(address)
    rows = json.loads(run([sys.executable, "-m", "pip_kernel_hook", "list", "--json"], variables).stdout)
    hidden = {row["name"] for row in rows["kernels"] if str(row["reason"]).startswith("hidden by")}
    assert shown == {"python3"}
    assert {row["name"] for row in rows["kernels"]} - hidden == shown


def test_a_request_of_somebody_who_is_not_logged_in_starts_nothing(
    home: Path, envs: Path, variables: dict[str, str], make_environment: MakeEnvironment
) -> None:
    kernel = home / ".local/share/jupyter/kernels/after/kernel.json"
    make_environment("before", parent=envs)
    with serving(home / "notebooks", variables, token="secret") as address:
        wait_until(kernel.parent.with_name("before").exists)
        make_environment("after", parent=envs)
        for path in ("lab", "tree", "api/kernelspecs", "lab?token=wrong"):
            with suppress(HTTPError), urlopen(f"{address}/{path}", timeout=SECONDS) as answer:
                assert "login" in answer.url
        # at work it would be by now, for as long as it takes an interpreter to start
        assert [one for one in psutil.Process().children(recursive=True) if PROCESS in one.cmdline()] == []
        assert not kernel.exists()

        with urlopen(f"{address}/lab?token=secret", timeout=SECONDS):
            wait_until(kernel.exists)


def test_what_could_not_be_written_is_written_when_it_can_be(
    home: Path, envs: Path, variables: dict[str, str], make_environment: MakeEnvironment
) -> None:
    kernels, log = home / ".local" / "share" / "jupyter" / "kernels", home / "server.log"
    kernels.parent.mkdir(parents=True)
    kernels.write_text("in the way")
    make_environment("unpacked", parent=envs)
    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        wait_until(lambda: "Kernels cannot be written" in log.read_text("utf-8"))
        kernels.unlink()

        wait_until(lambda: "unpacked" in names(address))


def test_what_is_registered_while_it_runs_is_followed(
    server: str, home: Path, variables: dict[str, str]
) -> None:
    names(server)
    run([sys.executable, "-m", "venv", "--without-pip", str(home / "two")], variables)
    give_kernel(home / "two")
    run([sys.executable, "-m", "pip_kernel_hook", "add", str(home / "two")], variables, cwd=home)
    assert "two" in names(server)
    shutil.rmtree(home / "two")

    wait_until(lambda: "two" not in names(server))


def test_a_list_is_answered_while_the_work_is_not_done(variables: dict[str, str]) -> None:
    """Whoever asks for the list wakes a thread, and nothing more: here its work never ends."""
    code = """
import sys, types, threading
from jupyter_server.serverapp import ServerApp
from conda_jupyter_plugin.server import background, extension

class Never(background.Background):
    def _look(self):
        looked.append(threading.current_thread())
        threading.Event().wait()

looked = []
extension.Background = Never
server = ServerApp()
server.initialize(["--ServerApp.port=0", "--ServerApp.open_browser=False", "--allow-root"])
specs = server.kernel_spec_manager
assert set(specs.get_all_specs()) == set(type(specs).get_all_specs(specs))
for _ in range(100):
    specs.get_all_specs()
assert len(looked) == 1 and looked[0] is not threading.main_thread(), looked
assert looked[0].daemon
sys.stdout.write("answered")
"""
    assert run([sys.executable, "-c", code], variables, timeout=SECONDS).stdout == "answered"


def test_whatever_goes_wrong_is_a_line_in_the_log_and_the_server_goes_on(
    home: Path, envs: Path, variables: dict[str, str], make_environment: MakeEnvironment
) -> None:
    # No folder for kernels can be made there.
    (home / ".local" / "share" / "jupyter").mkdir(parents=True)
    (home / ".local" / "share" / "jupyter" / "kernels").write_text("")
    make_environment("broken", parent=envs)

    with serving(home / "notebooks", variables, application="jupyter_server") as address:
        log = home / "server.log"
        wait_until(lambda: "conda-jupyter-plugin: " in log.read_text("utf-8"))
        names(address)
        names(address)
    (line,) = [line for line in log.read_text("utf-8").splitlines() if "conda-jupyter-plugin: " in line]
    assert "is not a folder" in line
    assert "Traceback" not in log.read_text("utf-8")


def test_the_activation_is_condas_but_for_what_its_shell_function_needs(guest: Conda, opencv: Path) -> None:
    for prefix in (opencv, guest.prefix):
        command = [str(guest.python), "-c", BOTH, str(prefix), str(guest.prefix)]
        told = run(command, guest.variables(), cwd=guest.home)
        theirs, own = json.loads(told.stdout)
        assert own["variables"].items() <= {**theirs["variables"], "CONDA_SHLVL": "1"}.items()
        assert {name for name in theirs["variables"] if name not in own["variables"]} <= {
            *("_CONDA_EXE", "_CONDA_ROOT", "_CE_M", "_CE_CONDA")
        }
        for field in ("path", "first_path", "own", "private", "prompt", "script", "conda"):
            assert own[field] == theirs[field], field


def test_a_conda_with_the_plugin_sees_to_its_own_and_both_agree(
    guest: Conda, python: str, own_folder: Path
) -> None:
    # Only where nobody else can change it is it run.
    copy_base(guest.prefix, own_folder / "conda")
    guest = replace(guest, prefix=own_folder / "conda", forks=None)
    guest.run("create", "-y", "-n", "original", f"python={python}", "ipykernel")
    shutil.copytree(guest.env_prefix("original"), guest.env_prefix("copied"), symlinks=True)
    process = [sys.executable, "-m", "conda_jupyter_plugin.server.process"]
    variables = guest.shell_variables()

    report, _, stamps = run(process, variables).stdout.partition("\n")
    assert json.loads(report) == {"done": [], "errors": [], "again": False}
    spec = json.loads((guest.kernels_dir / "copied" / "kernel.json").read_text("utf-8"))
    assert spec["metadata"]["conda_jupyter_plugin"]["conda"] == str(guest.prefix)

    assert run(process, variables, text_in=stamps).stdout == ""
    assert guest.run("kernel", "sync").stdout == "Nothing to do.\n"
    shutil.rmtree(guest.env_prefix("copied"))
    run(process, variables, text_in=stamps)
    assert not (guest.kernels_dir / "copied").exists()
