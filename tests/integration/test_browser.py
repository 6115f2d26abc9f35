"""Kernels in a real browser: JupyterLab and Notebook 7 offer them, run in them, and lose them."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conda_base import Conda
from conda_checks import spec_of
from front_end import MILLISECONDS, Classic, Environments, FrontEnd, Lab
from jupyter_server import serving
from notebook_file import write_notebook
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.conda

Take = Callable[[Page, str], None]

_KERNELS = ("python3", "opencv", "stats", "short", "lost", "unpacked")
_RELOADS = 20
_SIZE = {"width": 880, "height": 480}

# Shows every path below a user's home as if that were the one of `user`, and Jupyter's own likewise.
_ANONYMOUS = """([home, prefix]) => {
  const name = new RegExp(`^${prefix.split("/").at(-1)}$`);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    texts.currentNode.data = texts.currentNode.data
      .replaceAll(home, "/home/user").replaceAll(prefix, "/home/user/jupyter").replace(name, "jupyter");
  }
}"""


@pytest.fixture(scope="module")
def user(
    new_user: Callable[[Path, Path], Conda], python: str, tmp_path_factory: pytest.TempPathFactory
) -> Conda:
    """A user who has made an environment `opencv` whose activation sets a variable."""
    folder = tmp_path_factory.mktemp("browser")
    user = new_user(folder, folder / "home" / "miniforge3" / "envs")
    user.run("create", "-y", "-n", "opencv", "--kernel", f"python={python}")
    user.run("create", "-y", "-n", "stats", "--kernel", "r-irkernel")
    script = user.env_prefix("opencv") / "etc" / "conda" / "activate.d" / "gdal.sh"
    script.parent.mkdir(parents=True, exist_ok=True)
    script.write_text('export GDAL_DATA="$CONDA_PREFIX/share/gdal"\n')
    return user


@pytest.fixture(scope="module")
def server(browser: Browser, user: Conda) -> Iterator[str]:
    """The address of that user's Jupyter server, where there is a browser to see it in."""
    notebooks = user.home / "notebooks"
    notebooks.mkdir()
    with serving(notebooks, user.variables(), _KERNELS) as address:
        yield address


@pytest.fixture
def take(pictures: Path | None, user: Conda) -> Take:
    """Takes a picture of a page, where pictures are asked for."""

    def take(page: Page, name: str) -> None:
        if pictures:
            page.mouse.move(0, 0)
            page.evaluate(_ANONYMOUS, [str(user.home), sys.prefix])
            page.screenshot(path=pictures / f"{name}.png", caret="hide")

    return take


@pytest.fixture(params=[Lab, Classic])
def front_end(request: pytest.FixtureRequest, browser: Browser, server: str) -> Iterator[FrontEnd]:
    """Both front ends, each in a browser that was never used."""
    context = browser.new_context(viewport=_SIZE)
    context.set_default_timeout(MILLISECONDS)
    yield request.param(context.new_page(), server)
    context.close()


def test_a_click_opens_a_notebook_in_the_activated_environment(
    front_end: FrontEnd, user: Conda, take: Take
) -> None:
    front_end.show_kernels()
    take(front_end.page, f"{front_end.name}-kernels")
    notebook = front_end.start(display_name(user, "opencv"))

    prefix = str(user.env_prefix("opencv"))
    assert notebook.run("import os, sys; print(sys.prefix)") == prefix
    assert notebook.run("print(os.environ['GDAL_DATA'])") == f"{prefix}/share/gdal"
    take(notebook.page, f"{front_end.name}-notebook")


def test_a_reload_shows_what_came_and_went_behind_condas_back(
    browser: Browser, server: str, user: Conda
) -> None:
    lab = Lab(browser.new_page(viewport=_SIZE), server)
    lab.show_kernels()
    unpacked = user.env_prefix("unpacked")
    shutil.copytree(user.env_prefix("opencv"), unpacked, symlinks=True)
    shown = lab.offer(display_name(user, "opencv").replace("opencv", "unpacked"))

    reload_until(lab, lambda: shown.count() == 1)
    shutil.rmtree(unpacked)
    reload_until(lab, lambda: shown.count() == 0)
    lab.page.close()


def reload_until(lab: Lab, condition: Callable[[], bool]) -> None:
    """Reloads the page until it shows what it is to show; a busy machine needs more than one."""
    for _ in range(_RELOADS):
        lab.show_kernels()
        if condition():
            return
    raise AssertionError(f"{_RELOADS} reloads did not show it.")


