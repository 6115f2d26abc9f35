"""What this machine has for real-conda tests: interpreters, and a conda of which a copy is taken.

Tests change a base, its configuration and its environments, so the user's own is only ever read.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from glob import glob
from pathlib import Path
from typing import Protocol

from tests.fork_server import ForkServer

_CONDA_MODULES = (
    *("conda.cli.main", "conda.cli.conda_argparse", "conda.cli.install", "conda.core.solve"),
    *("conda.plugins.manager", "conda.env.env", "conda.gateways.logging", "tqdm"),
)
"""What conda's commands import: all but two keep nothing of what a process finds when it imports them."""

_NAMING_THE_CONDARC = {("config",), ("info",)}
"""These commands have the path of the user's configuration from when conda was imported."""

BESIDE_BASE = ("__pycache__", "envs", "pkgs")
"""Folders in a base that others than its packages fill."""

REAL_CONDA = "real conda"
"""The property of a test, and of its reports, that says that it needs one."""

OLDEST_CONDA = (25, 5, 0)
OLDEST_PYTHON = (3, 7)

_USUAL_PARENTS = ("~", "/opt", "/usr/local", "/usr/share")
_USUAL_NAMES = ("conda", "miniforge3", "miniconda3", "mambaforge", "anaconda3", "miniconda", "miniforge")

# Prints the version and prefix of an interpreter that can be copied; nothing for a virtual environment, a
# prerelease, a free-threaded build, another implementation or a distribution's own layout (Debian, Fedora).
_PROBE = """
import json, sys, sysconfig
version = "%d.%d.%d" % sys.version_info[:3]
lib = "%s/lib/python%d.%d" % ((sys.prefix,) + sys.version_info[:2])
plain = sysconfig.get_path("stdlib") == lib and sysconfig.get_path("purelib") == lib + "/site-packages"
usual = sys.implementation.name == "cpython" and not sysconfig.get_config_var("Py_GIL_DISABLED")
if plain and usual and sys.prefix == sys.base_prefix and sys.version_info[3] == "final":
    print(json.dumps({"prefix": sys.prefix, "version": version}))
"""

# What a base has of this project where its user has installed it, be it from a clone.
_OWN = re.compile(r"(__editable__.*|_)?(conda[-_]jupyter[-_]plugin|pip_kernel_hook)\b.*|pip-kernel(\.exe)?$")

# Whatever would make a conda, a Python or a Jupyter see more than what a test gives it.
_DROPPED = re.compile(r"_?CONDA|_CE_|JUPYTER|IPYTHON|MAMBA|PYENV|PYTEST|PYTHON|VIRTUAL_ENV|XDG_")


@dataclass(frozen=True)
class Interpreter:
    """An interpreter of this machine that can become a conda package."""

    prefix: str
    version: str

    @property
    def minor(self) -> str:
        """Major and minor version, such as 3.12."""
        return self.version.rpartition(".")[0]

    @property
    def key(self) -> tuple[int, ...]:
        """Major and minor version in a form to compare."""
        return tuple(int(part) for part in self.minor.split("."))

    @property
    def executable(self) -> Path:
        """The program itself."""
        return Path(self.prefix, "bin", f"python{self.minor}")


@dataclass(frozen=True)
class Found:
    """The conda of this machine."""

    prefix: Path
    version: tuple[int, ...]

    def __str__(self) -> str:
        return f"conda {'.'.join(map(str, self.version))} at {self.prefix}"


