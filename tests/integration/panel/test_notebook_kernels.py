"""A notebook whose kernel is missing or dies, in a real browser: why, and a click that makes it right."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from front_end import Environments, FrontEnd, Lab, Notebook
from notebook_file import write_notebook
from playwright.sync_api import Page, expect
from rest_client import Client

from tests.support import wait_until

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


def test_a_missing_kernel_is_replaced_by_a_click(
    front_end: FrontEnd, home: Path, make: Callable[..., Path]
) -> None:
    prefix = make("opencv")
    write_notebook(home / "work" / "a.ipynb", "opencv", "")
    notebook = front_end.open("a.ipynb")

    advice = front_end.page.locator(".jp-Dialog .cjp-Advice")
    expect(advice).to_contain_text("This notebook cannot run: its kernel opencv is not registered.")
    advice.get_by_role("button", name="Register opencv").press("Enter")
    assert notebook.run("import sys; print(sys.prefix)") == str(prefix)
    expect(front_end.page.locator(".Toastify__toast")).to_have_count(0)


def test_an_environment_without_a_kernel_gets_one_by_a_click(
    front_end: FrontEnd, home: Path, make: Callable[..., Path]
) -> None:
    prefix = make("opencv", has_kernel=False, has_packages=False)
    write_notebook(home / "work" / "a.ipynb", "opencv", "")
    notebook = front_end.open("a.ipynb")
    front_end.page.locator(".jp-Dialog .cjp-Advice").wait_for()
    # Who has answered Jupyter's question already finds it in the notification.
    front_end.page.locator(".jp-Dialog .jp-mod-reject").click()

    toast = front_end.page.locator(".Toastify__toast", has_text="its kernel opencv is not registered")
    toast.get_by_role("button", name="Install ipykernel into opencv").click()
    assert notebook.run("import sys; print(sys.prefix)") == str(prefix)


def test_a_notebook_of_no_known_environment_gets_a_new_one(page: Page, server: str, home: Path) -> None:
    write_notebook(home / "work" / "a.ipynb", "opencv", "")
    notebook = Lab(page, server).open("a.ipynb")

    page.locator(".jp-Dialog .cjp-Advice").get_by_role("button", name="New environment...").click()
    Environments(page).fill(packages="six")
    assert notebook.run("import sys; print(sys.prefix)") == str(home / "work" / "opencv")


def test_a_kernel_that_dies_says_why(
    page: Page, server: str, home: Path, make: Callable[..., Path], add: Callable[[Path], object]
) -> None:
    prefix = make("opencv")
    add(prefix)
    (prefix / "lib" / f"python{VERSION}" / "site-packages" / "borrowed.pth").unlink()
    write_notebook(home / "work" / "a.ipynb", "opencv", "")
    Lab(page, server).open("a.ipynb")

    toast = page.locator(".Toastify__toast", has_text="ipykernel is missing")
    toast.get_by_role("button", name="Install ipykernel into opencv").click()
    assert Notebook(page).run("import sys; print(sys.prefix)") == str(prefix)


def open_working(page: Page, server: str, home: Path) -> Notebook:
    """Opens a notebook whose kernel works."""
    write_notebook(home / "work" / "a.ipynb", "opencv", "")
    notebook = Lab(page, server).open("a.ipynb")
    assert notebook.run("print(1)") == "1"
    return notebook


def test_one_that_is_shut_down_is_left_alone(
    page: Page, server: str, home: Path, make: Callable[..., Path], add: Callable[[Path], object]
) -> None:
    add(make("opencv"))
    open_working(page, server, home)
    page.locator('[title="Environments"]').first.wait_for()
    started: list[str] = []
    page.on("request", lambda request: started.append(request.url) if "/tasks" in request.url else None)

    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Shut Down Kernel").click()
    page.locator('.jp-Toolbar-kernelName[aria-label="No Kernel"]').wait_for(state="attached")
    page.wait_for_load_state("networkidle")
    assert started == []


def test_one_that_works_and_dies_of_its_own_work_is_left_to_jupyter(
    page: Page, server: str, home: Path, make: Callable[..., Path], add: Callable[[Path], object]
) -> None:
    add(make("opencv"))
    notebook = open_working(page, server, home)

    with page.expect_response(lambda response: "/tasks/" in response.url) as answered:
        notebook.enter("import os; os.kill(os.getpid(), 9)")
    assert answered.value.ok
    wait_until(lambda: Client(server).call("GET", "tasks")[1]["tasks"] == [])
    expect(page.locator(".Toastify__toast")).to_have_count(0)
