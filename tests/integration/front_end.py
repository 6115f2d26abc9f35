"""JupyterLab and Notebook as their user sees them: the kernels on offer, and a notebook in one."""

from __future__ import annotations

import re
import shutil
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import ClassVar

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from playwright.sync_api import TimeoutError as NotYet

_CELL = ".jp-Notebook .jp-CodeCell"
_SECONDS = 60
"""How long a kernel may take until it answers."""

_SIZE = {"width": 1100, "height": 700}

MILLISECONDS = 60_000
"""How long anything else may take to be seen."""

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Gives a Chromium that this machine has."""
    program = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if program is None:
        pytest.skip("there is no Chromium on PATH (on Debian: apt install chromium)")
    expect.set_options(timeout=MILLISECONDS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@dataclass(frozen=True)
class FrontEnd(ABC):
    """A page of a browser, and the server that it comes from."""

    name: ClassVar[str]
    page: Page
    address: str

    @abstractmethod
    def show_kernels(self) -> None:
        """Loads the page that offers kernels anew, and waits until it is there."""

    @abstractmethod
    def offer(self, display_name: str) -> Locator:
        """Gives what is clicked to start a notebook with a kernel."""

    @abstractmethod
    def start(self, display_name: str) -> Notebook:
        """Clicks it, and gives the notebook that opens."""

    @abstractmethod
    def open(self, path: str) -> Notebook:
        """Opens a notebook of the server's folder."""


class Environments:
    """The panel "Environments" of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.node = page.locator(".cjp-Panel")

    def open(self) -> Environments:
        """Opens it as a user of the mouse does, and waits for its list."""
        self.page.locator('[title="Environments"]').first.click()
        self.node.locator(".cjp-Environment").first.wait_for()
        return self

    def environment(self, name: str) -> Locator:
        """Gives an environment in the list."""
        return self.node.locator(".cjp-Environment").filter(
            has=self.page.locator("h3", has_text=re.compile(f"^{re.escape(name)} "))
        )

    def press(self, label: str) -> None:
        """Presses a button, whose label may say which kernel it is for."""
        self.node.get_by_role("button", name=label, exact=True).click()

    def fill(self, **fields: str) -> None:
        """Fills the fields of the dialog for a new environment, and presses its button."""
        labels = {"name": "Name", "packages": "Packages, separated by spaces", "python": "Python version"}
        for field, value in fields.items():
            self.page.locator(".jp-Dialog").get_by_label(labels[field], exact=True).fill(value)
        self.page.locator(".jp-Dialog .jp-mod-accept").click()


class Lab(FrontEnd):
    """JupyterLab: kernels are cards of its launcher."""

    name = "lab"

    def show_kernels(self) -> None:
        self.page.goto(f"{self.address}/lab?reset")
        self.page.locator('.jp-LauncherCard[data-category="Notebook"]').first.wait_for()

    def offer(self, display_name: str) -> Locator:
        return self.page.locator(f'.jp-LauncherCard[data-category="Notebook"][title="{display_name}"]')

    def start(self, display_name: str) -> Notebook:
        self.offer(display_name).click()
        return Notebook(self.page)

    def open(self, path: str) -> Notebook:
        self.page.goto(f"{self.address}/lab/tree/{path}?reset")
        return Notebook(self.page)


class Classic(FrontEnd):
    """Notebook 7: kernels are lines of its menu *New*."""

    name = "notebook"

    def show_kernels(self) -> None:
        self.page.goto(f"{self.address}/tree")
        self.page.get_by_text("New", exact=True).first.click()
        self.page.locator(".lm-Menu-item").first.wait_for()

    def offer(self, display_name: str) -> Locator:
        return self.page.locator(".lm-Menu-item", has_text=display_name)

    def start(self, display_name: str) -> Notebook:
        with self.page.expect_popup() as opened:
            self.offer(display_name).click()
        return Notebook(opened.value)

    def open(self, path: str) -> Notebook:
        self.page.goto(f"{self.address}/notebooks/{path}")
        return Notebook(self.page)


class Notebook:
    """An open notebook, whose last cell is the one to type in."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cells = page.locator(_CELL)
        self._cells.first.wait_for()

    def enter(self, code: str) -> Locator:
        """Types code into the last cell and runs it; gives that cell's output, which is still to come."""
        cell = self._cells.nth(self._cells.count() - 1)
        editor, output = cell.locator(".cm-content"), cell.locator(".jp-OutputArea-output").first
        begun = cell.locator('.jp-InputPrompt:not(:text-is("[ ]:"))').or_(output).first
        # before the page has its kernel, whatever is run has it ask for one
        for known in (
            '.jp-Toolbar-kernelName:not([aria-label="No Kernel"])',
            '.jp-Notebook-ExecutionIndicator[data-status="idle"]',
        ):
            self.page.locator(known).first.wait_for(state="attached")
        editor.click()
        self.page.keyboard.insert_text(code)
        for _ in range(_SECONDS):
            self.page.keyboard.press("Shift+Enter")
            # until it is connected to it, it passes over what is to be run
            with suppress(NotYet):
                begun.wait_for(timeout=1000)
                return output
            editor.click()
        raise AssertionError(f"{self.page.url} does not run {code}")

    def run(self, code: str) -> str:
        """Types code into the last cell and runs it; gives what it printed."""
        output = self.enter(code)
        output.wait_for()
        return output.inner_text().strip()

    def interrupt(self) -> None:
        """Clicks the button with the square."""
        self.page.locator('[data-command="notebook:interrupt-kernel"]').first.click()

    def restart(self) -> None:
        """Clicks the button with the round arrow, and says yes."""
        self.page.locator('[data-command="notebook:restart-kernel"]').first.click()
        with self.page.expect_response(lambda response: "/restart" in response.url):
            self.page.locator(".jp-Dialog .jp-mod-accept").click()


@contextmanager
def new_page(browser: Browser) -> Iterator[Page]:
    """Opens a page in a browser profile of its own; an error of our scripts is a failure."""
    context = browser.new_context(viewport=_SIZE)
    context.set_default_timeout(MILLISECONDS)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(error.stack or ""))
    yield page
    context.close()
    # Jupyter has some of its own.
    assert [error for error in errors if "conda-jupyter-plugin" in error] == []