@dataclass(frozen=True)
class Conda:
    """An installed conda with the project in it, seen from a home folder of its own."""

    prefix: Path
    version: tuple[int, ...]
    home: Path
    envs_dir: Path
    forks: ForkServer | None = None
    """What has imported this conda's modules; without it, each command is a process from its start."""

    @property
    def python(self) -> Path:
        """The interpreter of the base environment."""
        return self.prefix / "bin" / "python"

    @property
    def data_dir(self) -> Path:
        """Jupyter's data folder of this user."""
        return self.home / ".local" / "share" / "jupyter"

    @property
    def kernels_dir(self) -> Path:
        """Where this user's kernelspecs are."""
        return self.data_dir / "kernels"

    def env_prefix(self, name: str) -> Path:
        """Gives the prefix of a named environment, whether it exists or not."""
        return self.envs_dir / name

    def variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Gives the variables for a program that this user starts in a plain shell.

        Args:
            extra: Further variables; they win.
        """
        temporary = self.home.with_name("tmp")
        temporary.mkdir(exist_ok=True)
        # environments lie in a temporary folder of the test run: that one is not this user's
        own = {"HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "TMPDIR": str(temporary)}
        # looking for a graphics card is a third of what a small transaction takes
        own["CONDA_OVERRIDE_CUDA"] = ""
        return clean_environ() | own | dict(extra or {})

    def shell_variables(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Gives the variables for a shell in which `conda` is this one.

        Args:
            extra: Further variables; they win.
        """
        return self.variables({"PATH": f"{self.prefix}/bin:/usr/bin:/bin", **(extra or {})})

    def run(
        self,
        *args: str | Path,
        env: Mapping[str, str] | None = None,
        input: str | None = None,  # noqa: A002 - as in subprocess.run
        check: bool = True,
        timeout: float = 300,
        cwd: Path | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Runs conda.

        Args:
            *args: What follows `conda` on the command line.
            env: Further variables.
            input: What to type; nothing by default.
            check: Whether an exit status other than 0 is a failure.
            timeout: Seconds to wait.
            cwd: The folder to run it in; the home folder by default.

        Returns:
            The finished process with both streams as text.

        Raises:
            AssertionError: Where it fails; it shows what conda printed.
        """
        command = [str(self.python), "-m", "conda", *map(str, args)]
        where = cwd or self.home
        forks = None if args[:1] in _NAMING_THE_CONDARC else self.forks
        return run(
            command,
            self.variables(env),
            text_in=input or "",
            check=check,
            timeout=timeout,
            cwd=where,
            forks=forks,
        )

    def run_code(self, code: str, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Runs a program of this conda's interpreter, in the home folder.

        Args:
            code: The program.
            *words: Its arguments.
            timeout: Seconds to wait.
        """
        command = [str(self.python), "-c", code, *words]
        return run(command, self.variables(), check=False, timeout=timeout, cwd=self.home, forks=self.forks)


class RunInKernel(Protocol):
    """Runs code in a kernel that is found by its name."""

    def __call__(
        self,
        conda: Conda,
        kernel_name: str,
        code: str,
        env: dict[str, str] | None = None,
        timeout: float = 120,
    ) -> str:
        """Gives what the code wrote to stdout; what fails is an AssertionError."""


@contextmanager
def forks_of(prefix: Path, home: Path) -> Iterator[ForkServer]:
    """Gives a conda's interpreter that has imported conda: that is most of what a command takes.

    Args:
        prefix: The conda's prefix.
        home: The home folder to import in.
    """
    env = clean_environ() | {"HOME": str(home)}
    with ForkServer(prefix / "bin" / "python", _CONDA_MODULES, env) as forks:
        yield forks


def run(
    command: list[str],
    env: Mapping[str, str],
    text_in: str = "",
    check: bool = True,
    timeout: float = 300,
    cwd: Path | None = None,
    forks: ForkServer | None = None,
) -> subprocess.CompletedProcess[str]:
    """Runs a program and shows what it printed where it fails.

    Args:
        command: The program and its arguments.
        env: All of its variables.
        text_in: Its standard input.
        check: Whether an exit status other than 0 is a failure.
        timeout: Seconds to wait.
        cwd: The folder to run it in, from which `python -m` would import.
        forks: The interpreter that the command begins with, where one is running already.

    Raises:
        AssertionError: Where it fails or takes too long.
    """
    shown = " ".join(command)
    try:
        if forks:
            done = forks.run(*command[1:], env=env, text_in=text_in, timeout=timeout, cwd=cwd)
        else:
            done = subprocess.run(
                command,
                env=env,
                input=text_in,
                capture_output=True,
                encoding="utf-8",
                timeout=timeout,
                cwd=cwd,
            )
    except subprocess.TimeoutExpired as error:
        streams = "\n".join((part or b"").decode("utf-8", "replace") for part in (error.stdout, error.stderr))
        raise AssertionError(f"{shown}\ntook more than {timeout} seconds\n{streams}") from None
    if check and done.returncode:
        raise AssertionError(
            f"{shown}\nexit status {done.returncode}\nstdout:\n{done.stdout}\nstderr:\n{done.stderr}"
        )
    return done


def clean_environ() -> dict[str, str]:
    """Gives this process's variables without those that steer conda, Python or Jupyter."""
    return {name: value for name, value in os.environ.items() if not _DROPPED.match(name)}


@lru_cache
def find_conda() -> Found | None:
    """Finds a conda: the one `CONDA_EXE` names if it is set, else on PATH, else in the usual places."""
    if os.environ.get("CONDA_EXE"):
        programs = [Path(os.environ["CONDA_EXE"])]
    else:
        on_path = shutil.which("conda")
        usual = [Path(parent, name).expanduser() for parent in _USUAL_PARENTS for name in _USUAL_NAMES]
        programs = [Path(on_path)] if on_path else []
        programs += [prefix / "bin" / "conda" for prefix in usual]
    # a link to the program leads to its prefix, but where the prefix is a link, its files say the link's name
    prefixes = [file.parent.parent for program in programs for file in (program, program.resolve())]
    return next(filter(None, map(_conda_of, prefixes)), None)


def why_no_conda() -> str:
    """Says why real-conda tests cannot run here; nothing where they can."""
    if not sys.platform.startswith("linux"):
        return "The local channel of the real-conda tests can only be built on Linux"
    found = find_conda()
    if found is None and os.environ.get("CONDA_EXE"):
        return f"No conda found (CONDA_EXE is {os.environ['CONDA_EXE']})"
    if found is None:
        return "No conda found (looked at CONDA_EXE, PATH and the usual places)"
    if found.version < OLDEST_CONDA:
        return f"Found {found}, but 25.5 or newer is needed"
    return ""


def find_interpreters() -> list[Interpreter]:
    """Finds up to three interpreters: the running one's, an old one and a new one."""
    running = interpreter_at(Path(sys.base_prefix, "bin", f"python3.{sys.version_info.minor}"))
    found = {running.key: running} if running else {}
    for executable in _executables("3*"):
        interpreter = interpreter_at(executable)
        if interpreter and interpreter.key >= OLDEST_PYTHON:
            found.setdefault(interpreter.key, interpreter)
    ordered = [found[key] for key in sorted(found)]
    wanted = [running, *ordered[:1], *ordered[-1:], *ordered[-2:-1]]
    return list(dict.fromkeys(one for one in wanted if one))[:3]


def find_interpreter(minor: str) -> Interpreter | None:
    """Finds an interpreter of one minor version, such as 3.12."""
    found = (interpreter_at(executable) for executable in _executables(f"{minor}.*"))
    return next((one for one in found if one and one.minor == minor), None)


def interpreter_at(executable: Path) -> Interpreter | None:
    """Describes an interpreter that can become a conda package; nothing where it cannot."""
    try:
        done = subprocess.run([executable, "-I", "-c", _PROBE], capture_output=True, text=True, timeout=30)
        return Interpreter(**json.loads(done.stdout)) if done.returncode == 0 and done.stdout else None
    except (OSError, subprocess.TimeoutExpired):
        return None


def contents(folder: Path, without: Container[str] = ()) -> dict[str, tuple[int, ...]]:
    """Takes down what tells whether anything below a folder was changed.

    Args:
        folder: The folder.
        without: The names of folders to leave out.

    Returns:
        By relative path, each one's mode, and of what is no folder also size and time of change.
    """
    found = {}
    for around, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in without]
        for name in (*folders, *files):
            path = os.path.join(around, name)
            status = os.lstat(path)
            of_file = () if stat.S_ISDIR(status.st_mode) else (status.st_size, status.st_mtime_ns)
            found[path[len(str(folder)) + 1 :]] = (status.st_mode, *of_file)
    return found


