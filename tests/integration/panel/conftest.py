"""A user without conda, whose Jupyter has the panel."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conda_base import clean_environ, run
from front_end import Classic, FrontEnd, Lab, new_page
from jupyter_server import serving
from playwright.sync_api import Browser, Page

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home folder of the server's user."""
    folder = tmp_path / "home"
    (folder / "work").mkdir(parents=True)
    return folder


@pytest.fixture
def variables(home: Path) -> dict[str, str]:
    """The variables of a server that is near no conda."""
    return {**clean_environ(), "HOME": str(home), "PATH": "/usr/bin:/bin"}


@pytest.fixture
def make(home: Path, variables: dict[str, str]) -> Callable[..., Path]:
    """Makes a virtual environment with the packages of the test's interpreter, and its kernel or none."""

    def make(name: str, *, has_kernel: bool = True, has_packages: bool = True) -> Path:
        prefix = home / "work" / name
        run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], variables)
        if has_packages:
            library = Path("lib", f"python{VERSION}", "site-packages")
            (prefix / library / "borrowed.pth").write_text(f"{Path(sys.prefix) / library}\n")
        if has_kernel:
            kernels = Path("share", "jupyter", "kernels", "python3")
            shutil.copytree(Path(sys.prefix) / kernels, prefix / kernels)
        return prefix

    return make


@pytest.fixture
def add(variables: dict[str, str]) -> Callable[[Path], object]:
    """Registers an environment's kernel."""
    return lambda prefix: run([sys.executable, "-m", "pip_kernel_hook", "add", str(prefix)], variables)


@pytest.fixture
def server(home: Path, variables: dict[str, str]) -> Iterator[str]:
    """The address of a server."""
    with serving(home / "work", variables) as address:
        yield address


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that was never used."""
    with new_page(browser) as page:
        yield page


@pytest.fixture(params=[Lab, Classic])
def front_end(request: pytest.FixtureRequest, page: Page, server: str) -> FrontEnd:
    """JupyterLab, and Notebook."""
    front_end: FrontEnd = request.param(page, server)
    return front_end


@pytest.fixture
def slow_project(tmp_path: Path) -> Path:
    """A project whose installation does not end."""
    folder = tmp_path / "slow"
    folder.mkdir()
    (folder / "setup.py").write_text("import time; time.sleep(600)")
    return folder
