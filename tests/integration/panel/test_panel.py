"""The panel "Environments" in a real browser."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from front_end import Classic, Environments, Lab, new_page
from jupyter_server import free_port, serving
from notebook_file import write_notebook
from playwright.sync_api import Browser, Page, expect

from tests.support import wait_until

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


WHEN_SHOWN = """
new MutationObserver(() => {
  if (document.querySelector('.jp-LauncherCard')) {
    window.whenShown ??= performance.now();
  }
}).observe(document, { childList: true, subtree: true });
"""
"""Notes when the launcher is there."""

TIMES = """
Object.fromEntries(performance.getEntriesByType('resource')
  .filter(({ name }) => name.includes("conda-jupyter-plugin"))
  .map(({ name, startTime }) => [name, startTime]))
"""
"""When the page asked for each of our files."""


def open_panel(page: Page, server: str) -> Environments:
    """Opens JupyterLab and the panel in it."""
    Lab(page, server).show_kernels()
    return Environments(page).open()


def test_nothing_is_asked_for_before_the_page_is_ready(page: Page, server: str) -> None:
    page.add_init_script(WHEN_SHOWN)
    Lab(page, server).show_kernels()
    page.locator('[title="Environments"]').first.wait_for()
    page.wait_for_load_state("networkidle")

    times = page.evaluate(TIMES)
    own = f"{server}/lab/extensions/conda-jupyter-plugin/static/"
    shown = page.evaluate("window.whenShown")
    assert [url for url, time in times.items() if time < shown] == [f"{own}entry.js"]
    # Nor is the server asked for anything until somebody opens the panel.
    assert f"{own}main.js" in times
    assert all(url.startswith(own) for url in times)


def test_every_environment_is_shown_with_its_state(
    page: Page, server: str, make: Callable[..., Path], add: Callable[[Path], object]
) -> None:
    add(make("opencv"))
    make("stats")
    make("plain", has_kernel=False)
    panel = open_panel(page, server)

    expect(panel.environment("opencv")).to_contain_text(f"venv, Python {VERSION}")
    expect(panel.environment("opencv").locator(".cjp-Badge")).to_have_text("ok")
    expect(panel.environment("stats").locator(".cjp-Badge")).to_have_text("not registered")
    expect(panel.environment("plain").locator(".cjp-Badge")).to_have_text("no kernel")
    panel.node.get_by_label("Filter environments and kernels").fill("STAT")
    expect(panel.node.locator(".cjp-Environment")).to_have_count(1)
    panel.node.get_by_label("Filter environments and kernels").fill("nothing like it")
    expect(panel.node).to_contain_text("Nothing matches the filter.")


def test_a_kernel_is_registered_checked_renamed_and_removed(
    page: Page, server: str, make: Callable[..., Path]
) -> None:
    make("opencv")
    panel, lab = open_panel(page, server), Lab(page, server)
    title = f"Python {VERSION} (opencv)"

    panel.press(f"Register: {title}")
    # Its card is there, and the page was not loaded again.
    expect(lab.offer(title)).to_have_count(1)
    panel.press(f"Check: {title}")
    expect(panel.environment("opencv")).to_contain_text("Works: it answered in")
    panel.press(f"Rename...: {title}")
    page.locator(".jp-Dialog").get_by_label("Name that Jupyter shows").fill("Vision")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(lab.offer("Vision")).to_have_count(1)
    panel.press("Remove...: Vision")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(lab.offer("Vision")).to_have_count(0)
    expect(panel.environment("opencv").locator(".cjp-Badge")).to_have_text("not registered")


def test_what_does_not_work_says_why_and_is_repaired(
    page: Page, server: str, make: Callable[..., Path], add: Callable[[Path], object]
) -> None:
    prefix = make("opencv")
    add(prefix)
    (prefix / "lib" / f"python{VERSION}" / "site-packages" / "borrowed.pth").unlink()
    panel = open_panel(page, server)

    panel.press("Check all")
    expect(panel.environment("opencv")).to_contain_text("ipykernel is missing")
    panel.press(f"Install ipykernel into opencv: Python {VERSION} (opencv)")
    expect(panel.environment("opencv")).to_contain_text("Works: it answered in")


def test_a_new_environment_has_its_card_without_a_reload(page: Page, server: str, home: Path) -> None:
    panel, lab = open_panel(page, server), Lab(page, server)

    panel.press("New environment...")
    panel.fill(name="opencv", packages="six")
    expect(panel.node.locator(".cjp-Log")).to_contain_text("Collecting six")
    expect(lab.offer(f"Python {VERSION} (opencv)")).to_have_count(1)
    expect(page.locator(".Toastify__toast")).to_contain_text("Done: Creating opencv")
    notebook = lab.start(f"Python {VERSION} (opencv)")
    assert notebook.run("import six, sys; print(sys.prefix)") == str(home / "work" / "opencv")


def test_one_that_fails_says_why(page: Page, server: str, home: Path) -> None:
    panel = open_panel(page, server)

    panel.press("New environment...")
    panel.fill(name="opencv", packages="no-such-package-anywhere")
    expect(page.locator(".Toastify__toast")).to_contain_text("no-such-package-anywhere")
    expect(panel.node.get_by_role("alert")).to_contain_text("no-such-package-anywhere")
    panel.press("Close")
    expect(panel.node.locator(".cjp-Task")).to_have_count(0)
    panel.press("New environment...")
    page.locator(".jp-Dialog").get_by_label("Name", exact=True).fill("../outside")
    expect(page.locator(".jp-Dialog .jp-mod-accept")).to_be_disabled()
    assert list((home / "work").iterdir()) == []


def create_slowly(panel: Environments, slow_project: Path) -> None:
    """Begins to create an environment, which does not end."""
    panel.press("New environment...")
    panel.fill(name="opencv", packages=str(slow_project))
    expect(panel.node.locator(".cjp-Log")).to_contain_text("Processing")


def test_a_slow_one_is_cancelled(page: Page, server: str, home: Path, slow_project: Path) -> None:
    panel = open_panel(page, server)
    create_slowly(panel, slow_project)
    # A page that is loaded meanwhile shows it too.
    panel = open_panel(page, server)
    expect(panel.node.locator(".cjp-Task")).to_have_count(1)

    panel.press("Cancel")
    expect(page.locator(".Toastify__toast")).to_contain_text("Cancelled")
    expect(panel.node.locator(".cjp-Task")).to_have_count(0)
    assert list((home / "work").iterdir()) == []


def test_a_server_that_is_restarted_is_waited_for(
    page: Page, home: Path, variables: dict[str, str], slow_project: Path, make: Callable[..., Path]
) -> None:
    port = free_port()
    with serving(home / "work", variables, port=port) as address:
        panel = open_panel(page, address)
        create_slowly(panel, slow_project)
    wait_until(lambda: list((home / "work").iterdir()) == [])
    make("stats")

    with serving(home / "work", variables, port=port):
        expect(page.locator(".Toastify__toast", has_text="The server was restarted")).to_have_count(1)
        expect(panel.environment("stats")).to_have_count(1)


def test_a_page_is_told_that_its_server_is_another_one_now(
    page: Page, home: Path, variables: dict[str, str]
) -> None:
    port = free_port()
    with serving(home / "work", variables, port=port) as address:
        panel = open_panel(page, address)
    settings = home / ".jupyter" / "jupyter_server_config.py"
    settings.write_text("c.EnvironmentsPanel.enabled = False\n")

    with serving(home / "work", variables, port=port) as address:
        panel.press("Reload")
        expect(panel.node.get_by_role("status").first).to_have_text(
            "This server does not manage environments. Restart it, then reload this page."
        )
        # Where it was loaded from such a server, there is no panel.
        Lab(page, address).show_kernels()
        page.wait_for_load_state("networkidle")
        expect(page.locator('[title="Environments"]')).to_have_count(0)


def test_two_users_see_their_own(
    browser: Browser, server: str, tmp_path: Path, variables: dict[str, str], make: Callable[..., Path]
) -> None:
    make("opencv")
    other_home = tmp_path / "other"
    (other_home / "work").mkdir(parents=True)
    theirs = {**variables, "HOME": str(other_home)}

    with serving(other_home / "work", theirs, token="theirs") as other, new_page(browser) as page:
        page.goto(f"{other}/lab?token=theirs")
        panel = open_panel(page, other)
        expect(panel.environment("opencv")).to_have_count(0)
        with new_page(browser) as own_page:
            own = open_panel(own_page, server)
            own.press(f"Register: Python {VERSION} (opencv)")
            expect(own.environment("opencv").locator(".cjp-Badge")).to_have_text("ok")
        panel.press("Reload")
        expect(panel.environment("opencv")).to_have_count(0)


def test_the_keyboard_is_enough(page: Page, server: str, make: Callable[..., Path]) -> None:
    make("opencv")
    Lab(page, server).show_kernels()
    page.locator('[title="Environments"]').first.wait_for()
    page.keyboard.press("Control+Shift+C")
    page.keyboard.insert_text("Show environments")
    page.keyboard.press("Enter")
    panel = Environments(page)
    panel.node.locator(".cjp-Environment").first.wait_for()

    expect(panel.node.get_by_label("Filter environments and kernels")).to_be_focused()
    page.keyboard.insert_text("opencv")
    page.keyboard.press("Tab")
    register = panel.node.get_by_role("button", name=f"Register: Python {VERSION} (opencv)")
    expect(register).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.environment("opencv").locator(".cjp-Badge")).to_have_text("ok")


def test_strange_names_are_only_text(page: Page, server: str, home: Path, make: Callable[..., Path]) -> None:
    name = "<img src=x onerror=document.title='hacked'>"
    make(name)
    panel = open_panel(page, server)

    expect(panel.node).to_contain_text(name)
    expect(panel.node.locator("img")).to_have_count(0)
    assert "hacked" not in page.title()


def test_notebook_has_it_in_its_menu(page: Page, server: str, home: Path, make: Callable[..., Path]) -> None:
    make("opencv")
    write_notebook(home / "work" / "a.ipynb", "python3", "")
    Classic(page, server).open("a.ipynb")
    # Its command comes when the page has rested: a menu that was opened before does not show it.
    command = page.locator(".lm-Menu-item", has_text="Show environments")
    while not command.count():
        page.keyboard.press("Escape")
        page.get_by_role("menuitem", name="Kernel", exact=True).click()
        page.wait_for_timeout(200)
    command.click()

    panel = Environments(page)
    panel.press(f"Register: Python {VERSION} (opencv)")
    expect(panel.environment("opencv").locator(".cjp-Badge")).to_have_text("ok")