def test_the_launcher_shows_its_logo(browser: Browser, server: str, user: Conda) -> None:
    page = browser.new_page(viewport=_SIZE)
    lab = Lab(page, server)
    lab.show_kernels()

    logo = lab.offer(display_name(user, "opencv")).locator("img")
    assert "/kernelspecs/opencv/logo-" in (logo.get_attribute("src") or "")
    expect(logo).to_have_js_property("complete", True)
    assert logo.evaluate("image => image.naturalWidth") > 0
    page.close()


def test_it_can_be_interrupted_and_restarted(front_end: FrontEnd, user: Conda) -> None:
    front_end.show_kernels()
    notebook = front_end.start(display_name(user, "opencv"))

    output = notebook.enter("print('on')\nwhile True: pass")
    expect(output).to_contain_text("on")
    notebook.interrupt()
    expect(notebook.page.locator(".jp-OutputArea").first).to_contain_text("KeyboardInterrupt")
    assert notebook.run("kept = 1; print(kept)") == "1"

    notebook.restart()
    assert notebook.run("print('kept' in globals(), __import__('sys').prefix)") == (
        f"False {user.env_prefix('opencv')}"
    )


def test_it_is_gone_with_its_environment(front_end: FrontEnd, user: Conda) -> None:
    user.run("create", "-y", "-n", "short", "--kernel", "bash_kernel")
    front_end.show_kernels()
    expect(front_end.offer("Bash (short)")).to_have_count(1)

    user.run("env", "remove", "-y", "-n", "short")
    front_end.show_kernels()
    expect(front_end.offer(display_name(user, "opencv"))).to_have_count(1)
    expect(front_end.offer("Bash (short)")).to_have_count(0)


def test_one_that_cannot_start_says_why(front_end: FrontEnd, user: Conda, take: Take) -> None:
    user.run("create", "-y", "-n", "lost", "--kernel", "r-irkernel")
    # One whose environment is gone would be gone with it before the notebook is there.
    program = Path(spec_of(user, "lost")["argv"][6])
    # written anew: other environments and the package cache have the same file
    content = program.read_bytes()
    program.unlink()
    program.write_bytes(content)
    write_notebook(user.home / "notebooks" / "lost.ipynb", "lost", "")

    notebook = front_end.open("lost.ipynb")
    output = notebook.run("1 + 1")
    if isinstance(front_end, Lab):
        take(notebook.page, "lab-cannot-start")
    assert "This kernel cannot start" in output
    assert str(program) in output
    # So does a notification, without a cell that was run.
    expect(notebook.page.locator(".Toastify__toast")).to_contain_text("its kernel lost does not work")
    user.run("env", "remove", "-y", "-n", "lost")


def test_the_panel_shows_every_environment(browser: Browser, server: str, user: Conda, take: Take) -> None:
    user.run("create", "-y", "-n", "plain", "tool")
    page = browser.new_page(viewport=_SIZE)
    Lab(page, server).show_kernels()
    panel = Environments(page).open()

    version = display_name(user, "opencv").removesuffix(" (opencv)")
    expect(panel.environment("opencv")).to_contain_text(f"conda, {version}")
    expect(panel.environment("stats")).to_contain_text("conda, R ")
    expect(panel.environment("plain")).to_contain_text("no kernel")
    take(page, "lab-environments")
    user.run("env", "remove", "-y", "-n", "plain")
    page.close()


def test_a_notebook_without_its_kernel_says_what_helps(
    browser: Browser, server: str, user: Conda, take: Take, python: str
) -> None:
    user.run("create", "-y", "-n", "vision", f"python={python}")
    write_notebook(user.home / "notebooks" / "analysis.ipynb", "vision", "")
    page = browser.new_page(viewport=_SIZE)
    Lab(page, server).open("analysis.ipynb")

    advice = page.locator(".jp-Dialog .cjp-Advice")
    expect(advice).to_contain_text("This notebook cannot run: its kernel vision is not registered.")
    expect(advice.get_by_role("button").first).to_have_text("Install ipykernel into vision")
    toast = page.locator(".Toastify__toast")
    expect(toast).to_contain_text("its kernel vision is not registered")
    toast.evaluate("element => Promise.all(element.getAnimations().map(animation => animation.finished))")
    take(page, "lab-missing-kernel")
    user.run("env", "remove", "-y", "-n", "vision")
    page.close()


def display_name(conda: Conda, kernel: str) -> str:
    """Gives the name that a registered kernel is shown under."""
    return str(spec_of(conda, kernel)["display_name"])
