"""JupyterLab and Notebook as their user sees them: the kernels on offer, and a notebook in one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotYet

_CELL = ".jp-Notebook .jp-CodeCell"
_SECONDS = 60
"""How long a kernel may take until it answers."""


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