def copy_base(source: Path, target: Path, *, without_project: bool = False) -> None:
    """Copies a base prefix, without its packages, environments and configuration.

    Args:
        source: The prefix to copy; it is only read.
        target: The copy's prefix; must not exist.
        without_project: Whether to leave out this project, which its user may have installed.
    """
    left_out = {
        source: {"pkgs", "envs", "conda-bld", ".condarc", "condarc", "condarc.d"},
        source / "conda-meta": {"frozen"},
    }

    def ignored(folder: str, names: Iterable[str]) -> set[str]:
        project = {name for name in names if without_project and _OWN.match(name)}
        return left_out.get(Path(folder), set()) & set(names) | project

    shutil.copytree(source, target, symlinks=True, ignore=ignored)
    for folder in ("bin", "condabin", "etc", "shell"):
        for path in (target / folder).rglob("*"):
            if path.is_file() and not path.is_symlink():
                _replace_in_text(path, str(source).encode(), str(target).encode())
    # run by root, conda reads and tidies the environments.txt of every user: leave it its own home only
    for site in target.glob("lib/python3*/site-packages"):
        (site / "own_home_only.pth").write_text("import pwd; pwd.getpwall = list\n", "utf-8")


def install_wheel(prefix: Path, wheel: Path) -> None:
    """Installs a wheel with its dependencies by the prefix's own pip.

    Args:
        prefix: The environment to install into.
        wheel: The wheel.
    """
    python = str(prefix / "bin" / "python")
    env = clean_environ() | {"PIP_USER": "0", "PIP_REQUIRE_VIRTUALENV": "0", "PIP_BREAK_SYSTEM_PACKAGES": "1"}
    if run([python, "-m", "pip", "--version"], env, check=False).returncode:
        run([python, "-m", "ensurepip"], env)
    run([python, "-m", "pip", "install", "--quiet", str(wheel)], env, timeout=600)


