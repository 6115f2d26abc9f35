import shutil
import subprocess
import sys

import pytest

from conda_jupyter_plugin.core.environment.environment import identify
from pip_kernel_hook.creating import installing
from pip_kernel_hook.creating.installing import install_packages
from pip_kernel_hook.creating.making import find_python, make_environment
from pip_kernel_hook.errors import CreationError

from ...wheels import make_wheel


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A wheel of one module, which needs nothing."""
    return str(make_wheel(tmp_path_factory.mktemp("wheel"), "small"))


@pytest.fixture(scope="module")
def with_pip(tmp_path_factory):
    """A real virtual environment with pip."""
    return make(tmp_path_factory.mktemp("with") / "opencv")


@pytest.fixture(scope="module")
def without_pip(tmp_path_factory):
    """A real virtual environment without pip."""
    return make(tmp_path_factory.mktemp("without") / "opencv", "--without-pip")


def make(prefix, *options):
    subprocess.run([sys.executable, "-m", "venv", *options, str(prefix)], check=True)
    return identify(prefix)


@pytest.fixture(params=["its own pip", "our pip", "uv"])
def environment(request, with_pip, without_pip, monkeypatch, small):
    """An environment that only one of the installers can install into."""
    if request.param == "uv":
        monkeypatch.setattr(installing, "_has_own_pip", lambda: False)
    environment = with_pip if request.param == "its own pip" else without_pip
    yield environment
    for path in [*environment.prefix.rglob("small*")]:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def modules(environment):
    found = environment.prefix.rglob("small.py")
    return sorted(path.relative_to(environment.prefix).as_posix() for path in found)


def test_what_is_installed_is_in_the_environment(environment, small):
    install_packages(environment, [small], quiet=True, verbose=False)

    (module,) = modules(environment)
    assert module.startswith("lib/python3")


@pytest.mark.parametrize("detour", ["user", "target", "prefix", "root", "require-virtualenv", "dry-run"])
@pytest.mark.parametrize("by", ["variable", "configuration"])
def test_nothing_diverts_it(with_pip, small, home, monkeypatch, detour, by):
    value = "true" if detour in ("user", "require-virtualenv", "dry-run") else str(home / "elsewhere")
    if by == "variable":
        monkeypatch.setenv(f"PIP_{detour.upper().replace('-', '_')}", value)
    else:
        text = f"[install]\n{detour} = {value}\n[global]\nno-index = true\nquiet = 3\n"
        (home / "pip.conf").write_text(text)
        monkeypatch.setenv("PIP_CONFIG_FILE", str(home / "pip.conf"))

    install_packages(with_pip, ["--force-reinstall", small], quiet=True, verbose=False)

    assert len(modules(with_pip)) == 1
    assert not (home / "elsewhere").exists()


@pytest.mark.parametrize("of_its_own", ["", "site = true\n", "global = true\n"])
def test_all_else_that_is_configured_counts(with_pip, home, monkeypatch, capfd, of_its_own):
    text = f"[global]\n{of_its_own}user = true\n[install]\nfind-links =\n {home}\nno-index = true\n"
    (home / "pip.conf").write_text(text)
    monkeypatch.setenv("PIP_CONFIG_FILE", str(home / "pip.conf"))
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)

    with pytest.raises(CreationError):
        install_packages(with_pip, ["nowhere-to-be-found"], quiet=True, verbose=True)
    assert f"Looking in links: {home}" in capfd.readouterr().err


def test_another_pythons_packages_are_not_taken_for_its_own(environment, small, home, monkeypatch):
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--target", str(home / "other"), small], check=True
    )
    monkeypatch.setenv("PYTHONPATH", str(home / "other"))

    install_packages(environment, [small], quiet=True, verbose=False)

    assert len(modules(environment)) == 1


def test_a_package_that_seems_to_be_there_is_installed_again(environment, small):
    install_packages(environment, [small], quiet=True, verbose=False)
    (environment.prefix / modules(environment)[0]).unlink()

    install_packages(environment, [small], quiet=True, verbose=False, again=True)

    assert len(modules(environment)) == 1


def test_progress_is_a_few_lines_on_stderr(environment, small, capfd):
    install_packages(environment, [small], quiet=False, verbose=False)

    printed, told = capfd.readouterr()
    assert printed == ""
    assert told.startswith(f"Installing {small} into ") and told.count("\n") == 1


def test_quiet_says_nothing(environment, small, capfd):
    install_packages(environment, [small], quiet=True, verbose=False)

    assert capfd.readouterr() == ("", "")


def test_verbose_shows_all_that_is_said(environment, small, capfd):
    install_packages(environment, [small], quiet=False, verbose=True)

    printed, told = capfd.readouterr()
    assert printed == "" and "small" in told and "Installing" not in told.splitlines()[0]


def test_a_failure_says_why(environment, capfd):
    with pytest.raises(CreationError, match=r"could not install nowhere-to-be-found==9"):
        install_packages(environment, ["nowhere-to-be-found==9", "--no-index"], quiet=True, verbose=False)

    assert "nowhere-to-be-found" in capfd.readouterr().err


def test_where_nothing_can_install_the_sentence_says_what_to_type(without_pip, small, monkeypatch):
    monkeypatch.setattr(installing, "_has_own_pip", lambda: False)
    monkeypatch.setattr(installing, "_find_uv", lambda: None)

    with pytest.raises(
        CreationError, match=r"neither pip nor uv is available. Install pip with .*python -m ensurepip"
    ):
        install_packages(without_pip, [small], quiet=True, verbose=False)


@pytest.fixture(params=["folder", "PYTHONPATH"])
def planted(request, tmp_path, monkeypatch):
    """Modules that say that they ran, in the working folder or on PYTHONPATH: what they have written to."""
    ran, folder = tmp_path / "ran", tmp_path / "downloads"
    folder.mkdir()
    for module in ("ensurepip", "json", "logging", "pip", "venv"):
        (folder / f"{module}.py").write_text(f"open({str(ran)!r}, 'w')\nraise SystemExit('planted')\n")
    if request.param == "folder":
        monkeypatch.chdir(folder)
    else:
        monkeypatch.setenv("PYTHONPATH", str(folder))
    return ran


def test_an_installer_imports_nothing_of_the_working_folder(environment, small, planted):
    install_packages(environment, [small], quiet=True, verbose=False)

    assert len(modules(environment)) == 1
    assert not planted.exists()


def test_neither_does_what_makes_an_environment(planted, tmp_path):
    environment = make_environment(tmp_path / "made", find_python(None))

    assert identify(environment.prefix)
    assert not planted.exists()