def write_condarc(conda: Conda, channel_url: str, pkgs_dir: Path) -> None:
    """Writes a user's configuration that knows the local channel only.

    Args:
        conda: The conda, and the user whose configuration it is.
        channel_url: The channel.
        pkgs_dir: Where packages are extracted.
    """
    # where it is there, for it has no native code that could fail at exit
    classic = any(conda.prefix.glob("conda-meta/pycosat-*.json"))
    lines = [f"channels: [{json.dumps(channel_url)}]", "default_channels: []"]
    lines += [f"pkgs_dirs: [{json.dumps(str(pkgs_dir))}]", f"envs_dirs: [{json.dumps(str(conda.envs_dir))}]"]
    lines += ["number_channel_notices: 0", "notify_outdated_conda: false", "auto_update_conda: false"]
    lines += ["report_errors: false", "local_repodata_ttl: 0", *(["solver: classic"] if classic else [])]
    (conda.home / ".condarc").write_text("\n".join(lines) + "\n", "utf-8")


def _conda_of(prefix: Path) -> Found | None:
    python = prefix / "bin" / "python"
    if not (prefix / "conda-meta").is_dir() or not python.exists():
        return None
    command = [str(python), "-I", "-m", "conda", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environ(), timeout=60)
    version = re.match(r"conda (\d+)\.(\d+)\.(\d+)", done.stdout)
    return Found(prefix, tuple(map(int, version.groups()))) if version else None


def _executables(versions: str) -> list[Path]:
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    on_path = filter(None, (shutil.which(f"python3.{minor}") for minor in range(OLDEST_PYTHON[1], 30)))
    # which gives none of a folder of somebody else's, where Path.glob raises an error
    of_pyenv = sorted(glob(f"{pyenv}/versions/{versions}/bin/python"))
    return [*map(Path, of_pyenv), *map(Path, on_path)]


def _replace_in_text(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    if old in content and b"\0" not in content:
        path.chmod(path.stat().st_mode | 0o200)
        path.write_bytes(content.replace(old, new))
